"""The outcome of a real call: the worker posts what the call's process has left on the disk."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path

import pytest
from aiohttp import web
from rich.console import Console

from agent.config.webhook_secret import key_of
from agent.outcome.signature import headers
from sandbox.caller.demo import run_demo
from sandbox.stack.stack import stack
from tests.agent.assistant.folder import MANIFEST, PHRASES, write
from tests.e2e.conftest import MakeOptions

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SCRIPT = """
title = "A short call"
answer_within = 20
[[lines]]
text = "thank you very much goodbye"
"""
CODE = '''
from pydantic import BaseModel

from agent.assistant import Assistant


class Talk(BaseModel):
    """How long it was."""

    items: int


class Shop(Assistant):
    """Counts."""

    outcome = Talk

    async def call_outcome(self, history):
        return Talk(items=len(history.items))
'''
pytestmark = pytest.mark.real_time


# A cold start and some real seconds of speech.
@pytest.mark.timeout(300)
async def test_the_outcome_of_a_call_reaches_the_webhook_signed(
    make_options: MakeOptions, tmp_path: Path
) -> None:
    """Once, with what was said counted, and as it is in the journal."""
    script = tmp_path / "short.toml"
    script.write_text(SCRIPT, encoding="utf-8")
    folder = write(tmp_path, manifest=MANIFEST, phrases=PHRASES, code=CODE)
    received: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()

    async def take(request: web.Request) -> web.Response:
        sent = {name.lower(): value for name, value in request.headers.items()}
        received.put_nowait((sent, await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    [address] = runner.addresses
    options = make_options(
        ASSISTANTS_DIR=str(folder.parent),
        ASSISTANT="shop",
        AGENT_LANGUAGE="en-IN",
        DATA_DIR=str(tmp_path / "data"),
        JOURNAL_DIR=str(tmp_path / "calls"),
        OUTCOME_WEBHOOK_URL=f"http://127.0.0.1:{address[1]}/hook",
        OUTCOME_WEBHOOK_SECRET=SECRET,
    )
    out = Console(file=io.StringIO(), width=120, color_system=None)
    async with stack(options) as running:
        await run_demo(running, script=script, console=out)
        sent, body = await asyncio.wait_for(received.get(), 60)
    await runner.cleanup()
    event = json.loads(body)
    signed = headers(key_of(SECRET), event["id"], body, now=float(sent["webhook-timestamp"]))
    assert signed.items() <= sent.items()
    assert event["data"]["assistant"] == "shop"
    assert event["data"]["outcome"]["items"] >= 2
    assert received.empty()
    [kept] = (tmp_path / "calls").glob("*-outcome-*.jsonl")
    assert kept.read_bytes() == body + b"\n"
    assert not list((tmp_path / "data" / "outbox").iterdir())
