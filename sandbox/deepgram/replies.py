"""What the client is told: from what the sound shows, in order, each reply after its delay.

Each reply waits in a line for the time the service takes (`first_byte`), while the ear already
works on it: real work adds nothing to the simulated delay unless it takes longer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sandbox.conditions import Fault
from sandbox.tts.delay_line import DelayLine
from sandbox.tts.slow_socket import SlowSocket

from . import messages
from .account import Account
from .endpointer import Began, Ended, Silent, Speech, SpeechEvent, Tick
from .hearing import Ear, HearingError
from .messages import Segment
from .query import ListenQuery
from .transcript import Word

INTERNAL_ERROR = 1011
"""Close code of a service in trouble."""
_NO_ANSWER = "NET-0000: The service has not transmitted a Text frame within the timeout window."

Reply = Callable[[], Awaitable[None]]


class Replies:
    """The replies to one stream. A fault strikes one utterance."""

    def __init__(
        self,
        socket: SlowSocket,
        account: Account,
        query: ListenQuery,
        *,
        number: int,
        request_id: str,
    ) -> None:
        self._socket = socket
        self._account = account
        self._query = query
        self._number = number
        self._request_id = request_id
        self._ear: Ear = account.ear()
        self._line: DelayLine[Reply] = DelayLine()
        # Begin of the utterance, in seconds of the stream.
        self._began_at = 0.0
        # What goes wrong with the utterance.
        self._fault: Fault | None = None
        # Whether the utterance goes on from one that was cut off for its length.
        self._goes_on = False
        # End of the last word of a final result; None once `UtteranceEnd` has told it.
        self._last_word_end: float | None = None

    async def run(self) -> None:
        """Send what is due, for ever."""
        while True:
            reply = await self._line.get()
            try:
                await reply()
            except HearingError:
                self._account.stats["errors_hearing"] += 1
                self._socket.hang_up(politely=True, code=INTERNAL_ERROR, reason=_NO_ANSWER)

    def close(self) -> None:
        """The stream is over."""
        self._ear.discard()

    def take(self, event: SpeechEvent, *, is_last: bool = False) -> None:
        """Reply to what the sound shows; `is_last` if the client has closed the stream."""
        match event:
            case Began():
                self._begin(event)
            case Speech(pcm):
                self._ear.feed(pcm)
            case Tick(at):
                if self._query.interim_results:
                    self._tell_interim(at)
            case Ended(reason="noise"):
                self._ear.discard()
                self._tell_final((), event)
            case Ended(last=last, reason=reason):
                self._goes_on = reason == "length"
                self._tell_final(self._ear.finish(last), event, is_last=is_last)
            case Silent():
                self.later(self._tell_utterance_end)

    def later(self, reply: Reply) -> None:
        """Send a reply after the service's delay and after all before it."""
        fault = self._fault
        factor = fault.factor if fault is not None and fault.kind == "slow" else 1.0
        self._line.put(reply, self._account.conditions.first_byte(0, factor=factor))

    def _begin(self, began: Began) -> None:
        self._began_at = began.at
        self._ear.begin(began)
        if self._goes_on:
            return
        self._fault = self._account.draw_fault(
            "drop", "stall", "error", "close", "no_end", "slow", "garbage"
        )
        if self._query.vad_events:

            async def tell() -> None:
                self._socket.send(messages.speech_started(began.at))

            self.later(tell)

    def _tell_interim(self, at: float) -> None:
        heard = self._ear.heard(at)
        start = self._began_at

        async def tell() -> None:
            if words := await heard:
                self._account.stats["interims"] += 1
                self._send(Segment(start=start, end=at, words=words, is_final=False))

        self.later(tell)

    def _tell_final(
        self,
        heard: Awaitable[tuple[Word, ...]] | tuple[()],
        ended: Ended,
        *,
        is_last: bool = False,
    ) -> None:
        start = self._began_at
        fault = self._fault
        is_asked = ended.reason == "asked"
        is_end = is_asked or (ended.reason != "length" and self._query.endpointing is not None)

        async def tell() -> None:
            words = heard if isinstance(heard, tuple) else await heard
            if is_end and fault is not None and self._break(fault):
                return
            if words:
                self._last_word_end = words[-1].end
            self._account.note(self._number, words)
            self._send(
                Segment(
                    start=start,
                    end=ended.at,
                    words=words,
                    is_final=True,
                    speech_final=is_end,
                    from_finalize=is_asked and not is_last,
                )
            )

        self.later(tell)

    async def _tell_utterance_end(self) -> None:
        if self._last_word_end is not None:
            self._account.stats["utterance_ends"] += 1
            self._socket.send(messages.utterance_end(self._last_word_end))
            self._last_word_end = None

    def _send(self, segment: Segment) -> None:
        self._socket.send(messages.results(segment, self._query, request_id=self._request_id))

    def _break(self, fault: Fault) -> bool:
        """Let `fault` take the place of the final result; False if it does not do that."""
        match fault.kind:
            case "stall":
                self._socket.fall_silent(deaf=False)
            case "drop":
                self._socket.hang_up(politely=False)
            case "close":
                self._socket.hang_up(politely=True)
            case "error":
                self._socket.send(messages.error("InternalError", f"simulated, {fault.code}"))
                self._socket.hang_up(politely=True, code=INTERNAL_ERROR, reason=_NO_ANSWER)
            case "garbage":
                self._socket.send(messages.garbage())
            case "no_end":
                pass
            case _:
                return False
        return True
