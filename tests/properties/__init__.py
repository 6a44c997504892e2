"""Invariants under random attack."""

import pytest

# The comparisons that fail are asserted there, and should say what differs.
pytest.register_assert_rewrite("tests.properties.book_pair", "tests.properties.exchange_pair")
