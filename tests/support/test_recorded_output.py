"""What was played is counted by its loudness."""

from __future__ import annotations

import pytest

from agent.assistant.pcm_frames import in_portions

from .recorded_output import RATE, RecordedOutput


def sound(level: int, seconds: float) -> bytes:
    return level.to_bytes(2, "little") * round(RATE * seconds)


async def test_each_sound_has_a_length_and_each_speech_one_beginning() -> None:
    """A flush ends a speech; the next sound begins another."""
    output, begun = RecordedOutput(), []
    output.on_sound = lambda: begun.append(len(output.pcm))
    for level, seconds in ((500, 0.5), (700, 0.25), (500, 0.1)):
        async for frame in in_portions(sound(level, seconds)):
            await output.capture_frame(frame)
        output.flush()
    assert output.seconds(500) == pytest.approx(0.6)
    assert output.seconds(700) == pytest.approx(0.25)
    assert output.seconds(1) == 0
    assert begun == [0, RATE, RATE * 3 // 2]
