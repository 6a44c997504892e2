"""The checks: one small pure function a rule. Importing this registers them all."""

from exchange.rules.check import CHECKS
from exchange.rules.checks import (
    admission,
    holding,
    investor,
    order,
    pair,
    papers,
    party,
    product,
    slots,
)

__all__ = [
    "CHECKS",
    "admission",
    "holding",
    "investor",
    "order",
    "pair",
    "papers",
    "party",
    "product",
    "slots",
]
