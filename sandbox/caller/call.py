"""One scripted call, from dialling to its figures."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable

import numpy as np

from sandbox.voice import speak
from sandbox.voice.pcm import Samples

from . import turns
from .client import CallError, RoomClient, caller_token, dial
from .conversation import SpokenLine, converse
from .microphone import SAMPLE_RATE
from .script import Script
from .turns import CallResult

IDENTITY = "caller"


async def run_call(
    url: str,
    api_key: str,
    api_secret: str,
    script: Script,
    *,
    room: str = "",
    agent_name: str = "",
    announce: Callable[[str], None] = lambda _: None,
) -> CallResult:
    """Call the agent that serves this LiveKit server and speak `script` to it.

    `room` names the room (default: a new one), `agent_name` an agent with explicit dispatch;
    `announce` is called with each line as it is spoken. A call that is cut off still gives its
    turns, with `given_up` set.

    Raises:
        CallError: The room cannot be joined.
    """
    speech = await synthesise(script)
    token = caller_token(
        api_key,
        api_secret,
        room=room or _room_name(),
        identity=IDENTITY,
        agent_name=agent_name,
    )
    async with dial(url, token, identity=IDENTITY) as client:
        return await hold(client, script, speech, announce=announce)


def _room_name() -> str:
    return f"call-{uuid.uuid4().hex[:8]}"


async def synthesise(script: Script) -> list[Samples]:
    """The sound of each line, made before the call so that synthesis delays none."""
    spoken = await asyncio.gather(
        *(
            speak(
                line.text,
                language=script.language,
                pace=script.pace,
                sample_rate=SAMPLE_RATE,
                voice=script.voice,
            )
            for line in script.lines
        )
    )
    return [np.frombuffer(sound, np.dtype("<i2")).astype(np.int16) for sound in spoken]


async def hold(
    client: RoomClient,
    script: Script,
    speech: list[Samples],
    *,
    announce: Callable[[str], None] = lambda _: None,
) -> CallResult:
    """Speak the script in a room that is joined, and measure the recording."""
    said: list[SpokenLine] = []
    try:
        given_up = await converse(client, script, speech, said, announce=announce)
    except CallError as error:
        given_up = str(error)
    recording, origin = client.recording(), client.dialled
    made = turns.turns(recording, said, client.transcript, origin=origin)
    return CallResult(
        greeting=turns.greeting(recording, said, client.transcript, origin=origin),
        turns=made,
        recording=recording,
        join_seconds=client.joined - client.dialled,
        lateness=max((client.lateness(origin + turn.caller.end) for turn in made), default=0.0),
        given_up=given_up,
    )
