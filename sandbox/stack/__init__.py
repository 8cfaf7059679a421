"""Brings a whole call up on one machine: LiveKit server, stand-ins, worker, playground.

Nothing is imported here: the bootstrap uses `livekit_binary` before any package is installed.
"""


class BringUpError(Exception):
    """Bring-up failed and the user can put it right; the text, all that is shown, says how."""
