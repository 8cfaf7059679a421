"""The stored phrases of a call: the TTS's cache, and the stock phrases."""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import TYPE_CHECKING

from livekit.plugins import sarvam_pooled

from prewarm.required_phrases import find_missing, required_phrases
from prewarm.stock_phrase_audio import StockPhraseAudio, public_phrases
from prewarm.stock_phrase_table import PhraseTable

from ..config.load import ConfigError
from ..config.settings import Settings

if TYPE_CHECKING:
    from livekit.plugins.sarvam_pooled.phrases.redis_tier import RedisTier

logger = logging.getLogger(__name__)


class CallPhrases:
    """The phrases of one call.

    Args:
        cache: The phrases that the TTS plays, in all tiers.
        stock: The stock phrases of the call's language.
        remote: The remote tier; None if there is none.
    """

    def __init__(
        self, cache: sarvam_pooled.PhraseCache, stock: StockPhraseAudio, remote: RedisTier | None
    ) -> None:
        self.cache = cache
        self.stock = stock
        self._remote = remote
        # Held here because asyncio holds tasks only weakly.
        self._connecting: asyncio.Task[bool] | None = None

    async def start(self, language: str) -> None:
        """Start the call in the language of this code."""
        loaded = self.stock.loaded
        if language != loaded.language or loaded.missing:
            # Missing ones may have been built while this process waited for its call.
            await self.switch_language(language)
        else:
            self.stock.use(loaded)
        if self._remote is not None:
            # A lookup has no time to connect; nothing waits for this.
            connecting = asyncio.create_task(self._remote.connect(), name="phrases: connect")
            self._connecting = connecting

    async def switch_language(self, language: str) -> None:
        """Continue the call in the language of this code."""
        # A thread reads the files; only the event loop may change what the call plays.
        self.stock.use(await asyncio.to_thread(self.stock.read, language))

    async def aclose(self) -> None:
        """Store the phrases that wait to be stored, and close all tiers."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        try:
            await self.cache.aclose()
        finally:
            if self._remote is not None:
                await self._remote.aclose()


def build_phrases(
    settings: Settings, tts: sarvam_pooled.TTS, table: PhraseTable
) -> CallPhrases | None:
    """The phrases that `tts` plays, with the stock phrases (of `table`) of the language of the
    settings in memory; None if they are switched off. Needs no loop.

    Raises:
        ConfigError: The address of the remote tier is not valid, or its library is missing.
    """
    if not settings.phrase_cache:
        return None
    store = open_store(settings)
    memory = sarvam_pooled.PhraseMemory()
    stock = StockPhraseAudio(tts, table, store, memory)
    stock.use(stock.read(settings.language.code))
    remote = build_remote_tier(settings)
    policy = sarvam_pooled.PhrasePolicy(
        min_calls=settings.phrase_min_calls, listed=public_phrases(tts, table)
    )
    # A process has one call.
    call_id = uuid.uuid4().hex
    cache = sarvam_pooled.PhraseCache(
        store, memory=memory, policy=policy, call_id=call_id, remote=remote
    )
    tts.tune(phrases=cache)
    return CallPhrases(cache, stock, remote)


def warn_of_missing(settings: Settings, tts: sarvam_pooled.TTS, table: PhraseTable) -> None:
    """Log how many stock phrases would have to be synthesised in a call."""
    if not settings.phrase_cache:
        return
    store = open_store(settings)
    code = settings.language.code
    required = required_phrases(tts, table, code)
    if missing := find_missing(store, required):
        logger.warning(
            "stock phrases are not synthesised yet: run `make prewarm`",
            extra={
                "language": code,
                "missing": len(missing),
                "required": len(required),
                "first_missing": missing[0].text,
            },
        )


def open_store(settings: Settings) -> sarvam_pooled.PhraseStore:
    """The phrases on disk. Reads nothing."""
    return sarvam_pooled.PhraseStore(settings.phrase_store_dir, signing_key=_signing_key(settings))


def build_remote_tier(settings: Settings) -> RedisTier | None:
    """The remote tier, not connected yet; None if the settings name none.

    Raises:
        ConfigError: Its address is not valid, or its library is missing.
    """
    if settings.phrase_redis_url is None:
        return None
    try:
        # Imported lazily: it is an extra.
        from livekit.plugins.sarvam_pooled.phrases.redis_tier import RedisTier

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
