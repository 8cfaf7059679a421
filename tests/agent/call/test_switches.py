"""What the page may switch in mid-call."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from livekit import rtc
from livekit.plugins import sarvam_pooled

from agent.call.mitigations import mitigate
from agent.call.switches import State, Switches

ALL_ON = State(cache=True, hedge=True, first_clause=True, parallel=3)


@pytest.fixture
async def voice() -> sarvam_pooled.TTS:
    """A voice that is never connected."""
    return sarvam_pooled.TTS(api_key="key")


@pytest.fixture
def phrases(tmp_path: Path) -> sarvam_pooled.PhraseCache:
    """A cache with nothing in it."""
    return sarvam_pooled.PhraseCache(
        sarvam_pooled.PhraseStore(tmp_path), memory=sarvam_pooled.PhraseMemory(), call_id="1"
    )


async def ask(switches: Switches, payload: str) -> Any:
    """As the page does."""
    call = rtc.RpcInvocationData("1", "page", payload, 5.0)
    return json.loads(await switches.answer(call))


async def test_no_change_answers_the_state(
    voice: sarvam_pooled.TTS, phrases: sarvam_pooled.PhraseCache
) -> None:
    """The page asks so when it finds the agent."""
    before = voice.engine.options
    switches = Switches(voice, state=ALL_ON, phrases=phrases)
    assert await ask(switches, "{}") == ALL_ON.model_dump()
    assert voice.engine.options is before


async def test_each_switch_reaches_the_voice(
    voice: sarvam_pooled.TTS, phrases: sarvam_pooled.PhraseCache
) -> None:
    """And stays as it is when another one is changed."""
    switches = Switches(voice, state=ALL_ON, phrases=phrases)
    await ask(switches, '{"hedge": false}')
    await ask(switches, '{"parallel": 1, "first_clause": false}')
    state = await ask(switches, '{"cache": false}')
    assert state == {"cache": False, "hedge": False, "first_clause": False, "parallel": 1}
    assert voice.engine.options.synthesis == sarvam_pooled.Synthesis(hedge=False, parallel=1)
    assert voice.engine.options.segmenting == sarvam_pooled.Segmenting(first_clause=False)
    assert voice.phrases is None
    await ask(switches, '{"cache": true}')
    assert voice.phrases is phrases


async def test_a_cache_that_is_not_there_stays_off(voice: sarvam_pooled.TTS) -> None:
    """The worker runs without one."""
    off = ALL_ON.model_copy(update={"cache": False})
    assert not (await ask(Switches(voice, state=off, phrases=None), '{"cache": true}'))["cache"]


@pytest.mark.parametrize(
    "payload", ["", "7", "{", '{"parallel": 9}', '{"parallel": true}', '{"hedge": 1}', '{"x": 1}']
)
async def test_what_is_no_switch_is_refused_whole(voice: sarvam_pooled.TTS, payload: str) -> None:
    """With what is wrong; nothing is changed."""
    switches = Switches(voice, state=ALL_ON, phrases=None)
    before = voice.engine.options
    with pytest.raises(rtc.RpcError) as refused:
        await ask(switches, payload)
    assert refused.value.code == 1400
    assert refused.value.message
    assert voice.engine.options is before


async def test_a_slow_call_hedges_and_a_well_one_does_as_it_was_made(
    voice: sarvam_pooled.TTS,
) -> None:
    """Only while the voice is to blame; the page sees the change."""
    saving = ALL_ON.model_copy(update={"cache": False, "hedge": False})
    switches = Switches(voice, state=saving, phrases=None)
    mitigate(("hedge",), switches, slow=True, stage="llm")
    assert not (await ask(switches, "{}"))["hedge"]
    mitigate(("hedge",), switches, slow=True, stage="tts")
    assert (await ask(switches, "{}"))["hedge"]
    assert voice.engine.options.synthesis == sarvam_pooled.Synthesis(hedge=True, parallel=3)
    mitigate(("hedge",), switches, slow=False, stage="tts")
    assert await ask(switches, "{}") == saving.model_dump()


@pytest.mark.parametrize("is_slow", [False, True])
async def test_a_call_that_recovers_keeps_an_operators_choice(
    voice: sarvam_pooled.TTS, is_slow: bool
) -> None:
    """It was made before the call was slow or meanwhile; switches that the operator left alone go
    back to the settings."""
    saving = ALL_ON.model_copy(update={"cache": False, "hedge": False})
    switches = Switches(voice, state=saving, phrases=None)
    mitigate(("hedge",), switches, slow=is_slow, stage="tts")
    await ask(switches, '{"parallel": 2}')
    mitigate(("hedge",), switches, slow=False, stage="")
    assert await ask(switches, "{}") == saving.model_dump() | {"parallel": 2}
    mitigate(("hedge",), switches, slow=is_slow, stage="tts")
    await ask(switches, '{"hedge": true}')
    mitigate(("hedge",), switches, slow=False, stage="")
    assert (await ask(switches, "{}"))["hedge"]


async def test_a_change_that_does_not_fit_changes_nothing(voice: sarvam_pooled.TTS) -> None:
    """As when the page asks for it."""
    off = ALL_ON.model_copy(update={"cache": False})
    switches = Switches(voice, state=off, phrases=None)
    for changed in ({"parallel": 99}, {"volume": 11}):
        with pytest.raises(ValueError, match=r"parallel|volume"):
            switches.change(**changed)
    assert await ask(switches, "{}") == off.model_dump()
