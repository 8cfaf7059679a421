"""The binding to libespeak-ng, which `espeakng-loader` contains with its voices.

The library has global state: only one thread at a time may use `Espeak`.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import espeakng_loader  # type: ignore[import-untyped]

from .voices import VoiceSettings
from .words import WordEvent

# Names and values of espeak-ng's `speak_lib.h`.
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_CHARS_UTF8 = 1
_EVENT_LIST_TERMINATED = 0
_EVENT_WORD = 1
_EVENT_END = 5
_RATE = 1
_VOLUME = 2
_PITCH = 3

# Percent of espeak-ng's volume; some variants clip at 100 (measured).
_VOLUME_PERCENT = 75


class VoiceError(Exception):
    """espeak-ng cannot be loaded, or refused a voice or a text."""


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),  # in characters, from 1
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),  # in milliseconds
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One text as spoken by espeak-ng."""

    pcm: bytes
    """Signed 16-bit mono samples at `Espeak.sample_rate`."""
    words: tuple[WordEvent, ...]
    stops: tuple[float, ...]
    """Ends of clauses, in seconds."""


class Espeak:
    """The synthesizer of this process. Not thread-safe: it keeps settings between calls."""

    def __init__(self) -> None:
        try:
            self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        except OSError as error:
            raise VoiceError(f"libespeak-ng cannot be loaded: {error}") from error
        data = espeakng_loader.get_data_path().encode()
        # Samples a second that the library produces; 22050.
        self.sample_rate: int = self._library.espeak_Initialize(
            _AUDIO_OUTPUT_SYNCHRONOUS, 0, data, 0
        )
        if self.sample_rate <= 0:
            raise VoiceError("libespeak-ng found no voices; install espeakng-loader again")
        # Filled by the callback while `speak` runs.
        self._sound: list[bytes] = []
        self._words: list[WordEvent] = []
        self._stops: list[float] = []
        # The library holds only a pointer: keep the object alive.
        self._callback = _Callback(self._take)
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_SetParameter(_VOLUME, _VOLUME_PERCENT, 0)

    def speak(self, text: str, settings: VoiceSettings) -> Utterance:
        """Synthesize the whole text; about 1 ms of work for 2 s of sound (measured)."""
        if self._library.espeak_SetVoiceByName(settings.name.encode()) != 0:
            raise VoiceError(f"espeak-ng has no voice {settings.name!r}")
        self._library.espeak_SetParameter(_RATE, settings.rate, 0)
        self._library.espeak_SetParameter(_PITCH, settings.pitch, 0)
        self._sound, self._words, self._stops = [], [], []
        # A zero byte would end the text early.
        data = text.replace("\0", " ").encode("utf-8", "replace") + b"\0"
        failed = self._library.espeak_Synth(data, len(data), 0, 1, 0, _CHARS_UTF8, None, None)
        if failed:
            raise VoiceError(f"espeak-ng failed with code {failed}")
        return Utterance(
            pcm=b"".join(self._sound), words=tuple(self._words), stops=tuple(self._stops)
        )

    def _take(self, samples: object, count: int, events: ctypes.Array[_Event]) -> int:
        if samples and count > 0:
            self._sound.append(ctypes.string_at(samples, 2 * count))  # type: ignore[arg-type]
        index = 0
        while (event := events[index]).type != _EVENT_LIST_TERMINATED:
            seconds = event.audio_position / 1000
            if event.type == _EVENT_WORD:
                self._words.append(WordEvent(event.text_position - 1, seconds))
            elif event.type == _EVENT_END:
                self._stops.append(seconds)
            index += 1
        return 0
