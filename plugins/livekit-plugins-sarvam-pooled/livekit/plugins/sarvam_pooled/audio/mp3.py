"""MP3 by libmpg123, in the process and on the loop: 4 to 6 ms for 3 s of audio (measured).

The `mpg123` package finds and loads the library. Its own decoder never deletes a handle (77 KB
each), so the handles here are made directly, kept in a small store and opened again for the next
Segment.
"""

from __future__ import annotations

import ctypes
import functools
from typing import Any, Final

import mpg123

from ..errors import ProviderFailed

_OK: Final = 0
_NEED_MORE: Final = -10
_NEW_FORMAT: Final = -11
_DONE: Final = -12

# Parameters and flags of mpg123.h.
_PARAM_ADD_FLAGS: Final = 2
_PARAM_FORCE_RATE: Final = 3
_PARAM_RESYNC_LIMIT: Final = 14
_FLAG_MONO_MIX: Final = 0x4
_FLAG_QUIET: Final = 0x20

_BUFFER_BYTES: Final = 64 * 1024
_MAX_STORED: Final = 8  # handles kept for the next Segments; more are deleted


@functools.cache
def _library() -> Any | None:
    """libmpg123, or None when the system has none."""
    # An instance only to reach its loader; without a handle it has nothing to close.
    loader = mpg123.Mpg123.__new__(mpg123.Mpg123)
    loader.handle = None
    try:
        lib = loader.init_library()
    except (mpg123.Mpg123.LibInitializationException, OSError):
        return None
    lib.mpg123_new.restype = ctypes.c_void_p
    lib.mpg123_new.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    lib.mpg123_delete.argtypes = [ctypes.c_void_p]
    lib.mpg123_open_feed.argtypes = [ctypes.c_void_p]
    lib.mpg123_close.argtypes = [ctypes.c_void_p]
    lib.mpg123_param.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_long, ctypes.c_double]
    lib.mpg123_decode.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_void_p,
        ctypes.c_size_t,
        ctypes.POINTER(ctypes.c_size_t),
    ]
    lib.mpg123_plain_strerror.restype = ctypes.c_char_p
    lib.mpg123_plain_strerror.argtypes = [ctypes.c_int]
    return lib


def mp3_available() -> bool:
    """Whether libmpg123 can be loaded."""
    return _library() is not None


class _HandleStore:
    """Idle handles by sample rate. Used from the loop's thread only."""

    def __init__(self) -> None:
        self._idle: dict[int, list[int]] = {}
        # Handles that exist, idle or in use.
        self.live = 0

    def take(self, sample_rate: int) -> int:
        idle = self._idle.get(sample_rate)
        return idle.pop() if idle else self._new(sample_rate)

    def put(self, handle: int, sample_rate: int) -> None:
        lib = _library()
        assert lib is not None
        lib.mpg123_close(handle)
        idle = self._idle.setdefault(sample_rate, [])
        if len(idle) < _MAX_STORED:
            idle.append(handle)
        else:
            lib.mpg123_delete(handle)
            self.live -= 1

    def _new(self, sample_rate: int) -> int:
        lib = _library()
        assert lib is not None
        handle = lib.mpg123_new(None, None)
        if not handle:
            raise MemoryError("libmpg123 could not make a decoder")
        lib.mpg123_param(handle, _PARAM_ADD_FLAGS, _FLAG_QUIET | _FLAG_MONO_MIX, 0.0)
        lib.mpg123_param(handle, _PARAM_FORCE_RATE, sample_rate, 0.0)
        # Search on after garbage instead of giving up: a reply with a scratch beats none.
        lib.mpg123_param(handle, _PARAM_RESYNC_LIMIT, -1, 0.0)
        self.live += 1
        return int(handle)


handles = _HandleStore()


class Mp3Decoder:
    """One MP3 stream, cut anywhere, to PCM.

    Args:
        sample_rate: Hz of the PCM; a stream of another rate is resampled by the library.
    """

    def __init__(self, sample_rate: int) -> None:
        lib = _library()
        assert lib is not None, "ask mp3_available() first"
        self._lib = lib
        self._sample_rate = sample_rate
        self._handle: int | None = handles.take(sample_rate)
        self._buffer = ctypes.create_string_buffer(_BUFFER_BYTES)
        self._check(lib.mpg123_open_feed(self._handle))

    def decode(self, data: bytes) -> bytes:
        if self._handle is None:
            raise ValueError("the decoder is closed")
        pcm: list[bytes] = []
        done = ctypes.c_size_t(0)
        feed, size = data, len(data)
        while True:
            code = self._lib.mpg123_decode(
                self._handle, feed, size, self._buffer, _BUFFER_BYTES, ctypes.byref(done)
            )
            if done.value:
                pcm.append(ctypes.string_at(self._buffer, done.value))
            # The input was taken whole by the first call; further calls drain what it gave.
            feed, size = b"", 0
            if code in (_NEED_MORE, _DONE):
                return b"".join(pcm)
            if code not in (_OK, _NEW_FORMAT):
                self._check(code)
            if code == _OK and not done.value:
                return b"".join(pcm)

    def flush(self) -> bytes:
        # In feed mode libmpg123 has decoded every whole frame by now.
        return b""

    def close(self) -> None:
        if self._handle is not None:
            handles.put(self._handle, self._sample_rate)
            self._handle = None

    def __del__(self) -> None:
        self.close()

    def _check(self, code: int) -> None:
        if code != _OK:
            reason = self._lib.mpg123_plain_strerror(code).decode(errors="replace")
            raise ProviderFailed(f"the MP3 stream cannot be decoded: {reason}")
