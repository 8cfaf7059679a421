"""The scenarios that are measured. Data only; `runner` runs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from livekit.plugins.sarvam_pooled import PoolLimits

from sandbox.conditions import Fault, FaultKind, Latency

from . import limits
from .limits import Limit

PROVIDER_LATENCY = Latency(jitter=0, tail_probability=0)
"""40 ms round trip, first audio 200 ms + 3.3 ms a character, real-time factor 0.15; no jitter, so
that runs can be compared."""
SIMULATED = (
    "Simulated: 40 ms round trip, first audio 200 ms + 3.3 ms a character, real-time factor 0.15; "
    "LLM tokens of 4 characters every 16 ms. Ours keeps no phrases: a repeated text is synthesised "
    "again."
)

UNDISTURBED = "undisturbed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario."""

    title: str
    about: str
    """What happens, in a sentence."""
    faults: tuple[Fault, ...] = ()
    pace_spread: float = 0.0
    """Share by which each synthesis of a text may be faster or slower."""
    faults_from_start: bool = False
    """Faults strike while the first connections are opened, too; else from the first reply on."""
    barge_in: bool = False
    """Before each reply, another one is interrupted."""
    texts: Literal["varied", "long"] = "varied"
    repeat: int = 1
    """How often each reply is spoken in a round."""
    at_once: int = 1
    """Replies in progress at the same time."""
    token_seconds: float = 0.016
    is_alone: bool = True
    """Nothing else runs meanwhile, as a few milliseconds count; else several run at a time."""
    limits: tuple[Limit, ...] = ()
    """Limits for our plugin."""
    baseline: str = UNDISTURBED
    """Title of the scenario it is compared with, or the name of a peer in the same scenario."""


def _struck(title: str, kind: FaultKind, about: str) -> Scenario:
    """A fault strikes 15 % of the syntheses half-way."""
    return Scenario(
        title=f"15 % {title}",
        about=about,
        faults=(Fault(kind=kind, probability=0.15),),
        is_alone=False,
        limits=(limits.whole, limits.one_config),
    )


FIRST_WORD = (
    Scenario(
        title=UNDISTURBED,
        about="Every reply once, nothing goes wrong.",
        limits=(
            limits.first_audible(0.5, 0.38),
            limits.first_audible(0.95, 0.48),
            limits.no_hole,
            limits.whole,
            limits.one_config,
        ),
    ),
    Scenario(
        title="after a barge-in",
        about="Every reply follows another one that the caller interrupted 0.1 s into its audio.",
        barge_in=True,
        limits=(limits.near(0.05), limits.no_hole, limits.whole, limits.one_config),
    ),
    Scenario(
        title="10 % six times slow",
        about="One synthesis in ten takes six times as long, to its first audio and after.",
        faults=(Fault(kind="slow", probability=0.1, factor=6),),
        repeat=2,
        is_alone=False,
        limits=(
            limits.first_audible(0.95, 0.8),
            limits.requests(0.1),
            limits.whole,
            limits.one_config,
        ),
    ),
)

BROKEN = (
    _struck("cut off", "drop", "The connection is cut in the middle of the audio."),
    Scenario(
        title="15 % cut off (new takes)",
        about="The same, and no two syntheses of a text are alike: up to 4 % faster or slower.",
        faults=(Fault(kind="drop", probability=0.15),),
        pace_spread=0.04,
        is_alone=False,
        limits=(limits.words_once, limits.one_config),
    ),
    _struck("stalled", "stall", "The audio stops in its middle; the connection stays open."),
    _struck("in error", "error", "An error frame (503) in the middle, then close code 1000."),
    _struck("closed early", "close", "Close code 1000 in the middle of the audio."),
    _struck("without final", "no_end", "The audio is whole, the message that ends it is missing."),
    _struck("garbage", "garbage", "One message in the middle is no JSON; its audio is lost."),
    Scenario(
        title="25 % half-dead",
        about="A quarter of the connections open and never answer; every reply follows a barge-in.",
        faults=(Fault(kind="mute", probability=0.25),),
        faults_from_start=True,
        barge_in=True,
        is_alone=False,
        limits=(limits.whole, limits.one_config),
    ),
)

SIX_SENTENCES = Scenario(
    title="six sentences",
    about="A reply of six sentences, its text given at once.",
    texts="long",
    repeat=2,
    token_seconds=0.0,
    limits=(limits.faster(2.0), limits.whole),
    baseline="ours, one Segment at a time",
)

EIGHT_AT_ONCE = Scenario(
    title="eight at once",
    about="Eight replies at the same time on one TTS object.",
    at_once=8,
    limits=(limits.whole, limits.one_config, limits.within(PoolLimits().max_connections)),
)

SCENARIOS = {
    scenario.title: scenario for scenario in (*FIRST_WORD, *BROKEN, SIX_SENTENCES, EIGHT_AT_ONCE)
}
