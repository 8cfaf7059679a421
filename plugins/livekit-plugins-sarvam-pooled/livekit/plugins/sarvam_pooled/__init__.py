"""Sarvam text-to-speech for LiveKit Agents: the first clause at once, pooled sockets, no word lost.

from livekit.plugins import sarvam_pooled

session = AgentSession(tts=sarvam_pooled.TTS(target_language_code="hi-IN"), ...)
"""

from livekit.agents import Plugin

from .errors import (
    Closed,
    ConnectFailed,
    ConnectionLost,
    FirstAudioTimeout,
    LocalError,
    OptionError,
    PoolTimeout,
    ProviderFailed,
    RemoteError,
    RequestRefused,
    SarvamError,
    Stalled,
    UnspeakableText,
)
from .log import logger
from .options import PoolLimits, Segmenting, Socket, Synthesis, Timeouts
from .phrases.cache import PhraseCache
from .phrases.key import PhraseKey
from .phrases.memory import PhraseMemory
from .phrases.phrase import Phrase
from .phrases.policy import PhrasePolicy
from .phrases.store import PhraseStore
from .stream import SynthesizeStream
from .synthesis.records import AttemptRecord, SegmentRecord
from .transport.lease import PoolStatistics
from .tts import TTS, preload
from .version import __version__

__all__ = [
    "TTS",
    "AttemptRecord",
    "Closed",
    "ConnectFailed",
    "ConnectionLost",
    "FirstAudioTimeout",
    "LocalError",
    "OptionError",
    "Phrase",
    "PhraseCache",
    "PhraseKey",
    "PhraseMemory",
    "PhrasePolicy",
    "PhraseStore",
    "PoolLimits",
    "PoolStatistics",
    "PoolTimeout",
    "ProviderFailed",
    "RemoteError",
    "RequestRefused",
    "SarvamError",
    "SegmentRecord",
    "Segmenting",
    "Socket",
    "Stalled",
    "Synthesis",
    "SynthesizeStream",
    "Timeouts",
    "UnspeakableText",
    "__version__",
    "preload",
]


class SarvamPooledPlugin(Plugin):
    """Makes the worker import this package in its fork server, once for all jobs."""

    def __init__(self) -> None:
        super().__init__(__name__, __version__, __package__ or __name__, logger)


Plugin.register_plugin(SarvamPooledPlugin())
