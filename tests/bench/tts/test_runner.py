"""A whole measurement, by a peer in a process of its own."""

import pytest

from bench.tts.drivers.messages import Open
from bench.tts.peers import PEERS, PeerEnded, PeerProcess
from bench.tts.runner import replies, run_one, texts_of
from bench.tts.scenarios import SCENARIOS


def test_the_replies_are_varied_enough():
    """At least twenty of them, in English, Hindi, Tamil and mixed."""
    assert {"english", "hindi", "tamil", "mixed"} <= set(replies())
    assert len(set(texts_of(SCENARIOS["undisturbed"], 1))) >= 20


@pytest.mark.real_clock
async def test_our_plugin_is_measured_and_judged():
    """A reply and one after a barge-in are whole, timed and billed."""
    texts = ["Of course. Which day would suit you best?"]
    async with PeerProcess.start(PEERS["ours"]) as process:
        result = await run_one(process, "all on", SCENARIOS["after a barge-in"], texts, seed=1)
    assert result.whole == 1
    assert result.failed == 0
    assert result.first_audible[0] > 0.25
    # The last connection may have opened just now.
    assert 2 <= result.configs <= result.connects
    # The interrupted one is billed, too.
    assert result.requests >= 3


async def test_a_process_that_ends_says_why():
    """The bench does not wait for a peer that is gone."""
    async with PeerProcess.start(PEERS["ours"]) as process:
        with pytest.raises(PeerEnded, match="nobody"):
            await process.open(Open(at="127.0.0.1:9", variant="nobody"))
