"""Files of phrases: any player plays them, and nothing but the whole phrase is read from one."""

from __future__ import annotations

import io
import json
import wave
from typing import Any

import pytest
from livekit.plugins.sarvam_pooled.duration import max_duration
from livekit.plugins.sarvam_pooled.phrases.phrase import Defect, WrongPhrase
from livekit.plugins.sarvam_pooled.phrases.signing import Signer
from livekit.plugins.sarvam_pooled.phrases.wav import (
    HEADER_BYTES,
    decode,
    encode,
    read_header,
    sidecar,
)

from .forged import FORGERIES, rewritten


def fault_of(file: bytes) -> Defect:
    """The defect that `decode` finds."""
    with pytest.raises(WrongPhrase) as caught:
        decode(file)
    return caught.value.defect


@pytest.mark.parametrize("text", ["Sure.", "Sure, one", "नमस्ते जी", "\ud800 half", "a" * 2500])
def test_a_phrase_comes_back_as_it_was(make_phrase: Any, text: str) -> None:
    """Text, voice, samples, rate and times survive the file."""
    phrase = make_phrase(text, speaker="ritu", pace=1.1, dict_id="p_1", speech_sample_rate=8000)
    assert decode(encode(phrase)) == phrase


def test_any_player_plays_it(make_phrase: Any) -> None:
    """The standard library's reader, which knows nothing of phrases, finds the samples."""
    phrase = make_phrase(speech_sample_rate=16000)
    with wave.open(io.BytesIO(encode(phrase))) as file:
        assert file.getparams()[:4] == (1, 2, 16000, 1000)
        assert file.readframes(1000) == phrase.pcm


def test_a_cut_file_is_found_at_any_length(make_phrase: Any) -> None:
    """A writer that died, or a disk that was full, leaves nothing that plays."""
    file = encode(make_phrase(samples=20))
    assert fault_of(b"") is Defect.EMPTY
    assert {fault_of(file[:length]) for length in range(1, len(file))} == {Defect.TRUNCATED}


def test_any_altered_bit_is_found(make_phrase: Any) -> None:
    """There is no byte in a file whose change goes unnoticed."""
    file = encode(make_phrase(samples=20))
    for at in range(len(file)):
        altered = bytearray(file)
        altered[at] ^= 1 << (at % 8)
        fault_of(bytes(altered))


def test_a_tail_is_found(make_phrase: Any) -> None:
    """Two files in one are no phrase."""
    file = encode(make_phrase())
    assert fault_of(file + b"\0\0") is Defect.ALTERED
    assert fault_of(file + file) is Defect.ALTERED


def test_a_foreign_wav_is_found() -> None:
    """A recording that somebody put there is not ours, however well it plays."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, 24000, 0, "NONE", ""))
        file.writeframes(b"\1\2" * 1000)
    assert fault_of(buffer.getvalue()) is Defect.FOREIGN
    assert fault_of(b"ID3 not a wav at all" * 100) is Defect.FOREIGN


@pytest.mark.parametrize(
    "change",
    [
        lambda about: about.update(format=0),
        lambda about: about.update(format=2),
        lambda about: about["voice"].pop("dict_id"),
        lambda about: about["voice"].update(mood="glad"),
        lambda about: about["voice"].update(pace=9.0),
        lambda about: about.update(voice=None),
        lambda about: about.pop("text"),
        lambda about: about.pop("created"),
    ],
    ids=["format 0", "format 2", "fewer", "more", "refused", "none", "no text", "no time"],
)
def test_a_file_of_another_version_is_found(make_phrase: Any, change: Any) -> None:
    """A whole file of a version whose settings were others is not guessed at."""
    assert fault_of(rewritten(make_phrase(), change)) is Defect.OTHER_VERSION


def test_a_relabelled_file_is_found(make_phrase: Any) -> None:
    """One voice's samples do not pass under another's name, even with sums made right."""
    relabel = {"speaker": "ritu"}
    file = rewritten(make_phrase(), lambda about: about["voice"].update(relabel))
    assert fault_of(file) is Defect.ALTERED


@pytest.mark.parametrize("pace", [0.5, 1.0, 2.0])
def test_no_phrase_is_longer_than_its_text_can_take(make_phrase: Any, pace: float) -> None:
    """Anybody can write five minutes for two letters where nothing is signed."""
    text = "Please hold the line, I am looking for a free appointment with Doctor Rao."
    most = int(max_duration(text, pace=pace) * 8000)
    honest = make_phrase(text, samples=most, pace=pace, speech_sample_rate=8000)
    assert decode(encode(honest)) == honest
    forged = encode(make_phrase(text, samples=most + 1, pace=pace, speech_sample_rate=8000))
    assert fault_of(forged) is Defect.FOREIGN
    with pytest.raises(WrongPhrase):
        read_header(forged[:HEADER_BYTES], size=len(forged))


def test_the_head_is_read_without_the_samples(make_phrase: Any) -> None:
    """A list of a thousand phrases need not read their audio."""
    phrase = make_phrase("अ" * 2500, samples=100_000)
    file = encode(phrase)
    header = read_header(file[:HEADER_BYTES], size=len(file))
    assert (header.key, header.data_bytes) == (phrase.key, 200_000)
    assert len(encode(make_phrase("अ" * 2500, samples=1))) < HEADER_BYTES


def test_the_sidecar_says_the_same_to_people(make_phrase: Any) -> None:
    """It holds the text in its own script, and the voice."""
    about = sidecar(make_phrase("नमस्ते"))
    assert "नमस्ते" in about.decode()
    assert json.loads(about)["voice"]["speaker"] == "shubh"


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_crafted_file_is_a_wrong_phrase_and_nothing_else(make_phrase: Any, forgery: str) -> None:
    """Its digits are right and its content is made to break a reader, of the whole or of the
    header."""
    file = FORGERIES[forgery](make_phrase())
    for read in (decode, lambda file: read_header(file[:HEADER_BYTES], size=len(file))):
        with pytest.raises(WrongPhrase) as caught:
            read(file)
        # An error of a parser would quote the text.
        assert caught.value.__cause__ is None
        assert str(caught.value) == f"the file of a phrase is {caught.value.defect}"


def test_only_who_has_the_key_makes_a_phrase(make_phrase: Any) -> None:
    """Unsigned, signed with another key, or changed in one bit: none of them is played."""
    phrase = make_phrase()
    ours, theirs = Signer("k" * 32), Signer("another key, just as long as ours")
    file = encode(phrase, signer=ours)
    assert decode(file, signer=ours) == phrase
    flipped = file[:-1] + bytes([file[-1] ^ 1])
    for wrong in (encode(phrase), encode(phrase, signer=theirs), flipped):
        with pytest.raises(WrongPhrase) as caught:
            decode(wrong, signer=ours)
        assert caught.value.defect is Defect.UNSIGNED
    # A reader without the key cannot check it, and plays nothing either.
    assert fault_of(file) is Defect.ALTERED
    # Any player plays it.
    with wave.open(io.BytesIO(file)) as played:
        assert played.readframes(1000) == phrase.pcm
