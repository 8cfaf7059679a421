"""The configuration reference and `.env.example` say what the settings say."""

from __future__ import annotations

import pytest

from tools.reference.__main__ import FILES, ROOT
from tools.reference.pages import configuration, env_example


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_what_make_reference_writes(name: str) -> None:
    """A setting that changed without its documentation fails here."""
    assert (ROOT / name).read_text(encoding="utf-8") == FILES[name](), "run `make reference`"


def test_keys_are_to_be_filled_in_and_the_rest_is_shown() -> None:
    """A copy of the example with keys in it changes nothing else."""
    lines = env_example().splitlines()
    assert {"SARVAM_API_KEY=", "LIVEKIT_URL="} <= set(lines)
    assert {"# AGENT_LANGUAGE=en-IN", "# PLAYGROUND_PORT=7900"} <= set(lines)
    assert not [line for line in lines if "SANDBOX_" in line]
    assert max(map(len, lines)) <= 100


def test_the_reference_has_a_row_for_each_variable() -> None:
    """With its bounds and default, or that it is required."""
    rows = configuration().splitlines()
    assert [row for row in rows if row.startswith("| `SARVAM_API_KEY` | secret | required |")]
    assert [row for row in rows if row.startswith("| `SARVAM_PACE` | 0.5 to 2 | `1` |")]
    assert [row for row in rows if row.startswith("| `LIVEKIT_SERVER` |")]
