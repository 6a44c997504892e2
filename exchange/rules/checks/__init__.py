"""The checks: one small pure function a rule. Importing this registers them all."""

from exchange.rules.check import CHECKS
from exchange.rules.checks import holding, investor, order, party, price, product, slots

__all__ = ["CHECKS", "holding", "investor", "order", "party", "price", "product", "slots"]
