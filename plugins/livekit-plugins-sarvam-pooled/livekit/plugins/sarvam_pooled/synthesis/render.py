"""Synthesises a phrase to store; retries until its audio is complete."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from ..errors import ProviderFailed, SarvamError
from ..phrases.key import PhraseKey
from ..phrases.phrase import Phrase
from ..text.segment import Segment
from .attempt import Synthesiser, SynthesisRequest
from .completeness import may_be_stored
from .records import AttemptRecord
from .retry import Action, decide

# Seconds after which no other Attempt begins. The last one still takes as long as its audio does.
_LAST_ATTEMPT: Final = 30.0


async def render(
    synthesiser: Synthesiser, key: PhraseKey, *, retries: int, time_limit: float
) -> Phrase:
    """Synthesise the text of `key` as one Segment.

    Args:
        retries: Further Attempts after failures.
        time_limit: Seconds for the first audio of each Attempt.

    Raises:
        SarvamError: The phrase could not be made.
    """
    clock = asyncio.get_running_loop().time
    give_up_at = clock() + _LAST_ATTEMPT
    failures = 0
    while True:
        record, pcm = AttemptRecord(started=clock()), bytearray()
        try:
            segment = Segment(0, key.text)
            await synthesiser(SynthesisRequest(segment, pcm.extend, record, time_limit=time_limit))
            if not record.ended:
                raise ProviderFailed("the audio has no end")
            if not may_be_stored(bytes(pcm), key):
                raise ProviderFailed("the audio is too short for its text")
            break
        except SarvamError as error:
            failures += 1
            left = give_up_at - clock()
            decision = decide(error, failures=failures, retries=retries, time_left=left)
            if decision.action is not Action.RETRY:
                raise
        await asyncio.sleep(decision.wait)
    return as_phrase(bytes(pcm), key, record)


def as_phrase(pcm: bytes, key: PhraseKey, record: AttemptRecord) -> Phrase:
    """The complete audio of an Attempt as a phrase that is created now."""
    return Phrase(
        key=key,
        pcm=pcm,
        sample_rate=key.voice.speech_sample_rate,
        created=time.time(),
        first_audio=(record.first_byte or record.started) - record.started,
    )
