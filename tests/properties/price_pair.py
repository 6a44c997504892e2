"""What the pair of exchanges compares of what is known of products."""

from __future__ import annotations

from exchange.market_view import MarketView
from exchange.price_types import Disclosure, PriceFacts
from exchange.state import State
from tests.model.exchange import ModelExchange
from tests.model.known import known
from tests.model.prices import disclosed_rows


class PriceRows:
    """What SQL would hold of disclosures."""

    def __init__(self) -> None:
        self.disclosures: list[tuple[int, PriceFacts]] = []

    def take(self, disclosures: list[Disclosure]) -> None:
        """Write down what was disclosed."""
        self.disclosures += [(each.sequence, each.facts) for each in disclosures]

    def check(self, model: ModelExchange) -> None:
        """Each time that something became known has its row."""
        assert self.disclosures == disclosed_rows(model.products)


def check_prices(state: State, view: MarketView, model: ModelExchange) -> None:
    """Engine, view and model know the same of all products."""
    facts = {product_id: known(product) for product_id, product in model.products.items()}
    assert {product_id: product.facts for product_id, product in state.products.items()} == facts
    assert {product_id: product.facts for product_id, product in view.products.items()} == facts
