"""What a browser has to load before anything can be done is bounded."""

import gzip
import json
from typing import Any, Final

import pytest

from api.site.pages import BUILT, MANIFEST, read_pages

FIRST_LOAD_BYTES_MAX: Final = 300_000
"""Of JavaScript as it is sent, for the first page: some seconds of a slow line."""
ENTRY: Final = "index.html"
PAGES: Final = ("MarketPage", "ProductPage", "SignInPage", "StatusPage", "SafetyPage", "ListPage")


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


def chunk_of(page: str) -> str:
    (name,) = (name for name in manifest() if name.endswith(f"/{page}.tsx"))
    return name


@pytest.mark.parametrize("page", PAGES)
def test_the_first_load_of_a_page_is_small(page: str) -> None:
    scripts = loaded_with(ENTRY) | loaded_with(chunk_of(page))
    sent = sum(len(gzip.compress((BUILT / script).read_bytes())) for script in scripts)
    assert sent <= FIRST_LOAD_BYTES_MAX, (sent, sorted(scripts))


def test_every_page_is_loaded_by_itself() -> None:
    first = loaded_with(ENTRY)
    assert all(manifest()[chunk_of(page)]["file"] not in first for page in PAGES)
    assert manifest()[chunk_of("HistoryChart")]["file"] not in loaded_with(chunk_of("ProductPage"))


def test_nothing_is_written_for_browsers_but_the_pages() -> None:
    assert MANIFEST not in read_pages()
    assert ENTRY in read_pages()
