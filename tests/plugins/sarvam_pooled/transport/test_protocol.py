"""The rules of one connection, message by message, with time as an argument and no loop."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livekit.plugins.sarvam_pooled.errors import ConnectionLost, ProviderFailed, RequestRefused
from livekit.plugins.sarvam_pooled.transport import wire
from livekit.plugins.sarvam_pooled.transport.protocol import (
    ConnectionProtocol,
    Deliver,
    Effect,
    Lost,
)
from livekit.plugins.sarvam_pooled.transport.wire import Audio, Complete, Event, Failure, Ignored
from livekit.plugins.sarvam_pooled.voice import Voice

ENGLISH = Voice()
HINDI = replace(ENGLISH, target_language_code="hi-IN")
TAMIL = replace(ENGLISH, target_language_code="ta-IN")
SOUND = Audio(b"ab", "request-1")
EMPTY = Audio(b"", "request-1")
PONG = Ignored("pong")
FINAL = Complete()
LOST = ConnectionLost("x")

# Bytes that wait for a caller before reading stops, and those of an Event besides its audio.
FULL, EVENT = 256 * 1024, 512


def configured() -> ConnectionProtocol:
    """A connection that has its first config."""
    protocol = ConnectionProtocol(ENGLISH)
    protocol.configure(ENGLISH)
    return protocol


def speaking(texts: int = 1) -> ConnectionProtocol:
    """A connection with unanswered flushes, numbered from 1."""
    protocol = configured()
    for _ in range(texts):
        protocol.send_text("x")
    return protocol


def feed(protocol: ConnectionProtocol, *events: Event, size: int = 100) -> list[Effect]:
    return [effect for event in events for effect in protocol.receive(event, size=size, now=1.0)]


def test_a_config_is_sent_once_for_each_different_voice() -> None:
    """It is sticky, and a repeated one would flush."""
    protocol = ConnectionProtocol(ENGLISH)
    sent = [protocol.configure(v) for v in (ENGLISH, ENGLISH, HINDI, HINDI, ENGLISH)]
    english, hindi = (wire.config(ENGLISH),), (wire.config(HINDI),)
    assert sent == [english, (), hindi, (), english]
    assert (protocol.configs, protocol.voice) == (3, ENGLISH)


def test_every_text_is_flushed() -> None:
    """Short text would wait in the server's buffer."""
    assert configured().send_text("Good morning.") == (1, (wire.text("Good morning."), wire.FLUSH))


def test_a_text_that_cannot_be_sent_changes_nothing() -> None:
    """No response is awaited for it."""
    protocol = configured()
    with pytest.raises(ValueError, match="characters"):
        protocol.send_text("")
    assert not protocol.unanswered
    assert protocol.send_text("x")[0] == 1


def test_responses_come_in_the_order_of_their_texts() -> None:
    """One `final` belongs to one flush, the oldest that has none."""
    effects = feed(speaking(3), SOUND, SOUND, FINAL, FINAL, SOUND, FINAL)
    assert effects == [
        Deliver(1, SOUND),
        Deliver(1, SOUND),
        Deliver(1, FINAL),
        Deliver(2, FINAL),
        Deliver(3, SOUND),
        Deliver(3, FINAL),
    ]


@pytest.mark.parametrize("event", [SOUND, EMPTY, FINAL, PONG], ids=lambda event: repr(event))
def test_what_answers_no_text_is_ignored(event: Event) -> None:
    """Audio and `final` out of turn, pongs, and kinds of a later version."""
    protocol = configured()
    assert feed(protocol, event) == []
    protocol.send_text("x")
    assert feed(protocol, SOUND, FINAL) == [Deliver(1, SOUND), Deliver(1, FINAL)]


# What is sent, then what the server answers if it sends a `final` for each repeated config.
# h, t: a config in Hindi, Tamil; s: a text. c: the `final` of a config; a: audio; f: of a flush.
REPEATED = [
    ("hs", "caf"),
    ("hts", "ccaf"),
    ("htshs", "ccafcaf"),
    ("shs", "afcaf"),
    ("shts", "afccaf"),
    ("shsts", "afcafcaf"),
]


