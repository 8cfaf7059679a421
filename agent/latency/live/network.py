"""Reduces WebRTC's statistics of a room to `Network`. This module is pure.

The fields are those of W3C's "Identifiers for WebRTC's Statistics API", as livekit-rtc has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from livekit import rtc

from ..call_metrics import Network


def network(stats: rtc.RtcStats) -> Network:
    """Add up the counts of the room's two connections: one receives, one sends."""
    entries = [*stats.publisher_stats, *stats.subscriber_stats]
    received = [entry.received for entry in _audio(entries, "inbound_rtp")]
    sent = [entry.sent for entry in _audio(entries, "outbound_rtp")]
    # The server's report about the agent's sound.
    reported = [entry.received for entry in _audio(entries, "remote_inbound_rtp")]
    lost_in = sum(stream.packets_lost for stream in received)
    return Network(
        round_trip=max(_round_trips(entries), default=None),
        packets=(
            sum(stream.packets_received for stream in received) + lost_in,
            sum(stream.packets_sent for stream in sent),
        ),
        lost=(lost_in, sum(stream.packets_lost for stream in reported)),
    )


def _round_trips(stats: Iterable[Any]) -> Iterator[float]:
    """Round trips of measured paths in use. libwebrtc counts whole milliseconds: 0 is a value."""
    for entry in stats:
        pair = entry.candidate_pair.candidate_pair
        if pair.nominated and pair.responses_received > 0:
            yield pair.current_round_trip_time


def _audio(stats: Iterable[Any], kind: str) -> Iterator[Any]:
    """The entries of a kind that are about audio."""
    for entry in stats:
        if entry.WhichOneof("stats") == kind and getattr(entry, kind).stream.kind == "audio":
            yield getattr(entry, kind)
