"""What every test of the book starts from: an empty market."""

import pytest

from tests.matching.market import Market


@pytest.fixture
def market() -> Market:
    return Market()
