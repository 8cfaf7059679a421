"""Queries OSV about many packages at once (https://google.github.io/osv.dev/post-v1-querybatch/)."""

from __future__ import annotations

import http.client
import json
import urllib.request
from collections.abc import Sequence
from typing import Any

from .locks import Package

ADDRESS = "https://api.osv.dev/v1/querybatch"
AT_ONCE = 500  # packages in a request; OSV takes 1000
TIMEOUT = 20.0  # seconds
_MOST = 8 * 1024 * 1024  # bytes of an answer


class Unreachable(Exception):
    """OSV gave no answer; the text says why."""


def vulnerabilities(
    packages: Sequence[Package], *, address: str = ADDRESS
) -> dict[Package, tuple[str, ...]]:
    """The ids of each package's known vulnerabilities; packages without any are left out.

    Raises:
        Unreachable: OSV cannot be reached, or the answer is not OSV's.
    """
    known: dict[Package, tuple[str, ...]] = {}
    for start in range(0, len(packages), AT_ONCE):
        asked = packages[start : start + AT_ONCE]
        try:
            results = _ask(asked, address)["results"]
            for package, result in zip(asked, results, strict=True):
                if ids := tuple(sorted(each["id"] for each in result.get("vulns", ()))):
                    known[package] = ids
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{address}: {error}") from None
        except (ValueError, TypeError, KeyError, AttributeError):
            raise Unreachable(f"{address}: the answer is not OSV's") from None
    return known


def _ask(packages: Sequence[Package], address: str) -> Any:
    queries = [
        {"package": {"name": each.name, "ecosystem": each.ecosystem}, "version": each.version}
        for each in packages
    ]
    request = urllib.request.Request(
        address,
        data=json.dumps({"queries": queries}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
        return json.loads(answer.read(_MOST))
