"""The worker: its start-up checks, `server`, and `answer`, which takes a call."""

from __future__ import annotations

import logging
from functools import partial

from livekit import rtc
from livekit.agents import JobContext, JobProcess
from livekit.plugins import sarvam_pooled

from prewarm import process

from .assistant.effective_settings import settings_of, table_of
from .assistant.load import LoadedAssistant
from .assistant.roster import Roster, load_roster, spoken_by
from .call.call import Call
from .call.call_metadata import read_metadata
from .call.components import CallComponents, build_components, build_tts, load_vad
from .call.joining import begin_to_join
from .call.mitigations import check_names
from .call.phrase_cache import build_remote_tier, warn_of_missing
from .call.timing import warm_timing
from .config.folders import look_at_folders
from .config.load import ConfigError, load_settings
from .config.settings import Settings
from .config.without_effect import without_effect
from .latency.budgets import Budget, BudgetError, load_budget
from .latency.live.call_setup import CallSetup
from .log_filters import install_log_filters
from .log_privacy import keep_words_out
from .outcome import outcome_sender
from .voice_agent_server import build_server

logger = logging.getLogger(__name__)

PRELOADED_MODULE = "prewarm.forkserver_preload"
"""Imported only by the process that all job processes are forked from, for their shared code."""

_CALL = "call"
"""Key of the call in its process's `userdata`."""


def warm_process(job_process: JobProcess) -> None:
    """Prepare a new process for its call. LiveKit calls this."""
    if not settings.log_words:
        keep_words_out()
    warm_timing()
    if settings.prewarm:
        process.warm_up(job_process, partial(build_components, settings, roster.default))


def _checked(settings: Settings) -> Settings:
    """Check at start-up what would otherwise fail in a call: options of the plugins, the address of
    the remote tier, and names of mitigations."""
    build_remote_tier(settings)
    try:
        check_names(settings.latency_relief)
    except ValueError as error:
        raise ConfigError((f"LATENCY_RELIEF: {error}",)) from None
    if settings.vad == "plugin":
        # LiveKit registers plugins only in the main thread, and a console's call has another.
        load_vad(settings)
    return settings


def _roster(settings: Settings) -> Roster:
    """Load the assistants, and check the voice of each in each of its languages."""
    roster = load_roster(settings)
    for assistant in roster.loaded.values():
        own = settings_of(assistant, settings)
        table = table_of(assistant, settings)
        try:
            tts = build_tts(own)
            for code in assistant.manifest.languages:
                tts.update_options(target_language_code=code, **table.voice(code))
        except sarvam_pooled.OptionError as error:
            raise ConfigError((f"the voice of {assistant.name}: {error}",)) from None
    return roster


def _budget(settings: Settings) -> Budget:
    try:
        return load_budget(settings.latency_budget)
    except BudgetError as error:
        raise ConfigError((f"LATENCY_BUDGET: {error}",)) from None


install_log_filters()
# Read once: job processes inherit this module and its settings from the process they fork from.
settings = _checked(load_settings(needs_room=False))
roster = _roster(settings)
budget = _budget(settings)
preload = [__name__, PRELOADED_MODULE] if settings.prewarm else [__name__]
server = build_server(settings, setup=warm_process, preload=preload)
server.accompanied_by = partial(outcome_sender, settings)


def _report() -> None:
    """Log problems for the operator. Runs in the worker itself, not in its job processes."""
    look_at_folders(settings)
    own = settings_of(roster.default, settings)
    warn_of_missing(own, build_tts(own), table_of(roster.default, settings))
    for problem in without_effect(settings):
        logger.warning(problem)


server.on("worker_started", _report)


def _take_components(ctx: JobContext, assistant: LoadedAssistant) -> CallComponents:
    """The components of a call, which are ready if the default assistant answers it; closed with
    the job."""
    make = partial(build_components, settings, assistant)
    components = process.take(ctx.proc, make)
    ctx.add_shutdown_callback(components.aclose)
    if components.assistant.name != assistant.name:
        components = make()
        ctx.add_shutdown_callback(components.aclose)
    return components


async def take_outcome(ctx: JobContext) -> None:
    """Take the outcome of a call whose session has closed, before its components are."""
    if (call := ctx.proc.userdata.get(_CALL)) is not None:
        await call.take_outcome()


@server.rtc_session(agent_name=settings.agent_name, on_session_end=take_outcome)
async def answer(ctx: JobContext) -> None:
    """Take one call: build it while the room is joined and the providers connect, and greet."""
    metadata = read_metadata(ctx.job.metadata, ctx.job.room.metadata)
    assistant = roster.choose(metadata.assistant)
    components = _take_components(ctx, assistant)
    setup = CallSetup(ctx)
    joining = await begin_to_join(ctx)
    language = spoken_by(assistant, metadata.language)
    speech = await components.start(language or components.settings.language)
    # Attributes are not known before the room is joined; the console has none.
    is_open = language is None and not ctx.is_fake_job()
    call = Call(
        ctx,
        components,
        speech,
        variables=metadata.variables or {},
        language_from_attributes=is_open,
        setup=setup,
        budget=budget,
    )
    ctx.proc.userdata[_CALL] = call
    try:
        await call.start(joining)
    except rtc.ConnectError as error:
        logger.warning("the room cannot be joined", extra={"error": error.message})
        ctx.shutdown(reason="the room cannot be joined")
