"""Embeddings: words hashed into a unit vector, so that texts that share words are close.

Pure and the same on every machine. Words are folded as by the receptionist; each word, and its
first four letters (so that "timing" is near "timings"), adds to one dimension, with a sign, by its
hash.
"""

from __future__ import annotations

import base64
import hashlib
import math
import sys
from array import array
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from .chunks import count_tokens
from .receptionist.words import folded
from .schema import Strict, refuse

_STEM = 4  # letters
_STEM_WEIGHT = 0.5
DEFAULT_DIMENSIONS = 1536
DIMENSIONS: Mapping[str, int] = {"text-embedding-3-large": 3072}
"""Dimensions of the models without the default (documented)."""
_MAX_INPUTS = 2048  # documented


class EmbeddingRequest(Strict):
    """`POST /v1/embeddings`."""

    model_config = ConfigDict(extra="forbid")

    model: Annotated[str, Field(min_length=1)]
    input: str | list[str] | list[int] | list[list[int]]
    dimensions: Annotated[int, Field(ge=1, le=3072)] | None = None
    encoding_format: Literal["float", "base64"] = "float"
    user: Any = None

    @property
    def inputs(self) -> list[str]:
        """The texts to embed; an array of tokens counts as a text of its numbers."""
        if isinstance(self.input, str):
            return [self.input]
        if all(isinstance(item, int) for item in self.input):
            return [_numbers(self.input)]
        return [item if isinstance(item, str) else _numbers(item) for item in self.input]

    @model_validator(mode="after")
    def _nothing_empty(self) -> Self:
        if len(self.inputs) > _MAX_INPUTS:
            raise refuse(
                f"Invalid 'input': array too long. Expected at most {_MAX_INPUTS} inputs.",
                "input",
                "array_above_max_length",
            )
        if not self.input or not all(self.inputs):
            raise refuse("'$.input' is invalid. Please check the API reference.", "input")
        return self


def embed(text: str, dimensions: int) -> list[float]:
    """The vector of a text, of length 1."""
    vector = [0.0] * dimensions
    # A text without words needs a direction too.
    for word in folded(text) or (text,):
        _add(vector, word, 1.0)
        _add(vector, word[:_STEM] + "*", _STEM_WEIGHT)
    length = math.sqrt(sum(value * value for value in vector))
    if not length:
        # In few dimensions words may cancel each other out.
        return [1.0, *vector[1:]]
    return [value / length for value in vector]


def response(request: EmbeddingRequest) -> dict[str, Any]:
    """The response to a request."""
    dimensions = request.dimensions or DIMENSIONS.get(request.model, DEFAULT_DIMENSIONS)
    tokens = sum(map(count_tokens, request.inputs))
    return {
        "object": "list",
        "data": [
            {
                "object": "embedding",
                "index": index,
                "embedding": _encoded(embed(text, dimensions), request.encoding_format),
            }
            for index, text in enumerate(request.inputs)
        ],
        "model": request.model,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def _add(vector: list[float], word: str, weight: float) -> None:
    digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
    place = int.from_bytes(digest, "little")
    vector[(place >> 1) % len(vector)] += weight if place & 1 else -weight


def _encoded(vector: Sequence[float], encoding: Literal["float", "base64"]) -> list[float] | str:
    """Numbers, or little-endian 32-bit floats in base64."""
    if encoding == "float":
        return list(vector)
    packed = array("f", vector)
    if sys.byteorder == "big":
        packed.byteswap()
    return base64.b64encode(packed.tobytes()).decode("ascii")


def _numbers(tokens: Any) -> str:
    return " ".join(map(str, tokens))
