"""The checksum of a book, by the published vectors of tests/oracles/feed_checksums.json."""

import json
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.feed.checksum import book_checksum

VECTORS = json.loads(
    (Path(__file__).parents[2] / "oracles" / "feed_checksums.json").read_text("utf-8")
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["what"]))
def test_the_checksum_is_that_of_the_published_vector(vector: dict[str, Any]) -> None:
    assert vector["crc"] == crc32(vector["text"].encode("ascii"))
    assert vector["crc"] == book_checksum(bids=vector["bids"], asks=vector["asks"])


def test_what_is_beyond_the_ten_best_levels_counts_in_a_checkpoint_only() -> None:
    deep = next(vector for vector in VECTORS if vector["what"].startswith("twelve levels"))
    bids, asks = deep["bids"], deep["asks"]
    assert book_checksum(bids=bids[:10], asks=asks[:10]) == book_checksum(bids=bids, asks=asks)
    assert book_checksum(bids=bids, asks=asks) != book_checksum(
        bids=bids, asks=asks, levels_max=None
    )


LEVELS = st.lists(st.tuples(st.from_regex(r"[0-9]{1,5}\.[0-9]{4}", fullmatch=True), st.just("5")))


@given(LEVELS, LEVELS)
def test_a_level_never_counts_for_the_other_side(
    bids: list[tuple[str, str]], asks: list[tuple[str, str]]
) -> None:
    if bids[:10] != asks[:10]:
        assert book_checksum(bids=bids, asks=asks) != book_checksum(bids=asks, asks=bids)
