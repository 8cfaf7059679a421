"""Connections to Sarvam: wire format, protocol and pool are pure; asyncio shells run them."""
