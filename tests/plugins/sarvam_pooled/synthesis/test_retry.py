"""What follows a failed Attempt."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.errors import (
    Closed,
    ConnectFailed,
    ConnectionLost,
    FirstAudioTimeout,
    ProviderFailed,
    RequestRefused,
    SarvamError,
    Stalled,
    UnspeakableText,
)
from livekit.plugins.sarvam_pooled.synthesis.retry import Action, decide


@pytest.mark.parametrize(
    ("error", "failures", "time_left", "action", "wait"),
    [
        (ConnectionLost("x"), 1, 5.0, Action.RETRY, 0.0),
        (Stalled("x"), 2, 5.0, Action.RETRY, 0.0),
        (ProviderFailed("x", status=408), 1, 5.0, Action.RETRY, 0.0),
        (ProviderFailed("x", status=500), 1, 5.0, Action.RETRY, 0.0),
        (ConnectFailed("x"), 1, 5.0, Action.RETRY, 0.1),
        (ProviderFailed("x", status=429), 1, 5.0, Action.RETRY, 0.1),
        (ProviderFailed("x", status=503), 2, 5.0, Action.RETRY, 0.2),
        (ProviderFailed("x", status=503), 2, 0.1, Action.RAISE, 0.0),
        (ConnectionLost("x"), 3, 5.0, Action.RAISE, 0.0),
        (FirstAudioTimeout("x"), 1, 0.0, Action.RAISE, 0.0),
        (RequestRefused("x", status=403), 1, 5.0, Action.RAISE, 0.0),
        (UnspeakableText("x", status=422), 1, 5.0, Action.SKIP, 0.0),
    ],
)
def test_decision(
    error: SarvamError, failures: int, time_left: float, action: Action, wait: float
) -> None:
    """What may pass is tried again, what cannot is not, and one unspeakable Segment is left out."""
    decision = decide(error, failures=failures, retries=2, time_left=time_left, slack=9.0)
    assert decision.action is action
    assert decision.wait == pytest.approx(wait)
    assert decision.fail_over is (action is Action.RAISE)


@pytest.mark.parametrize(
    ("error", "failures", "slack", "fail_over"),
    [
        (ConnectionLost("x"), 1, 0.0, False),
        (ConnectionLost("x"), 2, 0.0, True),
        (ConnectionLost("x"), 2, 0.5, False),
        (FirstAudioTimeout("x"), 1, 0.0, True),
        (FirstAudioTimeout("x"), 1, 0.5, False),
        (RequestRefused("x", status=402), 1, 9.0, True),
        (UnspeakableText("x", status=422), 9, 0.0, False),
        (Closed("x"), 1, 0.0, False),
    ],
)
def test_another_voice_goes_on_when_this_one_cannot_in_time(
    error: SarvamError, failures: int, slack: float, fail_over: bool
) -> None:
    """For good, or not before the caller hears silence; never when the call is over."""
    decision = decide(error, failures=failures, retries=2, time_left=5.0, slack=slack)
    assert decision.fail_over is fail_over
