"""`POST /tts/bytes`: a whole text in, its audio out as it is made."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

from aiohttp import web

from sandbox.conditions import Fault
from sandbox.tts import make_sound, paced

from .account import Account
from .encoding import content_type, encoder_for, header_for
from .problems import TOO_MANY, Problem, http_body, unavailable
from .requests import BytesRequest, read_bytes_request


async def answer_bytes(
    request: web.Request, account: Account, *, version: str
) -> web.StreamResponse:
    """Stream the audio in the requested format."""
    fault = account.draw_fault(
        "refuse", "quota", "error", "drop", "stall", "close", "slow", "garbage"
    )
    asked = _turn_away(account, fault) or read_bytes_request(await request.read())
    if isinstance(asked, Problem):
        return await refuse(account, asked, version=version)
    account.begin()
    try:
        return await _stream(request, account, asked, fault)
    finally:
        account.end()


async def _stream(
    request: web.Request, account: Account, asked: BytesRequest, fault: Fault | None
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": content_type(asked.output_format)})
    async for part in _speak(account, asked, fault):
        if not response.prepared:
            await asyncio.sleep(account.conditions.half_trip())
            await response.prepare(request)
        await response.write(part)
    if not response.prepared:
        await response.prepare(request)
    if fault is not None and fault.kind == "stall":
        await asyncio.Event().wait()
    if fault is not None and fault.kind == "drop" and request.transport is not None:
        request.transport.abort()
    await response.write_eof()
    return response


async def refuse(account: Account, problem: Problem, *, version: str) -> web.Response:
    """The provider's error response, half a round trip later."""
    account.stats[f"errors_{problem.status}"] += 1
    await asyncio.sleep(account.conditions.half_trip())
    body, mime = http_body(problem, version=version, request_id=str(uuid.uuid4()))
    return web.Response(text=body, content_type=mime, status=problem.status)


def _turn_away(account: Account, fault: Fault | None) -> Problem | None:
    match fault:
        case Fault(kind="quota"):
            return TOO_MANY
        case Fault(kind="refuse" | "error", code=code):
            return unavailable(code)
        case _:
            return TOO_MANY if account.has_all_contexts else None


async def _speak(
    account: Account, asked: BytesRequest, fault: Fault | None
) -> AsyncIterator[bytes]:
    output, speaker = asked.output_format, asked.voice.id
    account.bill(
        "stream", account.number(), asked.transcript, model=asked.model_id, speaker=speaker
    )
    encoder = encoder_for(output)
    header = header_for(output)
    sound = make_sound(
        asked.transcript,
        kind=account.options.voice,
        language=asked.language,
        pace=asked.pace,
        sample_rate=output.sample_rate,
        speaker=speaker,
    )
    async for piece in paced(
        sound,
        characters=len(asked.transcript),
        conditions=account.conditions,
        options=account.options,
        fault=fault,
    ):
        data = header + encoder.encode(piece.pcm)
        header = b""
        if piece.is_last and not piece.is_cut:
            data += encoder.finish()
        if piece.is_garbage:
            data = b"\xde\xad" * (len(data) // 2 or 1)
        if data:
            yield data
