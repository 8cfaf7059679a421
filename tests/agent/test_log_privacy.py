"""What callers and agent say does not reach the log."""

from __future__ import annotations

import io
import json
import logging
import pickle
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from livekit.agents import APIError
from livekit.agents.cli.log import ColoredFormatter, JsonFormatter
from livekit.agents.ipc.log_queue import LogQueueHandler, LogQueueListener

from agent.config.load import load_settings
from agent.log_privacy import WithoutWords, keep_words_out
from agent.voice_agent_server import build_server

SECRET = "Mr Sharma, your test is on Monday"
"""What somebody says in each of these tests."""
EMPTY = APIError(f"no audio frames were pushed for text: [sighs] {SECRET}.\nAnd a second line.")
QUOTING = APIError("refused", body={"input": SECRET})
FORMATTERS = {
    "json": JsonFormatter(),
    "colored": ColoredFormatter(
        "%(asctime)s %(esc_levelcolor)s%(levelname)s%(esc_reset)s %(message)s %(extra)s"
    ),
    "plain": logging.Formatter(),
}


@pytest.fixture(params=FORMATTERS)
def written(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What the root's handler writes, as `start`, as `dev` and as Python itself format it."""
    root, out = logging.getLogger(), io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(FORMATTERS[request.param])
    kept, root.handlers = root.handlers, [handler]
    level = root.level
    root.setLevel(logging.DEBUG)
    keep_words_out()
    yield out
    root.handlers = kept
    root.setLevel(level)


def raised(error: Exception) -> Any:
    """`exc_info` of an error that was raised from another."""
    failure = ConnectionError("the reply failed")
    failure.__cause__ = error
    return (type(failure), failure, None)


# As LiveKit Agents 1.8.9 calls its loggers; our own do the same.
CALLS: dict[str, tuple[int, str, tuple[Any, ...], dict[str, Any]]] = {
    "what the caller said": (
        logging.DEBUG,
        "received user transcript",
        (),
        {"extra": {"lk.pii.user_transcript": SECRET, "language": "en"}},
    ),
    "what the agent said": (
        logging.DEBUG,
        "conversation_item_added",
        (),
        {"extra": {"role": "assistant", "lk.pii.text": SECRET}},
    ),
    "what the model was asked": (
        logging.DEBUG,
        "chat.completions.create",
        (),
        {"extra": {"lk.pii.chat_ctx": [{"content": SECRET}]}},
    ),
    "the model's own name for it": (
        logging.DEBUG,
        "request",
        (),
        {"extra": {"gen_ai.input.messages": SECRET}},
    ),
    "a text without sound, as an argument": (
        logging.WARNING,
        "failed to synthesize speech: %s, retrying in %ss",
        (EMPTY, 0.1),
        {},
    ),
    "as a message": (logging.ERROR, f"AgentSession is closing due to {EMPTY}", (), {}),
    "as an error": (logging.WARNING, "failed", (), {"extra": {"error": EMPTY}}),
    "as the text of one": (logging.WARNING, "failed", (), {"extra": {"error": str(EMPTY)}}),
    "in a traceback": (logging.ERROR, "failed", (), {"exc_info": raised(EMPTY)}),
    "a body that quotes": (logging.ERROR, "failed", (), {"exc_info": raised(QUOTING)}),
    "an event of the room": (
        logging.ERROR,
        "error running user callback for %s: %s",
        ("data_packet_received", SECRET),
        {},
    ),
    "a report of key terms": (
        logging.DEBUG,
        f"──────── keyterm detection ────────\n{SECRET}",
        (),
        {},
    ),
    "key terms": (logging.DEBUG, "keyterms changed", (), {"extra": {"added": [SECRET]}}),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "name", ["livekit.agents", "livekit.plugins.sarvam_pooled", "agent.call.provider_errors"]
)
def test_no_word_is_written(written: io.StringIO, call: str, name: str) -> None:
    """By any logger, at any level, in any format; the record itself is."""
    level, message, arguments, options = CALLS[call]
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.DEBUG)
    try:
        logger.log(level, message, *arguments, **options)
    finally:
        logger.setLevel(before)
    assert written.getvalue().count("\n") >= 1
    for word in ("Sharma", "Monday", "second line"):
        assert word not in written.getvalue()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mcp.client.streamable_http", "Error parsing JSON response"),
        ("client", "notification callback for 'x' raised"),
        ("livekit.agents", "MCP client connection failed with unexpected error"),
    ],
)
def test_an_answer_of_an_mcp_server_is_not_quoted(
    written: io.StringIO, name: str, message: str
) -> None:
    """Its client (mcp 2.3) logs the traceback of one that does not fit; its type is enough."""
    error = ValueError(f"Field required, input_value={{'name': '{SECRET}'}}")
    logging.getLogger(name).error(message, exc_info=raised(error))
    assert message in written.getvalue()
    assert "Sharma" not in written.getvalue()


