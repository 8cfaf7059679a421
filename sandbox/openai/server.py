"""The stand-in for OpenAI: its routes, which clients it accepts, delays and faults."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from sandbox.conditions import Fault, Latency, slowdown
from sandbox.standin import StandIn

from . import embeddings
from .account import Account, Exchange, OpenAIOptions, watched
from .chunks import Generation, completion
from .embeddings import EmbeddingRequest
from .errors import (
    ApiError,
    from_validation,
    over_quota,
    rate_limit_headers,
    server_error,
    unauthorized,
    unknown_route,
)
from .faults import FAULTS, breaks, broken, mute
from .generation import generate, last_words
from .pacing import Pace, sleep_until
from .receptionist import answer
from .schema import ChatRequest
from .stream import ReplyStream

Handler = Callable[[web.Request, dict[str, str]], Awaitable[web.StreamResponse]]
_Body = TypeVar("_Body", bound=BaseModel)
_MODELS = ("gpt-4.1", "gpt-4.1-mini", "text-embedding-3-small", "text-embedding-3-large")
_OWNER = "sandbox (rule-based)"
_CREATED = 1_735_689_600  # 2025-01-01; any fixed instant serves
_METHODS: dict[str, str] = {"chat/completions": "POST", "embeddings": "POST", "models": "GET"}


class OpenAIStandIn(StandIn):
    """OpenAI's chat completions and embeddings, answered by a rule-based receptionist.

    Delays beside the network's: `first_byte` before the first piece (about what a small fast model
    takes, inferred), then `characters_per_second`. A fault strikes one reply or one embedding;
    `refuse` and `quota` turn the request away, and so does `error` where no stream has begun
    (a whole reply, or `at` 0). `GET /v1/models`, with which clients warm a connection, has none.
    """

    name = "openai"
    default_latency = Latency(first_byte=0.25, per_character=0, real_time_factor=0)
    account_type = Account
    options_type = OpenAIOptions

    account: Account

    def __init__(
        self,
        *,
        latency: Latency | None = None,
        faults: tuple[Fault, ...] = (),
        seed: int = 0,
        options: OpenAIOptions | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(latency=latency, faults=faults, seed=seed, options=options)
        self._clock = clock
        # Read the rules now (30 ms), so that no caller waits for them.
        answer((), clock())

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The provider's endpoints."""
        router.add_post("/v1/chat/completions", self._guarded(self._chat))
        router.add_post("/v1/embeddings", self._guarded(self._embeddings))
        router.add_get("/v1/models", self._guarded(self._models))
        router.add_get("/v1/models/{model}", self._guarded(self._model))
        router.add_route("*", "/{path:.*}", self._guarded(self._unknown))

    def _guarded(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """`handler` behind the network and the check of keys; a refusal is an error response."""

        async def handle(request: web.Request) -> web.StreamResponse:
            self.stats["requests"] += 1
            headers = {
                "x-request-id": f"req_{uuid.uuid4().hex}",
                "openai-organization": "org-sandbox",
                "openai-version": "2020-10-01",
                **rate_limit_headers(),
            }
            await self.arrive(request)
            try:
                self._admit(request)
                return await handler(request, headers)
            except ApiError as error:
                self.stats[f"errors_{error.status}"] += 1
                await asyncio.sleep(self.conditions.half_trip())
                return web.json_response(
                    error.body.to_json(), status=error.status, headers=headers | error.headers
                )

        return handle

    def _admit(self, request: web.Request) -> None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        missing = scheme.lower() != "bearer" or not key.strip()
        if missing or not self.account.options.admits(key.strip()):
            raise unauthorized(missing=missing)

    async def _chat(self, request: web.Request, headers: dict[str, str]) -> web.StreamResponse:
        received = asyncio.get_running_loop().time()
        body = _read(ChatRequest, await request.read())
        fault = self._draw_fault(body.model, in_stream=bool(body.stream))
        await mute(fault)
        scripted, self.account.options = self.account.options.next_reply()
        generation = generate(body, now=self._clock(), id=uuid.uuid4().hex[:24], scripted=scripted)
        exchange = self._log(body, generation)
        pace = self._pace(received, body, generation, fault)
        with watched(exchange, self.stats):
            if not body.stream:
                return await self._whole(request, headers, exchange, generation, pace, fault)
            self.stats["streams"] += 1
            usage = body.stream_options is not None and body.stream_options.include_usage
            reply = ReplyStream(generation, exchange, self.stats, include_usage=usage, fault=fault)
            return await reply.send(request, headers, pace)

    async def _whole(
        self,
        request: web.Request,
        headers: dict[str, str],
        exchange: Exchange,
        generation: Generation,
        pace: Pace,
        fault: Fault | None,
    ) -> web.StreamResponse:
        await sleep_until(pace.start + generation.characters * pace.per_character)
        if breaks(fault):
            exchange.ending = "broken"
            return await broken(request, headers, fault)
        exchange.ending = generation.finish
        exchange.sent_characters = generation.characters
        self.stats["tokens"] += generation.completion_tokens
        return web.json_response(completion(generation), headers=headers)

    async def _embeddings(
        self, request: web.Request, headers: dict[str, str]
    ) -> web.StreamResponse:
        body = _read(EmbeddingRequest, await request.read())
        fault = self._draw_fault(body.model, in_stream=False)
        await mute(fault)
        seconds = self.conditions.first_byte(sum(map(len, body.inputs)), factor=slowdown(fault))
        await asyncio.sleep(seconds + self.conditions.half_trip())
        self.stats["embeddings"] += len(body.inputs)
        if breaks(fault):
            return await broken(request, headers, fault)
        return web.json_response(embeddings.response(body), headers=headers)

    async def _models(self, _: web.Request, headers: dict[str, str]) -> web.StreamResponse:
        await asyncio.sleep(self.conditions.half_trip())
        listed = {"object": "list", "data": [_describe_model(model) for model in _MODELS]}
        return web.json_response(listed, headers=headers)

    async def _model(self, request: web.Request, headers: dict[str, str]) -> web.StreamResponse:
        await asyncio.sleep(self.conditions.half_trip())
        return web.json_response(_describe_model(request.match_info["model"]), headers=headers)

    async def _unknown(self, request: web.Request, _: dict[str, str]) -> web.StreamResponse:
        allowed = _METHODS.get(request.path.removeprefix("/v1/"))
        raise unknown_route(request.method, request.path, [allowed] if allowed else [])

    def _draw_fault(self, model: str, *, in_stream: bool) -> Fault | None:
        """The fault that strikes this reply; raises for one that turns the request away."""
        fault = self.account.draw_fault(*FAULTS)
        if fault is None:
            return None
        if fault.kind == "quota":
            raise over_quota(self.account.options.quota_code, model)
        begun = in_stream and fault.at > 0
        if fault.kind == "refuse" or (fault.kind == "error" and not begun):
            raise server_error(fault.code)
        return fault

    def _log(self, body: ChatRequest, generation: Generation) -> Exchange:
        self.stats["replies"] += 1
        self.stats["tool_calls"] += len(generation.calls)
        exchange = Exchange(
            id=generation.id,
            prompt=last_words(body.messages),
            reply=generation.text,
            tool_calls=tuple(call.name for call in generation.calls),
            streamed=bool(body.stream),
        )
        self.account.log.append(exchange)
        return exchange

    def _pace(
        self, received: float, body: ChatRequest, generation: Generation, fault: Fault | None
    ) -> Pace:
        """When each character leaves; jitter and tail are drawn once for the whole reply."""
        conditions, factor = self.conditions, slowdown(fault)
        first = conditions.first_byte(
            sum(len(message.text) for message in body.messages), factor=factor
        )
        length = generation.characters
        rest = conditions.delay(length / self.account.options.characters_per_second, factor=factor)
        return Pace(received + first + conditions.half_trip(), rest / max(1, length))


def _read(kind: type[_Body], raw: bytes) -> _Body:
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        raise from_validation(error) from None


def _describe_model(model: str) -> dict[str, Any]:
    return {"id": model, "object": "model", "created": _CREATED, "owned_by": _OWNER}
