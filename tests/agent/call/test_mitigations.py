"""Hooks for a call that is slow."""

from __future__ import annotations

from typing import Any

import pytest
from livekit.plugins.sarvam_pooled import TTS, Synthesis

from agent.call import mitigations
from agent.call.mitigations import Tuning, check_names, mitigate, mitigation
from agent.call.switches import State, Switches


@pytest.fixture(autouse=True)
def _own_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test makes known is forgotten."""
    monkeypatch.setattr(mitigations, "_known", dict(mitigations._known))


def test_hooks_of_one_s_own_are_called_in_turn(caplog: pytest.LogCaptureFixture) -> None:
    """Those that were chosen, with what the call is; one that fails is logged and the rest run."""
    seen: list[tuple[str, bool, str]] = []

    @mitigation("broken")
    def broken(tuning: Tuning, slow: bool, stage: str) -> None:
        raise RuntimeError("a mistake")

    @mitigation("calm")
    def calm(tuning: Tuning, slow: bool, stage: str) -> None:
        seen.append(("calm", slow, stage))

    @mitigation("other")
    def other(tuning: Tuning, slow: bool, stage: str) -> None:
        seen.append(("other", slow, stage))

    tuning: Any = object()
    mitigate(("broken", "calm"), tuning, slow=True, stage="tts")
    assert seen == [("calm", True, "tts")]
    assert [r.message for r in caplog.records] == ["a mitigation failed"]


def test_names_are_checked_before_a_call() -> None:
    """No name is a choice too; for an unknown one the error lists those there are."""
    check_names(())
    check_names(("hedge",))
    with pytest.raises(ValueError, match="unknown mitigation 'hegde'; choose from hedge"):
        check_names(("hedge", "hegde"))


def test_hedging_begins_when_the_voice_is_slow_and_ends_with_it() -> None:
    """Only where the settings save second requests, as elsewhere there is nothing to begin."""
    voice = TTS(api_key="key", synthesis=Synthesis(hedge=False))
    state = State(cache=False, hedge=False, first_clause=True, parallel=3)
    switches = Switches(voice, state=state, phrases=None)
    mitigate(("hedge",), switches, slow=True, stage="llm")
    assert not voice.engine.options.synthesis.hedge
    mitigate(("hedge",), switches, slow=True, stage="tts")
    assert voice.engine.options.synthesis.hedge
    mitigate(("hedge",), switches, slow=False, stage="")
    assert not voice.engine.options.synthesis.hedge
