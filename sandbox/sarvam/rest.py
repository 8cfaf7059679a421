"""Sarvam's HTTP endpoints: a whole text in, its audio out, whole or as it is made."""

from __future__ import annotations

import asyncio
import base64
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from aiohttp import web

from sandbox.conditions import Fault, FaultKind
from sandbox.tts.account import Via
from sandbox.voice import wav_header

from .body import Body, read_body
from .catalogue import REST_RATES, STREAMING_RATES, content_type
from .frames import LONGEST_TEXT
from .options import Account
from .synthesis import synthesize
from .validation import RATE_LIMIT, Refusal

# Documented.
LONGEST_STREAMED_TEXT = 3500
# Names of the provider's errors by status (documented).
_ERROR_NAMES = {
    400: "invalid_request_error",
    403: "invalid_api_key_error",
    422: "unprocessable_entity_error",
    429: "rate_limit_exceeded_error",
    503: "model_call_error",
}
_FAULTS: tuple[FaultKind, ...] = (
    "refuse",
    "quota",
    "error",
    "drop",
    "stall",
    "close",
    "slow",
    "garbage",
)
# Faults that break off a response.
_ENDINGS = frozenset({"drop", "stall", "close"})


async def answer_whole(request: web.Request, account: Account) -> web.StreamResponse:
    """`POST /text-to-speech`: base64 audio in JSON, once all of it is made."""
    fault = account.draw_fault(*_FAULTS)
    body = _turn_away(fault) or read_body(
        await request.read(), longest=LONGEST_TEXT, rates=REST_RATES
    )
    if isinstance(body, Body) and body.codec == "opus":
        # In the schema, but refused (documented).
        body = Refusal(400, "Output audio codec opus is not supported on this endpoint")
    if isinstance(body, Refusal):
        return await refuse(account, body)
    codec = body.codec or "wav"
    audios = []
    number = account.number()
    for text in body.texts:
        # The length is known here: the header names it.
        bare = "linear16" if codec == "wav" else codec
        parts = [part async for part in _speak(account, body, text, bare, "rest", number, fault)]
        audio = b"".join(parts)
        if codec == "wav":
            audio = wav_header(body.sample_rate, len(audio)) + audio
        audios.append(base64.b64encode(audio).decode())
    await asyncio.sleep(account.conditions.half_trip())
    if fault is not None and fault.kind in _ENDINGS:
        await _break_off(request, fault)
    if fault is not None and fault.kind == "garbage":
        return web.Response(text='{"audios": ["', content_type="application/json")
    return web.json_response({"request_id": _request_id(), "audios": audios})


async def answer_stream(request: web.Request, account: Account) -> web.StreamResponse:
    """`POST /text-to-speech/stream`: audio, as it is made."""
    fault = account.draw_fault(*_FAULTS)
    body = _turn_away(fault) or read_body(
        await request.read(), longest=LONGEST_STREAMED_TEXT, rates=STREAMING_RATES
    )
    if isinstance(body, Refusal):
        return await refuse(account, body)
    codec = body.codec or "mp3"
    mime = "audio/mpeg" if codec == "mp3" else content_type(codec)
    response = web.StreamResponse(headers={"Content-Type": mime})
    number = account.number()
    async for part in _speak(account, body, body.texts[0], codec, "stream", number, fault):
        if not response.prepared:
            await asyncio.sleep(account.conditions.half_trip())
            await response.prepare(request)
        await response.write(part)
    if not response.prepared:
        await response.prepare(request)
    if fault is not None and fault.kind in ("drop", "stall"):
        await _break_off(request, fault)
    await response.write_eof()
    return response


async def refuse(account: Account, refusal: Refusal) -> web.Response:
    """The provider's error response, half a round trip later."""
    account.stats[f"errors_{refusal.code}"] += 1
    await asyncio.sleep(account.conditions.half_trip())
    name = _ERROR_NAMES.get(refusal.code, "internal_server_error")
    error = {"message": refusal.message, "code": name, "request_id": _request_id()}
    return web.json_response({"error": error}, status=refusal.code)


def _turn_away(fault: Fault | None) -> Refusal | None:
    match fault:
        case Fault(kind="quota"):
            return RATE_LIMIT
        case Fault(kind="refuse" | "error", code=code):
            return Refusal(code, "model unavailable")
        case _:
            return None


async def _speak(
    account: Account,
    body: Body,
    text: str,
    codec: str,
    via: Via,
    number: int,
    fault: Fault | None,
) -> AsyncIterator[bytes]:
    account.bill(via, number, text, model=body.engine, speaker=body.voice)
    async for piece in synthesize(body.request(text, codec), account, fault):
        if piece.is_garbage:
            yield b"\xde\xad" * (len(piece.data) // 2 or 1)
        elif piece.data:
            yield piece.data


async def _break_off(request: web.Request, fault: Fault) -> None:
    if fault.kind == "stall":
        await asyncio.Event().wait()
    if request.transport is not None:
        request.transport.abort()


def _request_id() -> str:
    return f"{datetime.now(UTC):%Y%m%d}_{uuid.uuid4()}"
