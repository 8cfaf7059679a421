"""LiveKit's log: expected errors in one line, nothing again and again."""

from __future__ import annotations

import logging
from typing import Any

import aiohttp
import pytest
from livekit.agents import APIConnectionError
from livekit.rtc.data_stream import StreamError
from yarl import URL

from agent.log_filters import REPEAT_SECONDS, OneLine, Repeats
from tests.support import program


def caused(error: Exception, cause: Exception) -> Exception:
    """An error raised from another."""
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (APIConnectionError("gone"), False),
        (ConnectionResetError("gone"), False),
        (TimeoutError(), False),
        (RuntimeError("failed to connect to livekit after 16 attempts"), False),
        (RuntimeError("livekit.plugins.deepgram.stt.SpeechStream is closed"), False),
        (caused(RuntimeError("failed to send"), StreamError("unable to send packet")), False),
        (caused(RuntimeError("failed to send"), KeyError("x")), True),
        (RuntimeError("dictionary changed size"), True),
        (KeyError("x"), True),
    ],
)
def test_expected_errors_lose_their_traceback_and_others_keep_it(
    error: Exception, kept: bool
) -> None:
    """A bug must still be found."""
    record = logging.LogRecord("n", 40, "f", 1, "failed", (), (type(error), error, None))
    assert OneLine().filter(record)
    assert (record.exc_info is not None) is kept


def test_a_livekit_server_that_refuses_points_at_its_keys() -> None:
    """LiveKit tries 16 times and never says why."""
    url = URL("ws://h/agent")
    info = aiohttp.RequestInfo(url, "GET", headers={}, real_url=url)  # type: ignore[arg-type]
    refused = aiohttp.WSServerHandshakeError(info, (), status=401, message="no")
    for error, look_at in ((refused, "LIVEKIT_API_KEY"), (OSError("no route"), "LIVEKIT_URL")):
        message = "failed to connect to livekit, retrying in 2s"
        record = logging.LogRecord("n", 30, "f", 1, message, (), None)
        record.error = error
        OneLine().filter(record)
        assert look_at in record.__dict__["look_at"]


@pytest.mark.parametrize(
    ("error", "shown"), [(StreamError("unable to send packet"), False), (KeyError("x"), True)]
)
def test_what_a_room_that_is_gone_was_not_told_is_dropped(error: Exception, shown: bool) -> None:
    """Every call that is cut off would end in a handful of warnings, none of which helps."""
    message = "failed to send session event"
    record = logging.LogRecord("n", 30, "f", 1, message, (), (type(error), error, None))
    assert OneLine().filter(record) is shown


@pytest.mark.parametrize("kind", ["text", "byte"])
def test_streams_that_nobody_reads_are_no_news(kind: str) -> None:
    """Anybody in a room may open any number of them, on topics of any length."""
    message = f"ignoring {kind} stream with topic 'a topic', no callback attached"
    assert not OneLine().filter(logging.LogRecord("root", 20, "f", 1, message, (), None))
    assert OneLine().filter(logging.LogRecord("agent", 20, "f", 1, message, (), None))


def test_what_participants_make_the_library_say_is_one_line() -> None:
    """They choose ids and numbers in it, and would fill the log with new ones."""
    repeats = Repeats()
    shown = 0
    for number in range(100):
        said = ("livekit_data_stream::incoming::manager", 7, "manager", f"Stream '{number}' open")
        record = logging.LogRecord("livekit", 40, "f", 1, "%s:%s:%s - %s", said, None)
        shown += OneLine().filter(record) and repeats.filter(record)
        assert "Stream" not in record.getMessage()
    assert shown == 1


def test_so_many_different_warnings_are_not_remembered() -> None:
    """Nor looked through for each further one."""
    repeats = Repeats()
    for number in range(2000):
        passes(repeats, 1.0, f"warning {number}")
    assert len(repeats._seen) <= 500
    assert passes(repeats, 7.0, "warning 0") is not None
    assert passes(repeats, 7.1, "warning 0") is None


def passes(repeats: Repeats, second: float, message: str = "late", **extra: Any) -> int | None:
    """How many were held back before this record, or None if it is held back itself."""
    record = logging.LogRecord("n", logging.WARNING, "f", 1, message, (), None)
    record.created = second
    record.__dict__.update(extra)
    if not repeats.filter(record):
        return None
    return int(record.__dict__.get("repeated", 0))


def test_a_repeated_warning_passes_now_and_then() -> None:
    """With the number of those that did not; another error is news at once."""
    repeats = Repeats()
    assert passes(repeats, 0.0, error="refused") == 0
    assert passes(repeats, 0.1, error="refused") is None
    assert passes(repeats, 0.2, error="timed out") == 0
    assert passes(repeats, REPEAT_SECONDS - 0.1, error="refused") is None
    assert passes(repeats, REPEAT_SECONDS, error="refused") == 2
    assert passes(repeats, 2 * REPEAT_SECONDS, error="refused") == 0


def test_information_and_tracebacks_always_pass() -> None:
    """The first is asked for by LOG_LEVEL, and bugs may differ in their tracebacks."""
    repeats = Repeats()
    error = KeyError("x")
    for level, exc_info in ((logging.INFO, None), (logging.ERROR, (KeyError, error, None))):
        record = logging.LogRecord("n", level, "f", 1, "again", (), exc_info)
        assert repeats.filter(record)
        assert repeats.filter(record)


def test_what_was_said_long_ago_is_forgotten() -> None:
    """A worker that runs for months meets many different warnings."""
    repeats = Repeats()
    for hour in range(100):
        passes(repeats, hour * 3600.0, f"warning {hour}")
    assert len(repeats._seen) == 1


def test_a_short_secret_is_no_warning() -> None:
    """`livekit-server --dev` has one."""
    code = (
        "from agent.log_filters import install_log_filters; install_log_filters()\n"
        "from livekit.api import AccessToken; AccessToken('devkey', 'secret').to_jwt()"
    )
    done = program.run(code)
    assert (done.returncode, done.stderr) == (0, "")
