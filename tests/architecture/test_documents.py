"""What the documents promise is there: every link, and every invariant with its check and test."""

from pathlib import Path
from typing import Final

import pytest

from tests.architecture.documents import (
    ASSERTED_NUMBER,
    Invariant,
    broken_links,
    broken_references,
    invariants,
)
from tests.architecture.tree import ROOT, is_product, project_files

PAGES: Final = [path for path in project_files() if path.suffix == ".md"]
INVARIANTS: Final = ROOT / "docs" / "invariants.md"


def test_every_link_leads_somewhere() -> None:
    assert [link for page in PAGES for link in broken_links(ROOT / page)] == []


def test_a_link_to_nowhere_is_seen(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# The `book`, and more\n## Cash\n")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](there.md) [b](there.md#the-book-and-more) [c](#page) [d](https://example.org)\n"
        "# Page\n```\n[e](in-a-program.md)\n```\n"
    )
    assert broken_links(page) == []
    page.write_text("[a](nowhere.md) [b](there.md#holdings) [c](#cash) ![d](drawing.png)\n")
    assert [link.rpartition(" ")[2] for link in broken_links(page)] == [
        "nowhere.md",
        "there.md#holdings",
        "#cash",
        "drawing.png",
    ]


def test_every_invariant_is_asserted_and_attacked() -> None:
    rows = list(invariants(INVARIANTS.read_text(encoding="utf-8")))
    numbers = [row.number for row in rows]
    assert len(numbers) >= 1
    assert len(numbers) == len(set(numbers)), numbers
    assert [broken for row in rows for broken in broken_references(ROOT, row)] == []


def test_every_numbered_assertion_is_explained() -> None:
    explained = {row.number for row in invariants(INVARIANTS.read_text(encoding="utf-8"))}
    asserted = {
        number
        for path in project_files()
        if is_product(path)
        for number in ASSERTED_NUMBER.findall((ROOT / path).read_text(encoding="utf-8"))
    }
    assert asserted - explained == set()


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        ("| R1 | Sums agree | `registry/check.py`: `check` | `tests/test_a.py` |", None),
        ("| R2 | Sums agree | `registry/check.py`: `check` | `tests/test_a.py` |", "comment"),
        ("| R1 | Sums agree | `registry/check.py`: `assure` | `tests/test_a.py` |", "assure"),
        ("| R1 | Sums agree | `registry/checks.py`: `check` | `tests/test_a.py` |", "checks"),
        ("| R1 | Sums agree | always | `tests/test_a.py` |", "function"),
        ("| R1 | Sums agree | `registry/check.py`: `check` | `tests/test_b.py` |", "test_b"),
        ("| R1 | Sums agree | `registry/check.py`: `check` | the tests |", "test"),
    ],
)
def test_an_empty_promise_is_seen(tmp_path: Path, row: str, missing: str | None) -> None:
    (tmp_path / "registry").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").touch()
    (tmp_path / "registry" / "check.py").write_text(
        "def check(a: int, b: int) -> None:\n    assert a == b  # R1\n"
    )
    page = f"| number | statement | asserted in | attacked by |\n|---|---|---|---|\n{row}\n"
    (invariant,) = invariants(page)
    assert isinstance(invariant, Invariant)
    broken = broken_references(tmp_path, invariant)
    if missing is None:
        assert broken == []
    else:
        assert any(missing in each for each in broken), broken
