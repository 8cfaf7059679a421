"""WebRTC's statistics of a room, of which a call needs five numbers."""

from __future__ import annotations

from typing import Any

from livekit import rtc
from livekit.rtc._proto.stats_pb2 import RtcStats

from agent.latency.call_metrics import Network
from agent.latency.live.network import network


def stats(kind: str, **parts: dict[str, Any]) -> RtcStats:
    """One entry of the list that livekit-rtc gives."""
    made = RtcStats()
    entry = getattr(made, kind)
    entry.SetInParent()
    for part, fields in parts.items():
        for name, value in fields.items():
            setattr(getattr(entry, part), name, value)
    return made


def sound(kind: str, **parts: dict[str, Any]) -> RtcStats:
    """The same of a stream of sound."""
    return stats(kind, stream={"kind": "audio"}, **parts)


def path(round_trip: float, *, used: bool = True, answers: int = 4) -> RtcStats:
    """A path of the network, and how many of its checks were answered."""
    pair = {
        "nominated": used,
        "current_round_trip_time": round_trip,
        "responses_received": answers,
    }
    return stats("candidate_pair", candidate_pair=pair)


def test_a_call_s_network_is_both_ways_and_the_slower_path() -> None:
    """The agent sends on one connection and receives on another."""
    found = network(
        rtc.RtcStats(
            publisher_stats=[
                sound("outbound_rtp", sent={"packets_sent": 400}),
                sound("remote_inbound_rtp", received={"packets_lost": 3}),
                path(0.02),
                path(9.0, used=False),
            ],
            subscriber_stats=[
                sound("inbound_rtp", received={"packets_received": 300, "packets_lost": 2}),
                sound("inbound_rtp", received={"packets_received": 10, "packets_lost": -1}),
                path(0.03),
                stats("codec"),
            ],
        )
    )
    assert found == Network(round_trip=0.03, packets=(311, 400), lost=(1, 3))


def test_what_is_not_sound_or_not_measured_is_left_out() -> None:
    """A caller may show a picture; at first nothing is known."""
    video = {"kind": "video"}
    found = network(
        rtc.RtcStats(
            publisher_stats=[
                stats("outbound_rtp", stream=video, sent={"packets_sent": 9}),
                stats("remote_inbound_rtp", stream=video, received={"packets_lost": 9}),
            ],
            subscriber_stats=[
                stats("inbound_rtp", stream=video, received={"packets_received": 9}),
                path(0.0, answers=0),
            ],
        )
    )
    assert found == Network()
    assert network(rtc.RtcStats(publisher_stats=[], subscriber_stats=[])) == Network()


def test_a_round_trip_of_less_than_a_millisecond_is_one() -> None:
    """libwebrtc rounds to whole milliseconds; a quick machine's loopback takes fewer."""
    found = network(rtc.RtcStats(publisher_stats=[path(0.0)], subscriber_stats=[]))
    assert found == Network(round_trip=0.0)
