"""MP3 by libmpg123, in the process and on the event loop: about 1.2 ms for 3 s of audio (measured).

Tags (ID3), a leading Info frame and garbage are skipped. The encoder's delay and padding stay in,
for `trim.py`. An MP3 stream that follows the first is played too, with its own delay.
"""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Iterator

from ..errors import ProviderFailed
from .libmpg123 import DONE, NEED_MORE, NEW_FORMAT, OK, handles, library, reason
from .steps import STEP_BYTES, in_steps


def mp3_available() -> bool:
    """Whether libmpg123 can be loaded."""
    return library() is not None


class Mp3Decoder:
    """One MP3 stream, cut anywhere, to PCM.

    Args:
        sample_rate: Hz of the PCM; a stream of another rate is resampled by the library.
    """

    def __init__(self, sample_rate: int) -> None:
        lib = library()
        assert lib is not None, "call mp3_available() first"
        self._lib = lib
        self._handle: int | None = handles.take(sample_rate)
        # Returns the handle once: on close, or when the decoder is garbage.
        self._give_back = weakref.finalize(self, handles.put, self._handle, sample_rate)
        self._give_back.atexit = False
        self._buffer = ctypes.create_string_buffer(STEP_BYTES)
        self._bytes_in = self._bytes_out = 0
        if lib.mpg123_open_feed(self._handle) != OK:
            self._fail()

    def decode(self, data: bytes) -> Iterator[bytes]:
        self._bytes_in += len(data)
        for piece in in_steps(data):
            yield from self._decode(piece)

    def flush(self) -> Iterator[bytes]:
        # In feed mode libmpg123 has decoded every complete frame by now.
        if self._bytes_in and not self._bytes_out:
            raise ProviderFailed(f"there is no MP3 frame in {self._bytes_in} bytes")
        yield b""

    def close(self) -> None:
        self._handle = None
        self._give_back()

    def _decode(self, piece: bytes) -> Iterator[bytes]:
        done = ctypes.c_size_t(0)
        while True:
            if self._handle is None:
                raise ValueError("the decoder is closed")
            code = self._lib.mpg123_decode(
                self._handle, piece, len(piece), self._buffer, STEP_BYTES, ctypes.byref(done)
            )
            if code not in (OK, NEED_MORE, NEW_FORMAT, DONE):
                self._fail()
            # The first call takes all input; further calls drain the output.
            piece = b""
            self._bytes_out += done.value
            yield ctypes.string_at(self._buffer, done.value)
            if code in (NEED_MORE, DONE) or (code == OK and not done.value):
                return

    def _fail(self) -> None:
        why = reason(self._lib, self._handle) if self._handle else "it is closed"
        raise ProviderFailed(f"the MP3 stream cannot be decoded: {why}")
