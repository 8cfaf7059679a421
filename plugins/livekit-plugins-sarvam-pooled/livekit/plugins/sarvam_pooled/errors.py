"""The plugin's errors, by phase and by side.

    SarvamError                      the root
    +-- LocalError                   the application's fault: a retry would fail too
    |   +-- OptionError              an option Sarvam would refuse; also a ValueError
    |   +-- Closed                   the TTS was closed
    |   +-- RequestRefused           Sarvam refused the request (400, 403, 404, 413, 422)
    |       +-- UnspeakableText      it refused only this text; other Segments may go on
    +-- RemoteError                  the provider's or the network's fault: a retry may help
        +-- PoolTimeout              no connection became free in time
        +-- ConnectFailed            no connection could be opened
        +-- FirstAudioTimeout        connected, text sent, but no audio in time
        +-- Stalled                  audio began and then stopped coming
        +-- ConnectionLost           closed or cut before the Segment was complete
        +-- ProviderFailed           an error frame that may pass: 408, 429, 5xx, or garbage
            +-- EmptyAudio           `final` came, and hardly any audio for a text of words

`to_api_error` is the one place where these become LiveKit's `APIError` family.
No message ever holds a key, a header or a caller's words. Sarvam's own words may quote the text, so
messages are worded here; the original is in `provider_message`, for logs that may hold personal
data.
"""

from __future__ import annotations

from http.client import responses
from typing import Final

from livekit.agents import APIConnectionError, APIError, APIStatusError, APITimeoutError


class SarvamError(Exception):
    """Root of the plugin's errors."""


class LocalError(SarvamError):
    """The application's fault; the same request would fail again."""


class OptionError(LocalError, ValueError):
    """An option has a value that Sarvam would refuse."""


class Closed(LocalError):
    """The TTS was closed."""


class RequestRefused(LocalError):
    """Sarvam refused the request itself.

    Args:
        message: What is wrong, without Sarvam's words.
        status: HTTP-like status of the refusal.
        request_id: Sarvam's id of the request, if it sent one.
        provider_message: Sarvam's own words; they may quote the text.
    """

    def __init__(
        self, message: str, *, status: int, request_id: str = "", provider_message: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.request_id = request_id
        self.provider_message = provider_message


class UnspeakableText(RequestRefused):
    """Sarvam found nothing to say in this text (observed as code 422 or a message with 400)."""


class RemoteError(SarvamError):
    """The provider's or the network's fault; another Attempt may succeed."""


class PoolTimeout(RemoteError):
    """No connection became free in time; the pool is at its cap."""


class ConnectFailed(RemoteError):
    """A connection could not be opened in time or at all."""


class FirstAudioTimeout(RemoteError):
    """The text was sent, but no audio came in time."""


class Stalled(RemoteError):
    """Audio began and then stopped coming before the Segment was complete."""


class TooSlow(Stalled):
    """Audio comes, but too slowly for the Segment to be heard in time."""


class ConnectionLost(RemoteError):
    """The connection ended before the Segment was complete."""


class ProviderFailed(RemoteError):
    """An error frame that may pass, or a message outside the protocol.

    Args:
        message: What is wrong, without Sarvam's words.
        status: HTTP-like status, or -1 when the frame had none.
        request_id: Sarvam's id of the request, if it sent one.
        provider_message: Sarvam's own words; they may quote the text.
    """

    def __init__(
        self, message: str, *, status: int = -1, request_id: str = "", provider_message: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.request_id = request_id
        self.provider_message = provider_message


class EmptyAudio(ProviderFailed):
    """The Segment ended, but its audio is far too short for its words."""


# LiveKit reads this status as the end of an unwanted reply, and reports no error.
_CLIENT_GONE: Final = 499

# Statuses after which a retry may help (LiveKit's plugin and its tests agree): request timeout, too
# many requests, closed by a proxy, and every 5xx.
_TRANSIENT = frozenset({408, 429, _CLIENT_GONE})

# Sarvam's words for a text without a letter of an allowed language (observed with codes 400, 422).
_UNSPEAKABLE = "at least one character from the allowed languages"

# Sarvam's words (reported; see `docs/design.md`), and the message for them.
_MEANINGS: Final = {
    _UNSPEAKABLE: "the text has no letter of a language that Sarvam speaks",
    "has to be a valid dictionary": "Sarvam does not accept a field of the configuration; check"
    " model, speaker, target_language_code and codec",
    "is not compatible with model": "this speaker does not belong to this model; check both",
    "sample rate can only be": "Sarvam does not accept this speech_sample_rate",
    "please use": "Sarvam no longer serves this model, or not to this account",
    "left open without any messages": "the connection was idle for too long",
    "rate limit": "too many requests for this account",
    "quota": "the account's quota is used up",
    "unavailable": "the model is unavailable for now",
}


def from_status(
    message: str, *, status: int, request_id: str = "", provider_message: str = ""
) -> RequestRefused | ProviderFailed:
    """The error for a status."""
    is_refusal = 400 <= status < 500 and status not in _TRANSIENT
    kind: type[RequestRefused | ProviderFailed] = RequestRefused if is_refusal else ProviderFailed
    return kind(message, status=status, request_id=request_id, provider_message=provider_message)


def from_server(said: str, *, status: int, request_id: str = "") -> RequestRefused | ProviderFailed:
    """The error for an error frame in which Sarvam `said` this."""
    known = (meaning for words, meaning in _MEANINGS.items() if words in said)
    message = next(known, f"Sarvam answered: {responses.get(status, 'an error')}")
    if status > 0:
        message += f" (status {status})"
    if _UNSPEAKABLE in said:
        return UnspeakableText(message, status=422, request_id=request_id, provider_message=said)
    return from_status(message, status=status, request_id=request_id, provider_message=said)


def to_api_error(error: SarvamError) -> APIError:
    """Translate to the only errors that LiveKit retries and reports."""
    text = f"Sarvam TTS: {error}"
    match error:
        case RequestRefused():
            return APIStatusError(
                text, status_code=error.status, request_id=error.request_id or None, retryable=False
            )
        case ProviderFailed() if error.status > 0 and error.status != _CLIENT_GONE:
            return APIStatusError(
                text, status_code=error.status, request_id=error.request_id or None
            )
        case PoolTimeout() | FirstAudioTimeout() | Stalled():
            return APITimeoutError(text)
        case LocalError():
            return APIError(text, retryable=False)
        case _:
            return APIConnectionError(text)
