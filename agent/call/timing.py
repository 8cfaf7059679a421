"""The timing of a call: its sources, and the receivers of its reports, by the settings."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from livekit.agents import AgentSession, JobContext
from livekit.agents.llm import LLMError
from livekit.agents.stt import STTError
from livekit.agents.tts import AvailabilityChangedEvent, TTSError

from ..assistant.stock_speech import StockSpeech
from ..latency.budgets import Budget
from ..latency.call_metrics import call_metrics
from ..latency.journal import Journal
from ..latency.live import tracing
from ..latency.live.call_setup import CallSetup
from ..latency.live.collector import Collector
from ..latency.live.publisher import Publisher
from ..latency.live.sampler import Sampler
from ..latency.live.session_usage import billed_usage
from ..latency.scrape import reserve
from ..latency.turn_metrics import turn_metrics
from ..latency.usage import Usage
from .components import CallComponents
from .provider_errors import provider_of

TOPIC = "agent.latency"
"""Topic of the text stream whose messages are reports."""


def warm_timing() -> None:
    """Prepare a process for its call, before its first metric."""
    reserve()
    turn_metrics()
    call_metrics()
    tracing.start()


class CallTiming:
    """Times one call, from before its session is started.

    Args:
        setup: The Marks of the call's start.
        budget: The limits of each turn.
        speech: The stock phrases, which have the call's language.
        mitigate: Called with (slow, stage) when the call becomes slow and when it recovers.
    """

    def __init__(
        self,
        ctx: JobContext,
        components: CallComponents,
        session: AgentSession[None],
        *,
        setup: CallSetup,
        budget: Budget,
        speech: StockSpeech,
        mitigate: Callable[[bool, str], None],
    ) -> None:
        self._ctx = ctx
        self._components = components
        self._session = session
        self._speech = speech
        self._caller = ""
        self._metrics = turn_metrics()
        settings, call = components.settings, ctx.job.room.name
        in_room = settings.timing_in_room and not ctx.is_fake_job()
        folder = settings.journal_dir
        self._publisher = Publisher(
            call,
            budget=budget,
            metrics=self._metrics,
            send=self._send if in_room else None,
            journal=partial(Journal, folder, call, now=time.time()) if folder else None,
            mitigate=mitigate,
        )
        self.collector = Collector(call, self._publisher, session, setup=setup.marks)
        self._sampler = Sampler(
            call_metrics(), room=None if ctx.is_fake_job() else ctx.room, sockets=self._sockets
        )
        for component in components.all:
            component.on("error", self._on_error)
        components.tts.on("tts_availability_changed", self._on_availability)
        components.events.on("segment", self.collector.segment)
        components.events.on("predicted", self.collector.predicted)
        ctx.add_shutdown_callback(self.aclose)

    async def aclose(self) -> None:
        """Report what is left of the call, and sum it up."""
        await self._sampler.aclose()
        self.collector.complete_all()
        await self._publisher.aclose(usage=self._usage)
        await tracing.flush()

    def _on_error(self, event: STTError | LLMError | TTSError) -> None:
        self._metrics.provider_error(provider_of(event.label))

    def _on_availability(self, event: AvailabilityChangedEvent) -> None:
        if event.tts is self._components.primary_tts:
            self.collector.primary_tts(available=event.available)
            self._metrics.primary_tts(available=event.available)

    async def _send(self, report: str) -> None:
        """Send a report to the caller whom the session listens to, and to no other participant."""
        room = self._ctx.room
        if room.isconnected() and (caller := self._linked()) in room.remote_participants:
            await room.local_participant.send_text(
                report, topic=TOPIC, destination_identities=[caller]
            )

    def _linked(self) -> str:
        """Identity of that caller, even once the session has closed; empty before it has one."""
        # There is none before the session starts, and none after it has closed.
        with suppress(RuntimeError):
            if (linked := self._session.room_io.linked_participant) is not None:
                self._caller = linked.identity
        return self._caller

    def _sockets(self) -> int:
        pool = self._components.primary_tts.statistics()
        return pool.idle + pool.leased

    def _usage(self) -> list[Usage]:
        return billed_usage(
            self._session.usage,
            tts=self._components.primary_tts.model,
            characters=self._publisher.characters,
            multilingual=self._components.settings.stt_language_for(self._speech.language)
            == "multi",
        )
