"""The checks: one small pure function a rule. Importing this registers them all."""

from exchange.rules.check import CHECKS
from exchange.rules.checks import (
    admission,
    holding,
    income,
    investor,
    order,
    pair,
    papers,
    party,
    price,
    product,
    slots,
    viewer,
)

__all__ = [
    "CHECKS",
    "admission",
    "holding",
    "income",
    "investor",
    "order",
    "pair",
    "papers",
    "party",
    "price",
    "product",
    "slots",
    "viewer",
]
