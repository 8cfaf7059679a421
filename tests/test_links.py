"""Links of the documents lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "plugins/*/*.md", "tools/*/*.md")
    for path in ROOT.glob(pattern)
)
# Of each document, what may follow a #: GitHub's spelling of its headings.
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(document: Path) -> set[str]:
    """The headings as GitHub links them: lower case, hyphens, no other punctuation."""
    headings = _HEADING.findall(document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def problem(document: Path, link: str) -> str | None:
    """What is wrong with a link of `document`; None if it leads somewhere or to the web."""
    place, _, anchor = link.partition("#")
    # The reference's last part is read from tools/, and linked from docs/.
    folder = ROOT / "docs" if document.name == "elsewhere.md" else document.parent
    target = (folder / place).resolve() if place else document
    if not target.exists():
        return f"{link}: no such file"
    if anchor and anchor not in anchors(target):
        return f"{link}: no such heading"
    return None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    """A file that moved or a heading that was renamed takes its links along."""
    links = re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8"))
    near = [link for link in links if not re.match(r"https?:", link)]
    assert not [found for link in near if (found := problem(document, link))]


def test_a_heading_is_linked_as_github_spells_it(tmp_path: Path) -> None:
    """Ticks, slashes and colons go; hyphens stay."""
    document = tmp_path / "a.md"
    document.write_text("# One two\n\n### `text/`: LLM tokens to end-of-turn\n")
    assert anchors(document) == {"one-two", "text-llm-tokens-to-end-of-turn"}
    assert problem(document, "#one-two") is None
    assert problem(document, "#three") == "#three: no such heading"
    assert problem(document, "b.md") == "b.md: no such file"
