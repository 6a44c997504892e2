"""The edge cases that a venue must get right, one row each, typed from the rules' own words.

A row says where something is tried, what was done before, what is tried, and the verdict that the
source asks for. How steps and verdicts are written: edge_steps.py and scene.py.
"""

from __future__ import annotations

from typing import Final

from tests.scenarios.edge_holders import ALL_HOLDERS, OTHER_LAW, SMALL_HOLDERS
from tests.scenarios.edge_pairs import BOTH_WAYS, OWNERS, SPLITS
from tests.scenarios.edge_prices import INCOME, PRICES
from tests.scenarios.edge_trades import INVESTORS, PRODUCTS, TURNING_ROUND, UNITS, VENUES

EDGE_CASES: Final = (
    *SMALL_HOLDERS,
    *ALL_HOLDERS,
    *OTHER_LAW,
    *SPLITS,
    *OWNERS,
    *BOTH_WAYS,
    *TURNING_ROUND,
    *INVESTORS,
    *PRODUCTS,
    *PRICES,
    *INCOME,
    *UNITS,
    *VENUES,
)
