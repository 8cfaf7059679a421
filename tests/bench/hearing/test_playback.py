"""When something is heard, and where nothing is."""

import numpy as np
import pytest

from bench.hearing.playback import AUDIBLE, Chunk, first_audible, holes, play

RATE = 24000
LOUD, SILENT = 8000, 0


def pcm(*parts: tuple[float, int]) -> bytes:
    """Seconds of samples of one value each, in turn."""
    return np.concatenate(
        [np.full(round(seconds * RATE), value, np.int16) for seconds, value in parts]
    ).tobytes()


def played(*chunks: tuple[float, bytes]):
    """What is heard of chunks that arrive at these times."""
    result = play([Chunk(at, samples) for at, samples in chunks], RATE)
    assert result is not None
    return result


def test_nothing_to_play():
    """Without a sample there is nothing that was played."""
    assert play([], RATE) is None
    assert play([Chunk(0.1, b"")], RATE) is None


def test_audio_that_comes_early_waits_its_turn():
    """Pieces that arrive together play one after the other, without a pause."""
    reply = played((0.3, pcm((1, LOUD))), (0.3, pcm((1, LOUD))), (1.9, pcm((1, LOUD))))
    assert reply.begins == 0.3
    assert reply.ends == pytest.approx(3.3)
    assert reply.late == ()
    assert holes(reply) == []


def test_audio_that_comes_late_leaves_a_hole():
    """A piece that arrives after the one before it has played is preceded by silence."""
    reply = played((0.3, pcm((0.2, LOUD))), (0.9, pcm((0.2, LOUD))))
    assert reply.late == pytest.approx((0.4,))
    assert holes(reply) == [pytest.approx(0.4, abs=0.01)]
    assert reply.ends == pytest.approx(1.1)


def test_silence_within_the_audio_is_a_hole_too():
    """A peer that fills a pause with zeros has paused."""
    reply = played((0.3, pcm((0.2, LOUD), (0.3, SILENT), (0.2, LOUD))))
    assert reply.late == ()
    assert holes(reply) == [pytest.approx(0.3, abs=0.01)]


def test_late_audio_and_silence_make_one_hole():
    """What is heard counts, not why."""
    reply = played((0, pcm((0.2, LOUD), (0.1, SILENT))), (0.5, pcm((0.1, SILENT), (0.2, LOUD))))
    assert reply.late == pytest.approx((0.2,))
    assert holes(reply) == [pytest.approx(0.4, abs=0.01)]


def test_silence_at_the_ends_is_no_hole():
    """Before the first sound it is delay, after the last it is the end."""
    assert holes(played((0, pcm((0.5, SILENT), (0.2, LOUD), (0.5, SILENT))))) == []


@pytest.mark.parametrize(("seconds", "count"), [(0.01, 0), (0.03, 1)])
def test_a_dip_is_no_hole(seconds, count):
    """From 20 ms a silence counts; the dip between two words does not."""
    assert len(holes(played((0, pcm((0.2, LOUD), (seconds, SILENT), (0.2, LOUD)))))) == count


def test_first_audible_sample():
    """Leading silence delays the first sound, to the sample."""
    reply = played((0.3, pcm((0.25, SILENT), (0.1, LOUD))))
    assert first_audible(reply) == pytest.approx(0.55, abs=1 / RATE)


def test_first_audible_sample_in_a_later_piece():
    """It counts when it plays, not when it arrived."""
    reply = played((0.3, pcm((0.5, SILENT))), (0.35, pcm((0.1, LOUD))))
    assert first_audible(reply) == pytest.approx(0.8, abs=1 / RATE)


def test_a_click_is_not_heard_as_sound():
    """One loud millisecond in front of the speech does not flatter."""
    reply = played((0, pcm((0.1, SILENT), (0.001, LOUD), (0.2, SILENT), (0.1, LOUD))))
    assert first_audible(reply) == pytest.approx(0.301, abs=1 / RATE)


def test_noise_below_the_threshold_is_silence():
    """A codec's noise is no speech."""
    assert first_audible(played((0, pcm((0.5, AUDIBLE // 2))))) is None
