"""A venue for a module's tests, and a market of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.venue import Market, TestVenue


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestVenue]:
    """A venue that the tests of a module share; what they make in it has names of its own."""
    with TestVenue(tmp_path_factory.mktemp("venue") / "venue") as made:
        yield made


@pytest.fixture
def market(venue: TestVenue) -> Market:
    """A product, a seller with 10,000 units and a buyer with a million yuan."""
    return Market.make(venue)


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[TestVenue]:
    """A venue under four eyes."""
    with TestVenue(tmp_path / "venue", four_eyes=True) as venue:
        yield venue
