"""What is locked, as OSV names it."""

from __future__ import annotations

import json

from tools.audit.locks import Package, go, npm, python


def test_each_kind_of_lock_is_read() -> None:
    """Names and versions as OSV has them: Go's without the v."""
    pinned = "av==18.1.0 ; python_full_version < '3.12' \\\n    --hash=sha256:00\n# via x==9\n"
    assert python(pinned) == {Package("PyPI", "av", "18.1.0")}
    lock = {
        "packages": {"": {"version": "1"}, "node_modules/a/node_modules/@b/c": {"version": "2"}}
    }
    assert npm(json.dumps(lock)) == {Package("npm", "@b/c", "2")}
    modules = (
        "module ours\n\ngo 1.26.0\n\nrequire github.com/a/b/v2 v2.1.0\n\n"
        "require (\n\tc.io/d v0.0.1 // indirect\n)\n"
    )
    assert go(modules) == {
        Package("Go", "github.com/a/b/v2", "2.1.0"),
        Package("Go", "c.io/d", "0.0.1"),
    }
