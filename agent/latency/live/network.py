"""WebRTC's statistics of a room as `Network`. Pure.

The fields are those of W3C's "Identifiers for WebRTC's Statistics API", as livekit-rtc has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from livekit import rtc

from ..vitals import Network


def network(stats: rtc.RtcStats) -> Network:
    """What both connections of the room have counted: one receives, one sends."""
    every = [*stats.publisher_stats, *stats.subscriber_stats]
    came = [one.received for one in _sound(every, "inbound_rtp")]
    went = [one.sent for one in _sound(every, "outbound_rtp")]
    # What the server says of the agent's sound.
    reported = [one.received for one in _sound(every, "remote_inbound_rtp")]
    lost_in = sum(one.packets_lost for one in came)
    return Network(
        round_trip=max(_round_trips(every), default=None),
        packets=(
            sum(one.packets_received for one in came) + lost_in,
            sum(one.packets_sent for one in went),
        ),
        lost=(lost_in, sum(one.packets_lost for one in reported)),
    )


def _round_trips(stats: Iterable[Any]) -> Iterator[float]:
    """Of the paths in use that were measured. libwebrtc counts whole milliseconds: 0 is a value."""
    for one in stats:
        pair = one.candidate_pair.candidate_pair
        if pair.nominated and pair.responses_received > 0:
            yield pair.current_round_trip_time


def _sound(stats: Iterable[Any], kind: str) -> Iterator[Any]:
    """The entries of a kind that are about sound."""
    for one in stats:
        if one.WhichOneof("stats") == kind and getattr(one, kind).stream.kind == "audio":
            yield getattr(one, kind)
