"""The audit asks about everything that is locked; a missing network is no failure."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from sandbox.stack.livekit_binary import ROOT
from tools.audit import osv
from tools.audit.__main__ import main
from tools.audit.locks import locked

Answer = Callable[[dict[str, Any]], Any]


@contextmanager
def service(answer: Answer) -> Iterator[str]:
    """OSV on loopback, which gives `answer(request)` as JSON; a string as it is."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            given = answer(asked)
            self.send_response(200)
            self.end_headers()
            self.wfile.write((given if isinstance(given, str) else json.dumps(given)).encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_everything_that_is_locked_is_asked_about(capsys: pytest.CaptureFixture[str]) -> None:
    """Production, development, tools, page and server; every pin and every module."""
    asked: list[dict[str, Any]] = []

    def answer(request: dict[str, Any]) -> Any:
        asked.extend(request["queries"])
        return {"results": [{} for _ in request["queries"]]}

    with service(answer) as address:
        assert main(address=address) == 0
    names = {(each["package"]["ecosystem"], each["package"]["name"]) for each in asked}
    assert {("PyPI", "aiohttp"), ("npm", "livekit-client")} <= names
    assert ("Go", "github.com/livekit/livekit-server") in names
    assert len(asked) == len(locked(ROOT))
    for lock in ("requirements.lock", "requirements-dev.lock", "tools/locks/node.lock"):
        lines = (ROOT / lock).read_text("utf-8").splitlines()
        pinned = {line.partition("==")[0] for line in lines if line[:1].isalnum()}
        assert {("PyPI", name) for name in pinned} <= names
    assert "audit: 0 packages with known vulnerabilities" in capsys.readouterr().out


def test_what_is_known_is_shown_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With an address to read, for the right package, however many requests it takes."""
    monkeypatch.setattr(osv, "AT_ONCE", 7)

    def answer(request: dict[str, Any]) -> Any:
        hit = {"vulns": [{"id": "GHSA-2"}, {"id": "CVE-1"}]}
        return {
            "results": [
                hit if query["package"]["name"] == "aiohttp" else {} for query in request["queries"]
            ]
        }

    with service(answer) as address:
        assert main(address=address) == 1
    (version,) = {each.version for each in locked(ROOT) if each.name == "aiohttp"}
    out = capsys.readouterr().out
    assert f"PyPI aiohttp {version}: https://osv.dev/CVE-1, https://osv.dev/GHSA-2\n" in out
    assert "audit: 1 packages" in out


@pytest.mark.parametrize(
    "answer", ["<html>proxy</html>", [], {"results": []}, {"results": 3}, {"results": [1] * 500}]
)
def test_what_is_not_osvs_is_not_believed(answer: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A captive portal's page does not say that all is well."""
    with service(lambda _: answer) as address:
        assert main(address=address) == 0
    assert "audit: not run" in capsys.readouterr().out


def test_without_a_network_it_is_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    """And says so, with exit code 0."""
    # Nothing listens on port 1.
    assert main(address="http://127.0.0.1:1") == 0
    out = capsys.readouterr().out
    assert out.startswith("audit: not run: http://127.0.0.1:1: ")
    assert out.count("\n") == 1
