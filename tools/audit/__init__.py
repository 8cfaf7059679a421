"""Known vulnerabilities of what is locked: `python3 -m tools.audit`, on the standard library alone.

One service, OSV (https://osv.dev), knows those of PyPI, npm and Go; `pip-audit`, `npm audit` and
`govulncheck` draw on it, too. OSV receives names and versions, and nothing else. For Go it lists
the vulnerabilities of a module, whether or not livekit-server calls the affected function.
"""
