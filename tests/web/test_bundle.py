"""What a browser has to load before anything can be done is bounded."""

from typing import Final

import pytest

from api.site.pages import MANIFEST, read_pages
from benchmarks.first_load import (
    ENTRY,
    VIEWS,
    first_load,
    loaded_with,
    manifest,
    pages,
    sent_bytes,
)
from tests.architecture.tree import ROOT

FIRST_LOAD_BYTES_MAX: Final = 300_000
"""Of JavaScript as it is sent, for the first page: some seconds of a slow line."""


@pytest.mark.parametrize("page", pages())
def test_the_first_load_of_a_page_is_small(page: str) -> None:
    scripts = first_load(page)
    sent = sent_bytes(scripts)
    assert sent <= FIRST_LOAD_BYTES_MAX, (sent, sorted(scripts))


def test_every_page_is_loaded_by_itself() -> None:
    views = ROOT / "web" / VIEWS
    assert {path.relative_to(views).as_posix() for path in views.rglob("*Page.tsx")} == set(pages())
    chunks = manifest()
    files = {page: chunks[f"{VIEWS}/{page}"]["file"] for page in pages()}
    assert not loaded_with(ENTRY) & set(files.values())
    for page, file in files.items():
        assert loaded_with(f"{VIEWS}/{page}") & set(files.values()) == {file}
    chart = chunks[f"{VIEWS}/market/HistoryPanel.tsx"]["file"]
    assert chart not in loaded_with(f"{VIEWS}/market/ProductPage.tsx")


def test_nothing_is_written_for_browsers_but_the_pages() -> None:
    assert MANIFEST not in read_pages()
    assert ENTRY in read_pages()
