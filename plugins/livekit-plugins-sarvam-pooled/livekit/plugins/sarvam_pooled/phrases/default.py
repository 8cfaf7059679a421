"""The default cache of `TTS()`: in memory and, if the environment names a folder, on the disk.

    PHRASE_STORE_DIR      folder of WAV files; relative to where the process runs
    PHRASE_SIGNING_KEY    signs them, see `signing.py`

Memory keeps every short phrase that was synthesised completely, even one with digits or names: it
never leaves this `TTS`, is played only when the LLM writes the same words again, and is dropped
after an hour or with the object. The disk gets the phrases that `PhrasePolicy` allows; one `TTS`
counts as one call.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path

from ..errors import OptionError
from .cache import PhraseCache
from .store import PhraseStore


def default_phrases(environ: Mapping[str, str]) -> PhraseCache:
    """A cache with the default limits. Touches no disk: the store does that with the first look-up,
    in a thread.

    Raises:
        OptionError: The signing key is too short, or the folder is that of an unknown user.
    """
    named = environ.get("PHRASE_STORE_DIR", "").strip()
    store = None
    if named:
        key = environ.get("PHRASE_SIGNING_KEY", "").strip() or None
        try:
            folder = Path(named).expanduser()
        except RuntimeError as error:
            raise OptionError(f"PHRASE_STORE_DIR: {error}; write the whole path") from None
        try:
            store = PhraseStore(folder, signing_key=key)
        except ValueError as error:
            raise OptionError(f"PHRASE_SIGNING_KEY: {error}") from None
    return PhraseCache(store, call_id=uuid.uuid4().hex)
