"""Neither the key nor what is said leaves the plugin by its logs, errors or names."""

from __future__ import annotations

import logging

import pytest
from livekit.agents import APIConnectOptions, APIError
from livekit.plugins import sarvam_pooled

from sandbox.conditions import Fault

from .conftest import MakeRig

KEY = "secret-key-1234"
WORDS = "Lakshmi owes nine thousand rupees."
PII = "lk.pii."
QUICK = sarvam_pooled.Timeouts(first_audio=0.1, between_chunks=0.1, final=0.1)

# What a log record has without `extra`.
USUAL = set(vars(logging.makeLogRecord({})))


def shown(record: logging.LogRecord) -> str:
    """All that a log shows to anybody: not the fields that are marked as personal data."""
    extra = {k: v for k, v in vars(record).items() if k not in USUAL and not k.startswith(PII)}
    trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
    return f"{record.getMessage()} {extra} {trace}"


def chain(error: BaseException | None) -> str:
    """An error with all that it came from."""
    if error is None:
        return ""
    before = chain(error.__cause__)
    if not error.__suppress_context__:
        before += chain(error.__context__)
    return f"{error!r} {error} {vars(error)} {before}"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="error", code=400),
        Fault(kind="error", code=422),
        Fault(kind="error", code=503),
        Fault(kind="refuse", code=403),
        Fault(kind="refuse", code=503),
        Fault(kind="drop"),
        Fault(kind="stall", at=0),
        Fault(kind="garbage"),
        Fault(kind="quota"),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.code}",
)
async def test_no_failure_tells_key_or_words(
    make_rig: MakeRig, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    """With everything logged at DEBUG, in every exception of the chain, in every repr."""
    caplog.set_level(logging.DEBUG)
    once = sarvam_pooled.Synthesis(retries=1)
    async with make_rig(fault, synthesis=once, timeouts=QUICK, api_key=KEY) as rig:
        with pytest.raises(APIError) as caught:
            await rig.say(WORDS, conn_options=APIConnectOptions(max_retry=0, timeout=1))
        written = chain(caught.value) + repr(rig.tts) + repr(rig.tts.statistics())
        written += repr(rig.tts.engine.options) + repr(rig.tts.engine.pool) + repr(rig.records)
    written += "".join(map(shown, caplog.records))
    assert KEY not in written
    for word in ("Lakshmi", "nine thousand", "rupees"):
        assert word not in written


async def test_a_good_reply_tells_nothing_either(
    make_rig: MakeRig, caplog: pytest.LogCaptureFixture
) -> None:
    """One line with the times of the reply, and no word of it."""
    caplog.set_level(logging.DEBUG)
    async with make_rig(api_key=KEY) as rig:
        await rig.say("Lakshmi, ", "you owe nine thousand rupees.")
    written = "".join(map(shown, caplog.records))
    assert KEY not in written
    assert "Lakshmi" not in written
    [line] = [vars(record) for record in caplog.records if record.message == "reply synthesised"]
    assert line["segments"] == 2
    steps = ("text_ms", "lease_ms", "send_ms", "provider_ms", "decode_ms")
    assert sum(line[step] for step in steps) <= line["first_frame_ms"] + 5


async def test_what_failed_is_told_to_who_may_see_it(
    make_rig: MakeRig, caplog: pytest.LogCaptureFixture
) -> None:
    """The text and Sarvam's words are in the log as personal data, which LiveKit can filter."""
    refused = Fault(kind="error", at=0, code=400)
    async with make_rig(refused) as rig:
        with pytest.raises(APIError):
            await rig.say("Good morning.")
    [record] = [record for record in caplog.records if "failed for good" in record.message]
    assert vars(record)[f"{PII}text"] == "Good morning."
    assert vars(record)[f"{PII}said"] == "model unavailable"


@pytest.mark.parametrize("key", ["with space inside\u2026", "two\nlines", "\u0915"])
def test_a_key_that_cannot_be_a_header_is_refused_unseen(key: str) -> None:
    """A message that quotes it would be in the log of the first start."""
    with pytest.raises(sarvam_pooled.OptionError, match="api_key") as caught:
        sarvam_pooled.TTS(api_key=key)
    assert key not in repr(caught.value)


async def test_space_around_a_key_is_dropped(make_rig: MakeRig) -> None:
    """Files of secrets end with a line break."""
    async with make_rig(api_key=" a-key\n") as rig:
        assert (await rig.say("Good morning.")).seconds > 0.5
