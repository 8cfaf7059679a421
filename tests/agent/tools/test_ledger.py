"""The ledger: the same call of one turn is one run."""

from __future__ import annotations

import asyncio

from agent.tools.ledger import Ledger


async def test_the_same_call_is_found_in_its_turn_alone() -> None:
    """Another turn is another wish of the caller's; other arguments and other tools are others."""
    ledger = Ledger()
    assert ledger.find(1.0, "book", "10") is None
    run = ledger.add("book", "10", asyncio.get_running_loop().create_future())
    run.ended = 3.0
    assert ledger.find(1.0, "book", "10") is run
    assert ledger.find(1.0, "book", "11") is None
    assert ledger.find(1.0, "move", "10") is None
    assert ledger.find(4.0, "book", "10") is None


async def test_a_run_that_goes_on_is_found_in_later_turns() -> None:
    """A caller who interrupts and repeats it asks for what is being done. So it is if it ends
    before the model calls it again: the model was asked before that."""
    ledger = Ledger()
    run = ledger.add("book", "10", asyncio.get_running_loop().create_future())
    assert ledger.find(4.0, "book", "10") is run
    run.ended = 5.0
    assert ledger.find(4.0, "book", "10") is run
    assert ledger.find(6.0, "book", "10") is None
