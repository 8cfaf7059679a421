"""The messages about one stream's speech, in order, each after its simulated delay.

Each message waits for the time that the service takes (`first_byte`), while the recogniser already
works on it: real work adds nothing to the simulated delay unless it takes longer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sandbox.conditions import Fault, slowdown
from sandbox.slow_socket import DelayLine, SlowSocket

from . import messages
from .account import Account
from .endpointer import Began, Ended, Silent, Speech, SpeechEvent, Tick
from .messages import Segment
from .query import ListenQuery
from .recogniser_process import RecogniserError, StreamRecogniser
from .transcript import Word

INTERNAL_ERROR = 1011
"""Close code of a service that failed."""
_NO_ANSWER = "NET-0000: The service has not transmitted a Text frame within the timeout window."

Send = Callable[[], Awaitable[None]]
"""Sends one message, or none."""


class Results:
    """The results of one stream. A fault strikes one utterance."""

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
        self._recogniser: StreamRecogniser = account.recogniser()
        self._line: DelayLine[Send] = DelayLine()
        # When the utterance began, in seconds of the stream.
        self._began_at = 0.0
        # The fault that strikes the utterance.
        self._fault: Fault | None = None
        # Whether the utterance continues one that was cut for its length.
        self._continues = False
        # End of the last word of a final result; None once `UtteranceEnd` has named it.
        self._last_word_end: float | None = None

    async def run(self) -> None:
        """Send what is due, until cancelled."""
        while True:
            send = await self._line.get()
            try:
                await send()
            except RecogniserError:
                self._account.stats["errors_recogniser"] += 1
                self._socket.hang_up(politely=True, code=INTERNAL_ERROR, reason=_NO_ANSWER)

    def close(self) -> None:
        """End the stream."""
        self._recogniser.discard()

    def take(self, event: SpeechEvent, *, is_last: bool = False) -> None:
        """React to an event of the endpointer; `is_last` if the client has closed the stream."""
        match event:
            case Began():
                self._begin(event)
            case Speech(pcm):
                self._recogniser.feed(pcm)
            case Tick(at):
                if self._query.interim_results:
                    self._send_interim(at)
            case Ended(reason="noise"):
                self._recogniser.discard()
                self._send_final((), event)
            case Ended(last=last, reason=reason):
                self._continues = reason == "length"
                self._send_final(self._recogniser.finish(last), event, is_last=is_last)
            case Silent():
                self.later(self._send_utterance_end)

    def later(self, send: Send) -> None:
        """Call `send` after the service's delay and after all earlier messages."""
        factor = slowdown(self._fault)
        self._line.put(send, self._account.conditions.first_byte(0, factor=factor))

    def _begin(self, began: Began) -> None:
        self._began_at = began.at
        self._recogniser.begin(began)
        if self._continues:
            return
        self._fault = self._account.draw_fault(
            "drop", "stall", "error", "close", "no_end", "slow", "garbage"
        )
        if self._query.vad_events:

            async def send() -> None:
                self._socket.send(messages.speech_started(began.at))

            self.later(send)

    def _send_interim(self, at: float) -> None:
        heard = self._recogniser.partial(at)
        start = self._began_at

        async def send() -> None:
            if words := await heard:
                self._account.stats["interims"] += 1
                self._send(Segment(start=start, end=at, words=words, is_final=False))

        self.later(send)

    def _send_final(
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

        async def send() -> None:
            words = heard if isinstance(heard, tuple) else await heard
            if is_end and fault is not None and self._break(fault):
                return
            if words:
                self._last_word_end = words[-1].end
            self._account.log_final(self._number, words)
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

        self.later(send)

    async def _send_utterance_end(self) -> None:
        if self._last_word_end is not None:
            self._account.stats["utterance_ends"] += 1
            self._socket.send(messages.utterance_end(self._last_word_end))
            self._last_word_end = None

    def _send(self, segment: Segment) -> None:
        self._socket.send(messages.results(segment, self._query, request_id=self._request_id))

    def _break(self, fault: Fault) -> bool:
        """Apply `fault` in place of the final result; False if it does not replace it."""
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