@pytest.mark.parametrize("sends_finals", [True, False], ids=["finals", "no finals"])
@pytest.mark.parametrize(("sent", "response"), REPEATED)
def test_a_final_of_a_repeated_config_ends_no_answer(
    sent: str, response: str, sends_finals: bool
) -> None:
    """Whether the server sends one is not documented; each text gets its own audio and end."""
    protocol = configured()
    for step in sent:
        if step == "s":
            protocol.send_text("x")
        else:
            protocol.configure(HINDI if step == "h" else TAMIL)
    events = [SOUND if step == "a" else FINAL for step in response if sends_finals or step != "c"]
    texts = range(1, sent.count("s") + 1)
    expected = [Deliver(text, event) for text in texts for event in (SOUND, FINAL)]
    assert feed(protocol, *events) == expected


def test_a_final_of_a_repeated_config_may_come_before_the_next_text() -> None:
    """The `final` after it is the text's, with or without audio."""
    protocol = configured()
    protocol.configure(HINDI)
    assert feed(protocol, FINAL) == []
    protocol.send_text("x")
    assert feed(protocol, FINAL) == [Deliver(1, FINAL)]


def test_no_final_of_a_repeated_config_comes_after_audio() -> None:
    """The server handles messages in order: the end of a text is not missed."""
    protocol = configured()
    protocol.configure(HINDI)
    protocol.send_text("x")
    assert feed(protocol, SOUND, FINAL) == [Deliver(1, SOUND), Deliver(1, FINAL)]


@pytest.mark.parametrize(
    "error",
    [ProviderFailed("x", status=503), RequestRefused("x", status=400)],
    ids=["busy", "refused"],
)
def test_a_failure_fails_all_responses_and_is_reported_once(error: ProviderFailed) -> None:
    """After an error frame no `final` comes."""
    protocol = speaking(2)
    assert feed(protocol, SOUND, Failure(error)) == [
        Deliver(1, SOUND),
        Deliver(1, Failure(error)),
        Deliver(2, Failure(error)),
        Lost(),
    ]
    assert protocol.failure is error
    assert not protocol.unanswered
    assert protocol.fail(LOST) == []


@pytest.mark.parametrize("order", [*itertools.permutations(range(3))], ids=str)
def test_the_first_failure_stays(order: tuple[int, ...]) -> None:
    """A close after an error frame, or a time limit after both, does not hide the reason."""
    protocol = speaking()
    error = ProviderFailed("x", status=503)
    failures = [
        lambda: feed(protocol, Failure(error)),
        lambda: protocol.fail(LOST),
        lambda: protocol.no_pong(since=1.0, timeout=0.5),
    ]
    reported = [failures[index]() for index in order]
    assert [effects[-1:] for effects in reported] == [[Lost()], [], []]
    assert protocol.failure is not None
    assert reported[0] == [Deliver(1, Failure(protocol.failure)), Lost()]


