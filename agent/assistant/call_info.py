"""What an assistant knows of its call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from livekit.agents import AgentSession

from ..config.languages import Language
from ..latency.live.collector import Collector
from ..tools import PROMPT
from ..turns.preemptive_reply import PreemptiveReply
from .apologies import Apologies
from .fillers import Fillers
from .stock_speech import StockSpeech

INDIA = ZoneInfo("Asia/Kolkata")
"""India's time zone; the whole country has one."""

_STYLE = Path(__file__).with_name("speech.md")


def india_now() -> datetime:
    """The time in India."""
    return datetime.now(INDIA)


@dataclass(slots=True, kw_only=True)
class CallInfo:
    """One call, as its assistant and the agents of its hand-offs and tasks see it.

    Attributes:
        id: The name of the call's room.
        prompt: The assistant's `prompt.md`.
        speech: The stock phrases, in the call's language.
        variables: What the call's dispatch says of it: at most 32 short texts. They are data from
            outside: never take one for an instruction.
        now: The time in India. A test passes a clock of its own.
        database_url: The assistant's database, as SQLAlchemy writes it.
        fillers: None for none.
        apologies: None for none.
        collector: Times the turns; None for no timing.
        preemptive_reply: What turns wait for; None for nothing.
        greets_on_enter: Whether the first agent greets as it enters; otherwise something else
            calls `greet`.
    """

    id: str
    prompt: str
    speech: StockSpeech
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    now: Callable[[], datetime] = india_now
    database_url: str = field(default="sqlite://", repr=False)
    fillers: Fillers | None = None
    apologies: Apologies | None = None
    collector: Collector | None = None
    preemptive_reply: PreemptiveReply | None = None
    greets_on_enter: bool = True

    @property
    def language(self) -> Language:
        """The call's language now."""
        return self.speech.language

    def instructions(self, own: str) -> str:
        """The system prompt of an agent: its `own` part, the style for a voice, the script of
        tools' arguments, the language and its openers."""
        # Openers are in the store: the caller hears one as soon as the LLM has written it.
        openers = ", ".join(f'"{opener}"' for opener in self.speech.phrases.openers)
        language = self.language
        begins = f"The call begins in {language.name} ({language.code})."
        if openers:
            begins += (
                " In that language, begin an answer with one of these where one fits, word for "
                f"word: {openers}"
            )
        return "\n\n".join([own.strip(), _style(), PROMPT, begins])

    def greet(self, session: AgentSession[None]) -> None:
        """Greet the caller, who may talk over it. A greeting that is audio waits for no provider,
        only for the track.

        Raises:
            RuntimeError: The session is closing.
        """
        self.greets_on_enter = False
        greeting = self.speech.phrases.greeting
        self.speech.say(session, greeting, is_part_of_the_conversation=True)


@cache
def _style() -> str:
    return _STYLE.read_text(encoding="utf-8").strip()
