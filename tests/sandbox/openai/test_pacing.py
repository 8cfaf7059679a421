"""The pace of a stream, on the loop's real clock."""

import asyncio

from sandbox.conditions import Latency
from sandbox.openai import OpenAIOptions
from sandbox.openai.chunks import Event
from sandbox.openai.pacing import Pace, send_events, sleep_until


def row(count):
    """Events of one character each."""
    return [Event(b"%d," % place, place, 1) for place in range(count)]


class Writer:
    """Notes what is written and when."""

    def __init__(self, *, hold=0.0):
        self.writes = []
        self._hold = hold

    async def __call__(self, data):
        self.writes.append((asyncio.get_running_loop().time(), data))
        if len(self.writes) == 1 and self._hold:
            await asyncio.sleep(self._hold)


async def test_no_event_leaves_early_and_the_last_one_is_in_time():
    """Deadlines are absolute: 50 short waits do not add up to a drift."""
    now = asyncio.get_running_loop().time()
    pace = Pace(now + 0.01, 0.002)
    writer, sent = Writer(), []
    await send_events(row(50), pace, writer, sent.append)
    assert [event.before for event in sent] == list(range(50))
    for at, data in writer.writes:
        last = int(data.split(b",")[-2])
        assert at >= pace.start + last * pace.per_character - 0.001
    assert asyncio.get_running_loop().time() - (pace.start + 49 * 0.002) < 0.05


async def test_events_that_are_late_leave_together():
    """After a writer was held up, all that came due meanwhile goes out in one write."""
    now = asyncio.get_running_loop().time()
    writer = Writer(hold=0.05)
    await send_events(row(20), Pace(now, 0.002), writer, lambda _: None)
    assert [data for _, data in writer.writes][:2] == [
        b"0,",
        b"".join(b"%d," % place for place in range(1, 20)),
    ]


async def test_a_time_past_does_not_wait():
    """`sleep_until` returns at once for a time that is gone, and tells the time."""
    now = asyncio.get_running_loop().time()
    assert now <= await sleep_until(now - 1) < now + 0.05


async def test_the_network_and_the_model_take_their_time(ask, stand_in):
    """A new connection, the way there and back, the first byte, then the pace."""
    stand_in.options = OpenAIOptions(characters_per_second=1000)
    stand_in.conditions.latency = Latency(
        round_trip=0.02, first_byte=0.05, per_character=0, jitter=0, tail_probability=0
    )
    loop = asyncio.get_running_loop()
    for setup in (0.04, 0):
        began = loop.time()
        stream = await ask("what are your opening hours", stream=True)
        first, length = None, 0
        async for chunk in stream:
            first = first or loop.time() - began
            length += len(chunk.choices[0].delta.content or "")
        whole = loop.time() - began
        assert setup + 0.07 <= first < setup + 0.07 + 0.06
        assert first + (length - 8) / 1000 - 0.01 <= whole < first + length / 1000 + 0.08
