"""Who talks to the agent: the caller by rules, or a model that plays her."""

from __future__ import annotations

from typing import Any, Final

from livekit.agents.llm import LLM, ChatContext

from evals.callers.personas import Persona
from evals.callers.schema import Caller

from .engine import HangUp, Heard, Line, SimulatedCaller

HANG_UP: Final = "HANG UP"
_TASK: Final = """\
You play a caller on the telephone; the other side is a voice agent. Stay in your part.
You speak {language}. {about}
Why you call: {goal}.
What you say when you are asked:
{facts}
{changes}
Say one short turn at a time, as people speak, and nothing else: no quotes, no stage directions.
Never say more than you are asked, and never help the agent do its work.
When you have what you called for, or it is hopeless, say goodbye; after the agent's goodbye write
{hang_up} alone."""


class RuleTalker:
    """The caller by rules."""

    def __init__(self, caller: SimulatedCaller) -> None:
        self._caller = caller

    async def next(self, heard: Heard) -> Line | HangUp:
        """What she says next."""
        return self._caller.next(heard)


class ModelTalker:
    """A caller played by an LLM. Not deterministic: use it to find what the rules do not say.

    Args:
        turns: Most lines of hers.
    """

    def __init__(self, caller: Caller, persona: Persona, llm: LLM[Any], *, turns: int) -> None:
        self._caller = caller
        self._persona = persona
        self._llm = llm
        self._left = turns
        self._said = ChatContext()
        self._said.add_message(role="system", content=part(caller, persona))

    async def next(self, heard: Heard) -> Line | HangUp:
        """What she says next."""
        if self._left <= 0:
            return HangUp("too many turns")
        self._left -= 1
        self._said.add_message(role="user", content=heard.words or "(silence)")
        answer = await self._llm.chat(chat_ctx=self._said).collect()
        text = answer.text.strip()
        if not text or HANG_UP in text:
            return HangUp("done")
        self._said.add_message(role="assistant", content=text)
        return Line(text, self._caller.language, interrupts=self._persona.interrupts)


def part(caller: Caller, persona: Persona) -> str:
    """The system prompt of a model that plays this caller."""
    facts = "\n".join(f"- {ask}: {' / '.join(texts)}" for ask, texts in caller.says.items())
    changes = "\n".join(
        f"Once, when you are asked for {one.at}, you say: {one.says}" for one in caller.changes
    )
    return _TASK.format(
        language=caller.language,
        about=persona.about,
        goal=caller.goal.rstrip("."),
        facts=facts or "- you know nothing else",
        changes=changes,
        hang_up=HANG_UP,
    )
