"""What goes over the pipes between the bench and a peer."""

import pytest

from bench.tts.drivers.messages import (
    READY,
    Close,
    Delivery,
    Open,
    Say,
    read_command,
    read_delivery,
    write_command,
    write_delivery,
)


@pytest.mark.parametrize(
    "command",
    [
        Open(at="127.0.0.1:1", variant="ours", replies=8),
        Say(number=3, text="जी।\nYes.", token_seconds=0.0, stop_after=0.1),
        Close(),
    ],
)
def test_commands_arrive_as_they_were_sent(command):
    """A command is one line, whatever is in its text."""
    line = write_command(command)
    assert "\n" not in line
    assert read_command(line) == command


def test_said_arrives_as_it_was_sent():
    """Sound and its times survive the pipe."""
    delivery = Delivery(
        number=3, sample_rate=24000, chunks=[(0.25, b"\x00\xff"), (0.5, b"")], ended=1.5, failed=""
    )
    line = write_delivery(delivery)
    assert "\n" not in line
    assert read_delivery(line) == delivery


def test_ready_is_no_reply():
    """A peer that is ready has said nothing yet."""
    assert read_delivery(READY) is None
