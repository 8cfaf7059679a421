"""The phrases of a call that are audio already: the TTS's cache, and the stock phrases."""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import Protocol

from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled.phrases.cache_tiers import RemoteTier

from prewarm.required_phrases import missing, required_phrases
from prewarm.stock import Stock, listed

from ..config.load import ConfigError
from ..config.settings import Settings

logger = logging.getLogger(__name__)


class Shared(RemoteTier, Protocol):
    """The level of the cache that several machines share."""

    async def connect(self) -> bool:
        """Connect before the first look-up; returns whether that worked."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class CallPhrases:
    """The phrases of one call.

    Args:
        cache: All levels.
        stock: Those that the agent says in every call.
        shared: The shared level; None if there is none.
    """

    def __init__(
        self, cache: sarvam_pooled.PhraseCache, stock: Stock, shared: Shared | None
    ) -> None:
        self.cache = cache
        self.stock = stock
        self._shared = shared
        # Held here, as asyncio holds tasks only weakly.
        self._connecting: asyncio.Task[bool] | None = None

    async def begin(self, language: str) -> None:
        """The call begins, in the language of this code."""
        if language != self.stock.language:
            await self.turn_to(language)
        elif not self.stock.is_whole:
            # The rest may have been built while this process waited for its call.
            await asyncio.to_thread(self.stock.refresh)
        self.stock.remember()
        if self._shared is not None:
            # A look-up has no time to connect; nothing waits for this.
            connecting = asyncio.create_task(self._shared.connect(), name="phrases: connect")
            self._connecting = connecting

    async def turn_to(self, language: str) -> None:
        """The call goes on in the language of this code."""
        await asyncio.to_thread(self.stock.load, language)

    async def aclose(self) -> None:
        """Keep what is still to be kept, and close."""
        await self.cache.aclose()
        if self._shared is not None:
            await self._shared.aclose()


def build_phrases(settings: Settings, tts: sarvam_pooled.TTS) -> CallPhrases | None:
    """The phrases that `tts` plays, with the stock of the settings' language in memory; None if
    they are switched off. Needs no loop.

    Raises:
        ConfigError: The address of the shared level does not fit, or its library is missing.
    """
    if not settings.phrase_cache:
        return None
    store = open_store(settings)
    memory = sarvam_pooled.PhraseMemory()
    stock = Stock(tts, store, memory)
    stock.load(settings.language.code)
    shared = connect_shared(settings)
    cache = sarvam_pooled.PhraseCache(
        store,
        memory=memory,
        policy=sarvam_pooled.PhrasePolicy(min_calls=settings.phrase_min_calls, listed=listed(tts)),
        # A process has one call.
        call_id=uuid.uuid4().hex,
        remote=shared,
    )
    tts.tune(phrases=cache)
    return CallPhrases(cache, stock, shared)


def warn_of_missing(settings: Settings, tts: sarvam_pooled.TTS) -> None:
    """Log which stock phrases will have to be synthesised in a call."""
    if not settings.phrase_cache:
        return
    store = open_store(settings)
    code = settings.language.code
    every = required_phrases(tts, code)
    lacking = missing(store, every)
    if lacking:
        logger.warning(
            "stock phrases are not audio yet; `make prewarm` synthesises them in advance",
            extra={
                "language": code,
                "missing": len(lacking),
                "of": len(every),
                "first": lacking[0].text,
            },
        )


def open_store(settings: Settings) -> sarvam_pooled.PhraseStore:
    """The phrases on disk. Reads nothing."""
    return sarvam_pooled.PhraseStore(settings.phrase_store_dir, signing_key=_signing_key(settings))


def connect_shared(settings: Settings) -> Shared | None:
    """The shared level, not connected yet; None if the settings name none.

    Raises:
        ConfigError: Its address does not fit, or its library is missing.
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
