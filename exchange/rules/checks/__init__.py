"""The checks: one small pure function a rule. Importing this registers them all."""

from exchange.rules.check import CHECKS
from exchange.rules.checks import holding, income, investor, order, party, product, slots

__all__ = ["CHECKS", "holding", "income", "investor", "order", "party", "product", "slots"]