@pytest.mark.parametrize(
    ("event", "size"),
    [(EMPTY, 100), (PONG, 15), (Ignored("x"), 5000)],
    ids=["empty audio", "pongs", "large"],
)
@pytest.mark.parametrize("texts", [0, 1])
def test_a_server_that_only_keeps_us_busy_fails(event: Event, size: int, texts: int) -> None:
    """After 1000 messages or 4 MB without audio or end, while speaking and while idle."""
    protocol = speaking(texts)
    allowed = min(1000, 4 * 1024 * 1024 // size)
    feed(protocol, *[event] * allowed, size=size)
    assert protocol.failure is None
    assert feed(protocol, event, size=size)[-1:] == [Lost()]
    assert "too many messages" in str(protocol.failure)


@pytest.mark.parametrize("event", [SOUND, FINAL])
def test_an_idle_connection_that_gets_responses_without_a_text_fails(event: Event) -> None:
    """They carry as little as pongs."""
    protocol = configured()
    assert feed(protocol, *[event] * 1001) == [Lost()]


def test_a_few_messages_without_audio_are_allowed_and_each_text_restarts_the_count() -> None:
    """An honest server sends pongs and events for as long as the connection lives."""
    protocol = configured()
    for _ in range(5):
        protocol.send_text("x")
        feed(protocol, *[PONG] * 600, SOUND, FINAL)
    assert protocol.failure is None


def test_audio_of_a_response_is_not_counted() -> None:
    """However much there is of it."""
    protocol = speaking()
    feed(protocol, *[SOUND] * 5000, size=10_000)
    assert protocol.failure is None


def test_reading_stops_while_the_oldest_response_is_not_fetched() -> None:
    """At 256 KB, objects included; fetching one Event is enough to go on."""
    protocol = speaking(2)
    chunk = Audio(bytes(FULL // 8 - EVENT), "")
    feed(protocol, *[chunk] * 8)
    assert not protocol.is_paused
    feed(protocol, chunk)
    assert protocol.is_paused
    protocol.fetched(1, chunk)
    assert not protocol.is_paused


def test_small_messages_fill_a_response_too() -> None:
    """An Event takes memory besides its audio."""
    protocol = speaking()
    feed(protocol, *[EMPTY] * (FULL // EVENT + 1))
    assert protocol.is_paused


def test_a_response_that_is_complete_or_failed_does_not_stop_reading() -> None:
    """What is left of it can be fetched at any time, and does not count for the next one."""
    protocol = speaking(2)
    chunk = Audio(bytes(FULL), "")
    feed(protocol, chunk)
    assert protocol.is_paused
    feed(protocol, FINAL, chunk)
    assert protocol.is_paused
    protocol.fetched(1, chunk)
    assert protocol.is_paused
    protocol.fail(LOST)
    assert not protocol.is_paused


@pytest.mark.parametrize(
    ("heard_at", "lost"), [(None, True), (0.9, True), (1.0, True), (1.1, False)]
)
def test_any_message_after_the_ping_is_a_sign_of_life(heard_at: float | None, lost: bool) -> None:
    """Without one the connection fails, long before the first audio is late."""
    protocol = speaking()
    if heard_at is not None:
        protocol.receive(PONG, size=15, now=heard_at)
    assert (protocol.no_pong(since=1.0, timeout=0.75)[-1:] == [Lost()]) is lost
    assert (str(protocol.failure) == "no sign of life within 0.75 s") is lost


def test_a_paused_connection_is_not_taken_for_dead() -> None:
    """While nothing is read, signs of life are not read either."""
    protocol = speaking()
    feed(protocol, Audio(bytes(FULL), ""))
    assert protocol.no_pong(since=5.0, timeout=0.75) == []
    assert protocol.failure is None


ANY_EVENT = st.sampled_from([SOUND, EMPTY, FINAL, PONG, Failure(LOST)])
ANY_STEP = st.one_of(ANY_EVENT, st.sampled_from([ENGLISH, HINDI, "text"]))


@given(st.lists(ANY_STEP, max_size=60))
def test_every_response_ends_once_and_nothing_comes_after_its_end(
    steps: list[Event | Voice | str],
) -> None:
    """Whatever is sent and received, in any order."""
    protocol = configured()
    texts = 0
    effects: list[Effect] = []
    for step in steps:
        if protocol.failure is not None:
            break
        if isinstance(step, Voice):
            protocol.configure(step)
        elif isinstance(step, str):
            texts += 1
            assert protocol.send_text(step)[0] == texts
        else:
            effects += feed(protocol, step)
    effects += protocol.fail(LOST)
    assert effects.count(Lost()) == 1
    assert effects[-1] == Lost()
    deliveries = [effect for effect in effects if isinstance(effect, Deliver)]
    flushes = [delivery.flush for delivery in deliveries]
    assert flushes == sorted(flushes)
    ends = [d.flush for d in deliveries if not isinstance(d.event, Audio)]
    assert ends == list(range(1, texts + 1))
    last = {delivery.flush: delivery.event for delivery in deliveries}
    assert not any(isinstance(event, Audio) for event in last.values())
