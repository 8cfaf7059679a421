"""WebRTC's statistics of a room as `Network`. Pure.

The fields are those of W3C's "Identifiers for WebRTC's Statistics API", which livekit-rtc hands on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from livekit import rtc
from livekit.rtc._proto import stats_pb2

from ..vitals import Network


def network(stats: rtc.RtcStats) -> Network:
    """What both connections of the room have counted: one receives, one sends."""
    every = [*stats.publisher_stats, *stats.subscriber_stats]
    incoming = [(one.received.packets_received, one.received.packets_lost) for one in _sound(every)]
    # What the server says of the agent's sound; of what it received, it reports only the lost.
    outgoing = [one.sent.packets_sent for one in _of(every, "outbound_rtp") if _is_sound(one)]
    lost = [one.received.packets_lost for one in _of(every, "remote_inbound_rtp") if _is_sound(one)]
    lost_in = sum(lost for _, lost in incoming)
    return Network(
        round_trip=max(_round_trips(every), default=None),
        packets=(sum(received for received, _ in incoming) + lost_in, sum(outgoing)),
        lost=(lost_in, sum(lost)),
    )


def _round_trips(stats: Iterable[stats_pb2.RtcStats]) -> Iterator[float]:
    """Of the paths that are in use; 0 where nothing was measured yet."""
    for one in _of(stats, "candidate_pair"):
        pair = one.candidate_pair
        if pair.nominated and pair.current_round_trip_time > 0:
            yield pair.current_round_trip_time


def _sound(stats: Iterable[stats_pb2.RtcStats]) -> Iterator[Any]:
    return (one for one in _of(stats, "inbound_rtp") if _is_sound(one))


def _is_sound(one: Any) -> bool:
    return bool(one.stream.kind == "audio")


def _of(stats: Iterable[stats_pb2.RtcStats], kind: str) -> Iterator[Any]:
    return (getattr(one, kind) for one in stats if one.WhichOneof("stats") == kind)
