"""The worker: `server`, and what it does with a call."""

from __future__ import annotations

import logging
from functools import partial

from livekit import rtc
from livekit.agents import JobContext, JobProcess
from livekit.plugins import sarvam_pooled

from prewarm import connections, process
from prewarm.phrases import phrases

from .call.apologies import Apologies
from .call.call_metadata import read_metadata
from .call.caller_watch import CallerWatch
from .call.fillers import Fillers
from .call.first_caller import FirstCaller
from .call.joining import begin_to_join
from .call.limits.call import CallLimits
from .call.phrases import connect_shared, tell_missing
from .call.private_words import keep_private
from .call.provider_errors import ProviderFaults
from .call.providers import SAMPLE_RATE, CallComponents, build_parts, build_voice, load_vad
from .call.receptionist import Receptionist, instructions
from .call.session import build_room_options, build_session
from .call.timing import CallTiming, warm_timing
from .config.folders import look_at_folders
from .config.languages import Language
from .config.load import ConfigError, load_settings
from .config.settings import Settings
from .config.without_effect import without_effect
from .latency.budgets import Budget, BudgetError, load_budget
from .latency.live.collector import Collector
from .log_filters import install_log_filters
from .log_privacy import keep_words_out
from .voice_agent_server import build_server

logger = logging.getLogger(__name__)

FORKED = "prewarm.forkserver_preload"
"""Loads what job processes share; imported only by the process that they are forked from."""


def warm_process(job_process: JobProcess) -> None:
    """LiveKit calls this in each new process, before it has a call."""
    if not settings.log_words:
        keep_words_out()
    warm_timing()
    if settings.prewarm:
        process.setup(job_process, partial(build_parts, settings))


def _checked(settings: Settings) -> Settings:
    """The plugins know what their providers refuse; a call is too late to hear of it."""
    connect_shared(settings)
    try:
        build_voice(settings)
    except sarvam_pooled.OptionError as error:
        raise ConfigError((f"the voice's settings: {error}",)) from None
    if settings.vad == "plugin":
        # LiveKit wants plugins registered in the main thread, which a console's call is not.
        load_vad(settings)
    return settings


def _budget(settings: Settings) -> Budget:
    try:
        return load_budget(settings.latency_budget)
    except BudgetError as error:
        raise ConfigError((f"LATENCY_BUDGET: {error}",)) from None


install_log_filters()
# Read once: job processes share this module, settings included, with the process they fork from.
settings = _checked(load_settings(needs_room=False))
budget = _budget(settings)
server = build_server(
    settings, setup=warm_process, preload=[__name__, FORKED] if settings.prewarm else [__name__]
)


def _report() -> None:
    """Log what the operator should know: once, in the worker itself, not in its job processes."""
    look_at_folders(settings)
    tell_missing(settings, build_voice(settings))
    for problem in without_effect(settings):
        logger.warning(problem)


server.on("worker_started", _report)


@server.rtc_session(agent_name=settings.agent_name)
async def answer(ctx: JobContext) -> None:
    """Take one call: from here the room connects, the providers connect, and the agent greets."""
    parts = process.take(ctx.proc, partial(build_parts, settings))
    timing = CallTiming(ctx, settings, parts, budget=budget)
    ctx.add_shutdown_callback(parts.aclose)
    joining = await begin_to_join(ctx)
    ProviderFaults().listen(parts.all)
    named = read_metadata(ctx.job.metadata, ctx.job.room.metadata).language
    spoken = named or settings.language
    # Else the caller's attributes count, which are not known before the room is joined.
    asks_caller = named is None and not ctx.is_fake_job()
    await parts.begin_in(spoken, settings)
    _connect_ahead(parts)
    session = build_session(settings, parts, on_predicted=timing.collector.predicted)
    timing.listen(session, spoken=spoken)
    private = None
    if parts.phrases:
        private = keep_private(session, parts.phrases.cache, common=_everybodys(spoken))
    limits = None
    if not ctx.is_fake_job():
        said = phrases(spoken.code)
        limits = CallLimits(ctx, session, settings, said=said, audio=parts.stock_audio)
    receptionist = _receptionist(spoken, parts, timing.collector, waits=asks_caller)
    # The caller left, the room is gone or a provider failed for good: the job ends as well.
    session.on("close", lambda event: ctx.shutdown(reason=event.reason.value))
    try:
        await session.start(
            agent=receptionist,
            room=ctx.room,
            room_options=build_room_options(settings),
            # It would show the prompt and the conversation to every participant of the room, and
            # let each of them speak for the caller (LiveKit Agents 1.8.9, `RoomSessionTransport`).
            session_host=False,
        )
        await joining
    except rtc.ConnectError as error:
        _end(ctx, error)
        return

    async def turn_to(other: Language) -> None:
        if other == spoken:
            return
        await parts.turn_to(other, settings)
        await receptionist.turn_to(other)
        timing.turn_to(other)
        if private:
            private.share(_everybodys(other))
        if limits:
            limits.said = phrases(other.code)

    if asks_caller:
        numbers = settings.number_languages
        FirstCaller(ctx.room, numbers=numbers, turn_to=turn_to, greet=receptionist.greet)
    timing.offer_switches()
    if not ctx.is_fake_job():
        alone = partial(ctx.shutdown, reason="no caller in the room")
        CallerWatch(ctx.room, patience=settings.caller_timeout, alone=alone)


def _connect_ahead(parts: CallComponents) -> None:
    """Begin to connect to all providers. Switched off, LiveKit does so for the LLM and the first
    TTS when the session starts."""
    if settings.prewarm:
        connections.warm(parts.all)


def _receptionist(
    spoken: Language, parts: CallComponents, timing: Collector, *, waits: bool = False
) -> Receptionist:
    stock = parts.phrases.stock if parts.phrases else None
    said = phrases(spoken.code)
    fillers = Fillers(
        said.fillers if settings.fillers else (),
        parts.stock_audio,
        sample_rate=SAMPLE_RATE,
        after=settings.filler_after,
    )
    apologies = Apologies(said.apologies, parts.stock_audio, sample_rate=SAMPLE_RATE)
    return Receptionist(
        spoken, stock=stock, fillers=fillers, apologies=apologies, timing=timing, waits=waits
    )


def _everybodys(spoken: Language) -> list[str]:
    """Texts with nobody's own words."""
    return [instructions(spoken), *phrases(spoken.code).all]


def _end(ctx: JobContext, error: rtc.ConnectError) -> None:
    logger.warning("the room cannot be joined", extra={"error": error.message})
    ctx.shutdown(reason="the room cannot be joined")
