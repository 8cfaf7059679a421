"""The timing of a call: what listens to it, and where its reports go, as the settings say."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import cached_property, partial

from livekit.agents import AgentSession, JobContext
from livekit.agents.llm import LLMError
from livekit.agents.stt import STTError
from livekit.agents.tts import AvailabilityChangedEvent, TTSError

from ..config.languages import Language
from ..config.settings import Settings
from ..latency.budgets import Budget
from ..latency.journal import Journal
from ..latency.live import tracing
from ..latency.live.collector import Collector
from ..latency.live.publisher import Publisher
from ..latency.live.sampler import Sampler
from ..latency.live.switches import METHOD, State, Switches
from ..latency.live.usage import used
from ..latency.mitigations import mitigate
from ..latency.prices import Used
from ..latency.prometheus import Meter, meter
from ..latency.scrape import reserve
from ..latency.vitals import vitals
from .operators import for_operators
from .provider_errors import provider_of
from .providers import CallComponents

TOPIC = "agent.latency"
"""Of the text stream whose messages are reports."""


def warm_timing() -> None:
    """What a process needs before its call, and before its first metric."""
    reserve()
    meter()
    vitals()
    tracing.start()


class CallTiming:
    """Times one call. Make it as the first thing in the job.

    Args:
        budget: What each turn is held to.
    """

    def __init__(
        self, ctx: JobContext, settings: Settings, parts: CallComponents, *, budget: Budget
    ) -> None:
        self._ctx = ctx
        self._settings = settings
        self._parts = parts
        self._session: AgentSession[None] | None = None
        self._multilingual = False
        self._caller = ""
        call = ctx.job.room.name
        in_room = settings.timing_in_room and not ctx.is_fake_job()
        folder = settings.journal_folder
        self._publisher = Publisher(
            call,
            budget=budget,
            meter=meter(),
            send=self._send if in_room else None,
            journal=partial(Journal, folder, call, now=time.time()) if folder else None,
            on_slow=self._on_slow,
        )
        self.collector = Collector(call, self._publisher)
        self.collector.arrival.enter(ctx)
        self._sampler = Sampler(
            vitals(), room=None if ctx.is_fake_job() else ctx.room, sockets=self._sockets
        )
        _listen_to(parts, self.collector, meter())
        ctx.add_shutdown_callback(self.aclose)

    def listen(self, session: AgentSession[None], *, spoken: Language) -> None:
        """Follow the call's session; before it is started."""
        self._session = session
        self.turn_to(spoken)
        self.collector.listen(session)

    def turn_to(self, spoken: Language) -> None:
        """The call is in this language."""
        self._multilingual = self._settings.hears(spoken) == "multi"

    @cached_property
    def _switches(self) -> Switches:
        """Made when it is first wanted: by then the call's language is known, and its phrases."""
        settings, phrases = self._settings, self._parts.phrases
        return Switches(
            self._parts.primary_tts,
            state=State(
                cache=phrases is not None,
                hedge=settings.tts_hedge,
                first_clause=settings.tts_first_clause,
                parallel=settings.tts_parallel,
            ),
            phrases=phrases.cache if phrases else None,
        )

    def offer_switches(self) -> None:
        """Let operators switch optimisations; once the room is joined."""
        if self._settings.timing_in_room and not self._ctx.is_fake_job():
            room = self._ctx.room
            answer = for_operators(room, self._switches.answer)
            room.local_participant.register_rpc_method(METHOD, answer)

    def _on_slow(self, slow: bool, stage: str) -> None:
        mitigate(self._settings.latency_relief, self._switches, slow=slow, stage=stage)

    async def aclose(self) -> None:
        """The call has ended: report what is left, and sum it up."""
        await self._sampler.aclose()
        self.collector.settle()
        await self._publisher.aclose(used=self._used)
        await tracing.flush()

    async def _send(self, report: str) -> None:
        """To the caller whom the session listens to, as it is their call and nobody else's."""
        room = self._ctx.room
        if room.isconnected() and (caller := self._linked()) in room.remote_participants:
            await room.local_participant.send_text(
                report, topic=TOPIC, destination_identities=[caller]
            )

    def _linked(self) -> str:
        """Identity of that caller, also once the session has closed; empty before it has one."""
        if self._session is not None:
            # There is none before the session starts, and none after it has closed.
            with suppress(RuntimeError):
                if (linked := self._session.room_io.linked_participant) is not None:
                    self._caller = linked.identity
        return self._caller

    def _sockets(self) -> int:
        pool = self._parts.primary_tts.statistics()
        return pool.idle + pool.leased

    def _used(self) -> list[Used]:
        if self._session is None:
            return []
        return used(
            self._session.usage,
            voice=self._parts.primary_tts.model,
            characters=self._publisher.characters,
            multilingual=self._multilingual,
        )


def _listen_to(parts: CallComponents, collector: Collector, meter: Meter) -> None:
    """Hear of the providers' failures."""

    def on_error(event: STTError | LLMError | TTSError) -> None:
        meter.provider_error(provider_of(event.label))

    def on_availability(event: AvailabilityChangedEvent) -> None:
        if event.tts is parts.primary_tts:
            collector.primary_tts(available=event.available)
            meter.primary_tts(available=event.available)

    for part in parts.all:
        part.on("error", on_error)
    parts.tts.on("tts_availability_changed", on_availability)
