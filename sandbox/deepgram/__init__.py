"""A stand-in for Deepgram's live speech to text that recognises English, and follows scripts in any
language.

From the client's bytes to its results, in reading order:

query        the parameters of the request                                      pure
intake       bytes -> 16 kHz PCM                                                pure
endpointer   PCM -> start and end of speech, on the audio's own clock           pure
recogniser_process   a recogniser for each stream; recogniser_worker is its process, jobs its wire
recogniser   pocketsphinx; decoder, domain and language_model feed it
script       a recogniser that follows a script
results      which messages the client gets, when, and what goes wrong
messages     the JSON of the wire                                               pure
session      one WebSocket; server: which clients are accepted

Written from `developers.deepgram.com`, the official clients and public reports.
"""

from .account import DeepgramOptions
from .server import DeepgramStandIn

__all__ = ["DeepgramOptions", "DeepgramStandIn"]
