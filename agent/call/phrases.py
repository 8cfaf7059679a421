"""What is audio already in a call: the cache in front of the voice, and the stock phrases."""

from __future__ import annotations

import asyncio
import logging
import uuid
from dataclasses import dataclass
from typing import Protocol

from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled.phrases.cache_tiers import RemoteTier

from prewarm.required_phrases import missing, wanted
from prewarm.stock import Stock, listed

from ..config.load import ConfigError
from ..config.settings import Settings

logger = logging.getLogger(__name__)


class Shared(RemoteTier, Protocol):
    """Phrases of several machines."""

    async def connect(self) -> bool:
        """Connect ahead; whether that worked."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPhrases:
    """The phrases of one call.

    Attributes:
        cache: All levels.
        stock: Those that the agent says in many calls.
        shared: The level of several machines, if there is one.
    """

    cache: sarvam_pooled.PhraseCache
    stock: Stock
    shared: Shared | None

    async def begin(self, *, language: str | None) -> None:
        """The call begins; `language` if it is another than that of the settings."""
        if language is not None:
            await self.turn_to(language)
        elif not self.stock.is_whole:
            # They may have been built while this process waited for its call.
            await asyncio.to_thread(self.stock.refresh)
        self.stock.remember()
        if self.shared is not None:
            # A look-up would not have the time to connect; nobody waits for this one.
            task = asyncio.create_task(self.shared.connect(), name="phrases: connect")
            _connecting.add(task)
            task.add_done_callback(_connecting.discard)

    async def turn_to(self, language: str) -> None:
        """The call is in another language, of this code."""
        await asyncio.to_thread(self.stock.load, language)

    async def aclose(self) -> None:
        """Keep what is still to be kept, and close."""
        await self.cache.aclose()
        if self.shared is not None:
            await self.shared.aclose()


# asyncio itself holds tasks only weakly.
_connecting: set[asyncio.Task[bool]] = set()


def build_phrases(settings: Settings, voice: sarvam_pooled.TTS) -> CallPhrases | None:
    """The phrases that `voice` plays, with the stock of the settings' language in memory; None if
    they are switched off. Needs no loop.

    Raises:
        ConfigError: The address of the shared level is none, or its library is missing.
    """
    if not settings.phrase_cache:
        return None
    store = open_store(settings)
    memory = sarvam_pooled.PhraseMemory()
    stock = Stock(voice, store, memory)
    stock.load(settings.language.code)
    shared = connect_shared(settings)
    cache = sarvam_pooled.PhraseCache(
        store,
        memory=memory,
        policy=sarvam_pooled.PhrasePolicy(
            min_calls=settings.phrase_min_calls, listed=listed(voice)
        ),
        # A process has one call.
        call_id=uuid.uuid4().hex,
        remote=shared,
    )
    voice.tune(phrases=cache)
    return CallPhrases(cache=cache, stock=stock, shared=shared)


def tell_missing(settings: Settings, voice: sarvam_pooled.TTS) -> None:
    """Say once which stock phrases will have to be synthesised in a call."""
    if not settings.phrase_cache:
        return
    store = open_store(settings)
    code = settings.language.code
    every = wanted(voice, code)
    lacking = missing(store, every)
    if lacking:
        logger.warning(
            "stock phrases are not audio yet; `make prewarm` speaks them ahead",
            extra={
                "language": code,
                "missing": len(lacking),
                "of": len(every),
                "first": lacking[0].text,
            },
        )


def open_store(settings: Settings) -> sarvam_pooled.PhraseStore:
    """The phrases on disk. Reads nothing."""
    return sarvam_pooled.PhraseStore(settings.phrase_folder, signing_key=_signing_key(settings))


def connect_shared(settings: Settings) -> Shared | None:
    """The level of several machines, not connected yet.

    Raises:
        ConfigError: Its address is none, or its library is missing.
    """
    if settings.phrase_redis_url is None:
        return None
    try:
        # Imported only then: it is an extra.
        from livekit.plugins.sarvam_pooled.phrases.remote import RedisTier

        url = settings.phrase_redis_url.get_secret_value()
        return RedisTier(url, signing_key=_signing_key(settings))
    except ImportError:
        raise ConfigError(("PHRASE_REDIS_URL needs a library: pip install redis",)) from None
    except ValueError:
        raise ConfigError(
            ("PHRASE_REDIS_URL must be an address such as redis://host:6379",)
        ) from None


def _signing_key(settings: Settings) -> str | None:
    key = settings.phrase_signing_key
    return None if key is None else key.get_secret_value()
