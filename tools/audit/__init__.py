"""Known vulnerabilities of what is locked: `python3 -m tools.audit`, on the standard library alone.

One service, OSV (https://osv.dev), knows those of PyPI, npm and Go; it is what `pip-audit`, `npm
audit` and `govulncheck` draw on. It is given names and versions and nothing else. Go's are those of
a module, whether or not livekit-server calls the function in question.
"""