def test_the_rest_of_a_record_stays(written: io.StringIO) -> None:
    """It says where to look."""
    extra = {"lk.pii.text": SECRET, "look_at": "SARVAM_MODEL", "error": f"{EMPTY}"}
    logging.getLogger("agent.call.provider_errors").warning("a provider failed", extra=extra)
    text = written.getvalue()
    assert "a provider failed" in text
    if "{" in text:
        record = json.loads(text[text.index("{") : text.rindex("}") + 1])
        assert record["look_at"] == "SARVAM_MODEL"
        assert record["error"].endswith("pushed for text: [left out: LOG_WORDS]")


def test_a_record_that_cannot_be_formatted_raises_nothing(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handlers go on after such a mistake, and who logs is not hurt by it."""
    monkeypatch.setattr(logging, "raiseExceptions", False)
    logging.getLogger("agent").warning("%s and %s", "one", extra={"lk.pii.text": SECRET})
    assert "Sharma" not in written.getvalue()


class Pipe:
    """The socket between a job process and the worker."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def send_bytes(self, data: bytes) -> None:
        self.sent.append(data)

    def close(self) -> None:
        pass


def test_words_of_a_job_process_are_left_out_on_both_sides(written: io.StringIO) -> None:
    """What crosses the socket has none; and where it has, the worker's handlers take it out."""
    for filters, crosses in (([WithoutWords()], False), ([], True)):
        pipe: Any = Pipe()
        handler = LogQueueHandler(pipe)
        for one in filters:
            handler.addFilter(one)
        record = logging.getLogger("livekit.agents").makeRecord(
            "livekit.agents", 40, "f", 1, "failed", (), raised(EMPTY), extra={"lk.pii.text": SECRET}
        )
        handler.handle(record)
        handler.close()
        handler.thread.join(timeout=30)
        [sent] = pipe.sent
        assert (b"Sharma" in sent) is crosses
        LogQueueListener(pipe, lambda _: None).handle(pickle.loads(sent))
        assert "failed" in written.getvalue()
        assert "Sharma" not in written.getvalue()


@pytest.mark.parametrize("wanted", [True, False])
async def test_a_worker_filters_before_it_serves(
    wanted: bool, monkeypatch: pytest.MonkeyPatch, written: io.StringIO, tmp_path: Any
) -> None:
    """Unless LOG_WORDS says that the words are wanted."""
    root = logging.getLogger()
    # Without pytest's own, which other tests go on to use.
    root.handlers = [
        one
        for one in root.handlers
        if isinstance(one, logging.StreamHandler) and one.stream is written
    ]
    root.handlers[0].filters.clear()
    environ = {f"{name}_API_KEY": "k" for name in ("SARVAM", "DEEPGRAM", "OPENAI", "CARTESIA")}
    settings = load_settings(
        env_file=tmp_path / ".env",
        environ=environ | {"LOG_WORDS": str(wanted).lower()},
        needs_room=False,
    )
    worker = build_server(settings, setup=lambda _: None, preload=[])

    async def serve(*_: object, **__: object) -> None:
        logging.getLogger("agent").warning("said", extra={"lk.pii.text": SECRET})

    monkeypatch.setattr("livekit.agents.AgentServer.run", serve)
    monkeypatch.setattr(
        "agent.voice_agent_server.scrape", SimpleNamespace(directory=Folder, Page=str)
    )
    await worker.run()
    assert "said" in written.getvalue()
    assert bool(root.handlers[0].filters) is not wanted


class Folder:
    """No folder of metrics."""

    def __enter__(self) -> str:
        return ""

    def __exit__(self, *_: object) -> None:
        pass
