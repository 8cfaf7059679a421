"""`python -m bench`."""

from .commands import app

app()
