"""libmpg123 by ctypes: the library, if the system has it, and its decoder handles.

Only the eight functions that a stream needs are declared (mpg123.h). A handle takes 77 KB
(measured), so a few are kept and opened again for the next Segments; more are deleted.
"""

from __future__ import annotations

import ctypes
import functools
from typing import Any, Final

from ..errors import LocalError

OK: Final = 0
NEED_MORE: Final = -10
NEW_FORMAT: Final = -11
DONE: Final = -12

# Parameters and flags of mpg123.h.
_PARAM_ADD_FLAGS: Final = 2
_PARAM_FORCE_RATE: Final = 3
_PARAM_REMOVE_FLAGS: Final = 13
_PARAM_RESYNC_LIMIT: Final = 14
_FLAG_MONO_MIX: Final = 0x4
_FLAG_QUIET: Final = 0x20
_FLAG_GAPLESS: Final = 0x40

# The dynamic linker finds a bare name. `ctypes.util.find_library` is not used: on Linux it runs
# other programs, and on Apple silicon it does not look where Homebrew puts libraries.
_NAMES: Final = (
    "libmpg123.so.0",
    "/opt/homebrew/lib/libmpg123.dylib",
    "/usr/local/lib/libmpg123.dylib",
    "libmpg123.0.dylib",
    "libmpg123-0.dll",
)

_MAX_STORED: Final = 8  # handles of a rate kept for the next Segments; more are deleted


@functools.cache
def library() -> Any | None:
    """libmpg123, or None if the system has no working one. Loaded once."""
    for name in _NAMES:
        try:
            lib = _declare(ctypes.CDLL(name))
        except (OSError, AttributeError):
            # Missing, of another architecture, or not libmpg123 at all.
            continue
        # Does nothing since 1.27 and builds tables before; it may be called more than once.
        if lib.mpg123_init() == OK:
            return lib
    return None


def _declare(lib: Any) -> Any:
    handle, code = ctypes.c_void_p, ctypes.c_int
    size, parameter = ctypes.c_size_t, ctypes.c_int
    for name, returns, takes in (
        ("init", code, []),
        ("new", handle, [ctypes.c_char_p, ctypes.POINTER(code)]),
        ("delete", None, [handle]),
        ("open_feed", code, [handle]),
        ("close", code, [handle]),
        ("param", code, [handle, parameter, ctypes.c_long, ctypes.c_double]),
        (
            "decode",
            code,
            [handle, ctypes.c_char_p, size, ctypes.c_void_p, size, ctypes.POINTER(size)],
        ),
        ("strerror", ctypes.c_char_p, [handle]),
    ):
        function = getattr(lib, f"mpg123_{name}")
        function.restype, function.argtypes = returns, takes
    return lib


def reason(lib: Any, handle: int) -> str:
    """The library's words for the failure of the last call with `handle`."""
    return str(lib.mpg123_strerror(handle).decode(errors="replace"))


class Handles:
    """Decoder handles by sample rate; idle ones are kept for reuse.

    Thread-safe, because LiveKit may run each job in its own thread: every step is one operation on
    a built-in container.
    """

    def __init__(self) -> None:
        self._idle: dict[int, list[int]] = {}
        self._live: set[int] = set()

    @property
    def live(self) -> int:
        """Handles that exist, idle or in use."""
        return len(self._live)

    @property
    def idle(self) -> int:
        """Handles that wait for the next Segment."""
        return sum(map(len, list(self._idle.values())))

    def take(self, sample_rate: int) -> int:
        """A closed handle that decodes to mono s16 at `sample_rate` Hz.

        Raises:
            LocalError: The library cannot make a decoder, or none for this rate.
        """
        try:
            return self._idle[sample_rate].pop()
        except LookupError:
            return self._new(sample_rate)

    def put(self, handle: int, sample_rate: int) -> None:
        """Return a handle from `take`, in any state."""
        lib = library()
        assert lib is not None
        lib.mpg123_close(handle)
        idle = self._idle.setdefault(sample_rate, [])
        if len(idle) < _MAX_STORED:
            idle.append(handle)
        else:
            self._delete(lib, handle)

    def _new(self, sample_rate: int) -> int:
        lib = library()
        assert lib is not None
        handle = lib.mpg123_new(None, None)
        if not handle:
            raise LocalError("libmpg123 cannot make a decoder; is there memory left?")
        self._live.add(handle)
        for parameter, value in (
            (_PARAM_ADD_FLAGS, _FLAG_QUIET | _FLAG_MONO_MIX),
            (_PARAM_FORCE_RATE, sample_rate),
            # An Info frame that counts too few frames would cost sound in mid-stream (measured),
            # and a live stream has none: `trim.py` removes the delay of all streams.
            (_PARAM_REMOVE_FLAGS, _FLAG_GAPLESS),
            # Search on after garbage instead of giving up: a reply with a click beats none.
            (_PARAM_RESYNC_LIMIT, -1),
        ):
            if lib.mpg123_param(handle, parameter, value, 0.0) != OK:
                why = reason(lib, handle)
                self._delete(lib, handle)
                raise LocalError(f"libmpg123 cannot make PCM of {sample_rate} Hz: {why}")
        return int(handle)

    def _delete(self, lib: Any, handle: int) -> None:
        # Before the deletion: afterwards its address may belong to another handle.
        self._live.discard(handle)
        lib.mpg123_delete(handle)


handles: Final = Handles()
"""The process's handles."""
