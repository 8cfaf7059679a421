"""One call: its parts, its start, and the services that run while it lasts."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Mapping
from functools import partial

from livekit.agents import JobContext

from ..assistant.apologies import Apologies
from ..assistant.call_agent import CallAgent
from ..assistant.call_info import CallInfo
from ..assistant.fillers import Fillers
from ..assistant.roster import spoken_by
from ..assistant.stock_speech import StockSpeech
from ..config.databases import database_url
from ..config.languages import Language
from ..latency.budgets import Budget
from ..latency.journal import Journal
from ..latency.live.call_setup import CallSetup
from ..outcome import CallOutcome, Spool
from ..tools import ToolRuns
from .caller_watch import CallerWatch
from .components import CallComponents
from .first_caller import FirstCaller
from .limits.call import CallLimits
from .mitigations import mitigate
from .private_words import PrivateWords
from .provider_errors import ProviderErrorLog
from .session import build_room_options, build_session
from .switches import build_switches
from .timing import CallTiming


class Call:
    """One call: it owns the components, the timing and the phrases of the call's language.

    Args:
        components: The components, connecting already.
        speech: The stock phrases, in the language that the call begins in.
        variables: What the call's dispatch says of it.
        language_from_attributes: Whether the greeting waits for the caller, whose attributes may
            name another language.
        setup: The Marks of the call's start.
        budget: The limits of each turn.
    """

    def __init__(
        self,
        ctx: JobContext,
        components: CallComponents,
        speech: StockSpeech,
        *,
        variables: Mapping[str, str],
        language_from_attributes: bool,
        setup: CallSetup,
        budget: Budget,
    ) -> None:
        settings = components.settings
        self._ctx = ctx
        self._settings = settings
        self._components = components
        self._speech = speech
        self._language_from_attributes = language_from_attributes
        ProviderErrorLog().listen(components.all)
        self._switches = build_switches(components)
        self._session = session = build_session(components, components.assistant.toolsets())
        timing = CallTiming(
            ctx,
            components,
            session,
            setup=setup,
            budget=budget,
            speech=speech,
            mitigate=partial(mitigate, settings.latency_relief, self._switches),
        )
        if not ctx.is_fake_job():
            CallLimits(ctx, session, settings, speech).start()
        fillers = Fillers(speech, after=settings.filler_after) if settings.fillers else None
        ToolRuns(
            timeout=settings.tool_timeout,
            filler_after=settings.filler_after,
            say_filler=fillers.say if fillers else None,
        ).attach(session)
        self._info = info = CallInfo(
            id=ctx.job.room.name,
            prompt=components.assistant.prompt,
            speech=speech,
            variables=variables,
            database_url=database_url(settings, components.assistant.name),
            fillers=fillers,
            apologies=Apologies(speech, session),
            collector=timing.collector,
            preemptive_reply=components.preemptive_reply,
            greets_on_enter=not language_from_attributes,
        )
        self._assistant = components.assistant.answer(info)
        self._outcome = CallOutcome(
            session,
            self._assistant,
            call=info.id,
            assistant=components.assistant.name,
            language=lambda: speech.language.code,
            write=self._write_outcome if settings.journal_dir else None,
            spool=Spool(settings.outcome_spool_dir) if settings.outcome_webhook_url else None,
        )
        self._private_words = PrivateWords(self._public_texts())
        if components.phrases:
            self._private_words.attach(components.phrases.cache, session)
        # The caller left, the room is gone or a provider failed permanently: the job ends, too.
        session.on("close", lambda event: ctx.shutdown(reason=event.reason.value))

    async def start(self, joining: Awaitable[None]) -> None:
        """Start the session, which greets the caller, and serve the room once it is joined.

        Raises:
            rtc.ConnectError: The room cannot be joined.
        """
        ctx, settings = self._ctx, self._settings
        await self._session.start(
            agent=self._assistant,
            room=ctx.room,
            room_options=build_room_options(settings),
            # A session host would expose the prompt and the conversation to every participant, and
            # let each of them speak for the caller (LiveKit Agents 1.8.9, `RoomSessionTransport`).
            session_host=False,
        )
        await joining
        if ctx.is_fake_job():
            return
        if self._language_from_attributes:
            numbers, greet = settings.number_languages, partial(self._info.greet, self._session)
            switch = self._switch_language
            FirstCaller(ctx.room, numbers=numbers, switch_language=switch, greet=greet).start()
        if settings.timing_in_room:
            self._switches.offer(ctx.room)
        on_timeout = partial(ctx.shutdown, reason="no caller in the room")
        CallerWatch(ctx.room, timeout=settings.caller_timeout, on_timeout=on_timeout).start()

    async def take_outcome(self) -> None:
        """Take the outcome of the call, whose session has closed. The components still work."""
        await self._outcome.take()

    def _write_outcome(self, line: str) -> None:
        assert self._settings.journal_dir is not None
        journal = Journal(self._settings.journal_dir, f"{self._info.id}-outcome", now=time.time())
        journal.write(line)
        journal.close()

    async def _switch_language(self, language: Language) -> None:
        """Continue in the caller's language, if the assistant has it."""
        if language == self._speech.language:
            return
        if spoken_by(self._components.assistant, language) is None:
            return
        await self._components.switch_language(language)
        self._speech.switch_language(language)
        if isinstance(agent := self._session.current_agent, CallAgent):
            await agent.follow_language()
        self._private_words.add_public_words(self._public_texts())

    def _public_texts(self) -> list[str]:
        """What is the same in every call."""
        return [str(self._assistant.instructions), *self._speech.phrases.all]
