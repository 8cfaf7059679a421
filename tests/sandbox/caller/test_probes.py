"""Probes also find the phrases that stand-ins synthesised before the call."""

from __future__ import annotations

from pathlib import Path

from livekit.plugins import sarvam_pooled

from sandbox.caller.probes import _stored_texts

STAND_IN = "ws://127.0.0.1:1/ws"


def keep(folder: Path, text: str, **settings: str) -> None:
    """Keep a phrase as the worker does."""
    tts = sarvam_pooled.TTS(api_key="k", **settings)  # type: ignore[arg-type]
    store = sarvam_pooled.PhraseStore(folder)
    key = tts.engine.phrase_key(text)
    assert store.put(sarvam_pooled.Phrase(key=key, pcm=bytes(2), sample_rate=24000, created=0))


def test_what_stand_ins_spoke_earlier_counts(tmp_path: Path) -> None:
    """In the call's language, without those of the real Sarvam; invalid sidecars are skipped."""
    keep(tmp_path, "Sure.", ws_url=STAND_IN)
    keep(tmp_path, "Yes.")
    keep(tmp_path, "जी।", ws_url=STAND_IN, target_language_code="hi-IN")

    (tmp_path / "en-in" / "shubh" / "broken.json").write_text("{")
    (tmp_path / "en-in" / "shubh" / "list.json").write_text("[]")
    assert list(_stored_texts(tmp_path, "en-IN")) == ["Sure."]


def test_without_a_folder_nothing_was_kept() -> None:
    """An agent elsewhere keeps its phrases to itself."""
    assert list(_stored_texts(None, "en-IN")) == []
