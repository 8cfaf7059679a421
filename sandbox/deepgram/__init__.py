"""A stand-in for Deepgram's speech to text that really hears English, and follows scripts in any.

From the client's bytes to its answer, in reading order:

query        what the client asks for                                        pure
intake       bytes -> 16 kHz PCM                                             pure
endpointer   PCM -> begin and end of speech, on the audio's own clock        pure
hearing      an ear for each stream, and the recogniser's process: worker, spoken to in jobs
recogniser   pocketsphinx; domain, language_model and vocabulary feed it     (these three pure)
script       an ear that was told what it hears
replies      what the client is told, when, and what goes wrong
messages     the words of the wire                                           pure
session      one WebSocket; prerecorded: one recording; server: who is let in

Written from `developers.deepgram.com`, the official clients and public reports.
"""

from .options import DeepgramOptions
from .server import DeepgramStandIn

__all__ = ["DeepgramOptions", "DeepgramStandIn"]
