"""One call: what it is made of, how it begins, and what serves it while it lasts."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial

from livekit.agents import JobContext

from ..config.languages import Language
from ..latency.budgets import Budget
from ..latency.live.call_setup import CallSetup
from .caller_watch import CallerWatch
from .components import CallComponents
from .fillers import Fillers
from .first_caller import FirstCaller
from .limits.call import CallLimits
from .mitigations import mitigate
from .private_words import PrivateWords
from .provider_errors import ProviderErrorLog
from .receptionist import Receptionist, instructions
from .session import build_room_options, build_session
from .stock_speech import StockSpeech
from .switches import build_switches
from .timing import CallTiming


class Call:
    """One call: it owns the components, the timing and the phrases of the call's language.

    Args:
        components: Have begun to connect.
        speech: The stock phrases, in the language that the call begins in.
        asks_caller: Whether the caller's attributes may name another one.
        setup: How the call began.
        budget: The limits of each turn.
    """

    def __init__(
        self,
        ctx: JobContext,
        components: CallComponents,
        speech: StockSpeech,
        *,
        asks_caller: bool,
        setup: CallSetup,
        budget: Budget,
    ) -> None:
        settings, prompt = components.settings, instructions(speech)
        self._ctx = ctx
        self._settings = settings
        self._components = components
        self._speech = speech
        self._asks_caller = asks_caller
        ProviderErrorLog(components.all)
        self._switches = build_switches(components)
        self._session = session = build_session(components)
        timing = CallTiming(
            ctx,
            components,
            session,
            setup=setup,
            budget=budget,
            speech=speech,
            on_slow=partial(mitigate, settings.latency_relief, self._switches),
        )
        self._private_words = PrivateWords([prompt, *speech.phrases.all])
        if components.phrases:
            self._private_words.keep_from(components.phrases.cache, session)
        if not ctx.is_fake_job():
            CallLimits(ctx, session, settings, speech)
        fillers = Fillers(speech, after=settings.filler_after) if settings.fillers else None
        self._receptionist = Receptionist(
            prompt, speech, fillers=fillers, timing=timing, waits=asks_caller
        )
        # The caller left, the room is gone or a provider failed for good: the job ends as well.
        session.on("close", lambda event: ctx.shutdown(reason=event.reason.value))

    async def start(self, joining: Awaitable[None]) -> None:
        """Start the session, which greets the caller, and serve the room once it is joined.

        Raises:
            rtc.ConnectError: The room cannot be joined.
        """
        ctx, settings = self._ctx, self._settings
        await self._session.start(
            agent=self._receptionist,
            room=ctx.room,
            room_options=build_room_options(settings),
            # It would show the prompt and the conversation to every participant of the room, and
            # let each of them speak for the caller (LiveKit Agents 1.8.9, `RoomSessionTransport`).
            session_host=False,
        )
        await joining
        if self._asks_caller:
            numbers, greet = settings.number_languages, self._receptionist.greet
            FirstCaller(ctx.room, numbers=numbers, turn_to=self._turn_to, greet=greet)
        if ctx.is_fake_job():
            return
        if settings.timing_in_room:
            self._switches.offer(ctx.room)
        alone = partial(ctx.shutdown, reason="no caller in the room")
        CallerWatch(ctx.room, timeout=settings.caller_timeout, alone=alone)

    async def _turn_to(self, language: Language) -> None:
        """Go on in the caller's language."""
        if language == self._speech.language:
            return
        await self._components.turn_to(language)
        self._speech.turn_to(language)
        prompt = instructions(self._speech)
        await self._receptionist.update_instructions(prompt)
        self._private_words.share([prompt, *self._speech.phrases.all])
