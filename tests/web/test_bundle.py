"""What a browser has to load before anything can be done is bounded."""

import gzip
import json
from pathlib import Path
from typing import Any, Final

import pytest

from api.site.pages import BUILT, MANIFEST, read_pages

FIRST_LOAD_BYTES_MAX: Final = 300_000
"""Of JavaScript as it is sent, for the first page: some seconds of a slow line."""
ENTRY: Final = "index.html"
WEB: Final = Path(__file__).parents[2] / "web"
VIEWS: Final = "src/views"
PAGES: Final = tuple(
    sorted(path.relative_to(WEB / VIEWS).as_posix() for path in (WEB / VIEWS).rglob("*Page.tsx"))
)
"""Each is loaded when somebody goes there."""


def manifest() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((BUILT / MANIFEST).read_text(encoding="utf-8"))
    return found


def loaded_with(name: str) -> set[str]:
    """The scripts that are loaded at once where this one is."""
    chunks, seen = manifest(), set()
    waiting = [name]
    while waiting:
        chunk = waiting.pop()
        if chunk not in seen:
            seen.add(chunk)
            waiting += chunks[chunk].get("imports", [])
    return {chunks[chunk]["file"] for chunk in seen}


@pytest.mark.parametrize("page", PAGES)
def test_the_first_load_of_a_page_is_small(page: str) -> None:
    scripts = loaded_with(ENTRY) | loaded_with(f"{VIEWS}/{page}")
    sent = sum(len(gzip.compress((BUILT / script).read_bytes())) for script in scripts)
    assert sent <= FIRST_LOAD_BYTES_MAX, (sent, sorted(scripts))


def test_every_page_is_loaded_by_itself() -> None:
    chunks = manifest()
    files = {page: chunks[f"{VIEWS}/{page}"]["file"] for page in PAGES}
    assert not loaded_with(ENTRY) & set(files.values())
    for page, file in files.items():
        assert loaded_with(f"{VIEWS}/{page}") & set(files.values()) == {file}
    chart = chunks[f"{VIEWS}/market/HistoryPanel.tsx"]["file"]
    assert chart not in loaded_with(f"{VIEWS}/market/ProductPage.tsx")


def test_nothing_is_written_for_browsers_but_the_pages() -> None:
    assert MANIFEST not in read_pages()
    assert ENTRY in read_pages()
