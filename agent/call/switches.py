"""Optimisations that can be switched in mid-call: by an operator's page, to hear their effects, and
by a mitigation.

The room's RPC method `agent.switches` takes {"cache": bool, "hedge": bool, "first_clause": bool,
"parallel": int}, each key optional, and answers with the state of all. A change applies to the
replies that begin after it. Only operators may call it (see `operators.py`).
"""

from __future__ import annotations

from typing import Annotated, Final

from livekit import rtc
from livekit.plugins import sarvam_pooled
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .components import CallComponents
from .operators import for_operators

METHOD: Final = "agent.switches"
_REFUSED: Final = 1400
"""Code of the RPC error; LiveKit's own are from 1500 on."""


class State(BaseModel):
    """The state of all switches."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True, strict=True)

    cache: bool
    hedge: bool
    first_clause: bool
    parallel: Annotated[int, Field(ge=1, le=8)]


class Switches:
    """The switches of one call.

    Args:
        state: The options that `tts` was made with.
        phrases: The cache that `cache` switches; None if there is none.
    """

    def __init__(
        self,
        tts: sarvam_pooled.TTS,
        *,
        state: State,
        phrases: sarvam_pooled.PhraseCache | None,
    ) -> None:
        self._tts = tts
        self._phrases = phrases
        self._state = state
        self.configured = state
        """As the settings and an operator have it: without the changes of mitigations."""

    def offer(self, room: rtc.Room) -> None:
        """Let the operators of a joined room call the RPC method."""
        answer = for_operators(room, self.answer)
        room.local_participant.register_rpc_method(METHOD, answer)

    async def answer(self, call: rtc.RpcInvocationData) -> str:
        """The RPC method.

        Raises:
            rtc.RpcError: The payload is not valid; nothing is changed then.
        """
        try:
            # First the JSON by itself, then the state that it makes.
            changed = _Change.model_validate_json(call.payload).model_dump(exclude_none=True)
            state = State.model_validate(self._state.model_dump() | changed)
        except ValidationError as error:
            problems = (
                f"{'.'.join(map(str, e['loc'])) or METHOD}: {e['msg']}" for e in error.errors()
            )
            raise rtc.RpcError(_REFUSED, "; ".join(problems)) from None
        if changed:
            self.configured = self.configured.model_copy(update=changed)
            self._apply(state)
        return self._state.model_dump_json()

    def change(self, **changed: bool | int) -> State:
        """Change some of them for a mitigation; returns the new state.

        Raises:
            ValueError: There is no such switch, or it takes no such value.
        """
        self._apply(State.model_validate(self._state.model_dump() | changed))
        return self._state

    def _apply(self, state: State) -> None:
        if self._phrases is None:
            state = state.model_copy(update={"cache": False})
        self._state = state
        self._tts.tune(
            segmenting=sarvam_pooled.Segmenting(first_clause=state.first_clause),
            synthesis=sarvam_pooled.Synthesis(hedge=state.hedge, parallel=state.parallel),
            phrases=self._phrases if state.cache else None,
        )


class _Change(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, strict=True)

    cache: bool | None = None
    hedge: bool | None = None
    first_clause: bool | None = None
    parallel: int | None = None


def build_switches(components: CallComponents) -> Switches:
    """The switches of a call, in the state of its settings."""
    settings, phrases = components.settings, components.phrases
    return Switches(
        components.primary_tts,
        state=State(
            cache=phrases is not None,
            hedge=settings.tts_hedge,
            first_clause=settings.tts_first_clause,
            parallel=settings.tts_parallel,
        ),
        phrases=phrases.cache if phrases else None,
    )
