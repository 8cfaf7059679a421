"""Embeddings: by the client over the wire, and what the vectors mean."""

from __future__ import annotations

import base64
import math
import struct
from typing import Any

import openai
import pytest

from sandbox.openai.embeddings import embed


def similarity(first: Any, second: Any, dimensions: Any = 1536) -> Any:
    """The cosine of two texts' vectors."""
    pairs = zip(embed(first, dimensions), embed(second, dimensions), strict=True)
    return sum(left * right for left, right in pairs)


@pytest.mark.parametrize("dimensions", [1, 2, 256, 3072])
@pytest.mark.parametrize("text", ["opening hours of the clinic", "क्लिनिक कब खुलता है", "?", "a"])
def test_a_vector_has_length_one(text: str, dimensions: int) -> None:
    """Whatever the text and the dimensions, the vector is a direction."""
    vector = embed(text, dimensions)
    assert len(vector) == dimensions
    assert math.isclose(math.hypot(*vector), 1)


def test_texts_that_share_words_are_near() -> None:
    """Nearness follows shared words and their beginnings, not case or order."""
    assert math.isclose(similarity("Opening hours", "hours opening"), 1)
    assert similarity("clinic timing", "clinic timings") > 0.5
    assert abs(similarity("clinic timing", "hand injury")) < 0.2


async def test_the_client_reads_both_encodings(client: openai.AsyncOpenAI) -> None:
    """Base64, the client's default, and numbers are the same vector."""
    packed = await client.embeddings.create(model="text-embedding-3-small", input="hello clinic")
    numbers = await client.embeddings.create(
        model="text-embedding-3-small", input="hello clinic", encoding_format="float"
    )
    assert len(packed.data[0].embedding) == 1536
    assert packed.data[0].embedding == pytest.approx(numbers.data[0].embedding, abs=1e-6)
    assert numbers.data[0].embedding == pytest.approx(embed("hello clinic", 1536))
    assert packed.usage.total_tokens == packed.usage.prompt_tokens > 0


async def test_base64_is_little_endian_floats(client: openai.AsyncOpenAI) -> None:
    """On the wire a vector is 4 bytes for each dimension."""
    body = {"model": "m", "input": "hello", "encoding_format": "base64", "dimensions": 5}
    answer = await client.post("/embeddings", cast_to=object, body=body)
    raw = base64.b64decode(answer["data"][0]["embedding"])
    assert struct.unpack("<5f", raw) == pytest.approx(embed("hello", 5))


async def test_many_inputs_keep_their_order(client: openai.AsyncOpenAI) -> None:
    """A list of texts, or of token arrays, gives a vector for each, by index."""
    texts = ["one", "two", "three"]
    answer = await client.embeddings.create(model="text-embedding-3-large", input=texts)
    assert [item.index for item in answer.data] == [0, 1, 2]
    assert answer.data[2].embedding == pytest.approx(embed("three", 3072), abs=1e-6)
    answer = await client.embeddings.create(model="m", input=[[1, 2], [3]], dimensions=16)
    assert len(answer.data) == 2
    answer = await client.embeddings.create(model="m", input=[1, 2], dimensions=16)
    assert len(answer.data) == 1


@pytest.mark.parametrize(
    "body", [{"input": ""}, {"input": []}, {"input": ["a", ""]}, {"input": "a", "dimensions": 0}]
)
async def test_bad_input_is_a_400(client: openai.AsyncOpenAI, body: dict[str, Any]) -> None:
    """Nothing to embed, or no dimensions, is refused with the argument's name."""
    with pytest.raises(openai.BadRequestError) as raised:
        await client.post("/embeddings", cast_to=object, body={"model": "m", **body})
    assert raised.value.param in ("input", "dimensions")
