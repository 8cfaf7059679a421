"""Turns in a real room, our agent beside LiveKit's starter."""
