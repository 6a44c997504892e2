"""What the products are worth to the demo's traders: a slow walk within the usual discount."""

from collections.abc import Sequence
from typing import Final

from api.cli.demo.chance import Chance
from api.cli.demo.products import BASIS_POINTS, Product

STEPS_ACROSS: Final = 400
"""About so many steps of one direction lead from one end of the range to the other."""
PULL: Final = 0.00005
"""Of the distance from the middle that a step gives back."""


class FairValues:
    """The fair price of each product, walking. Never shown to anybody."""

    def __init__(self, products: Sequence[Product], chance: Chance) -> None:
        self._chance = chance
        self._products = {product.symbol: product for product in products}
        self._discounts: dict[str, float] = {}
        for product in products:
            lowest, highest = product.type.discount_bps
            width = highest - lowest
            self._discounts[product.symbol] = lowest + width * chance.uniform(0.25, 0.75)

    def step(self) -> None:
        """Let some time pass."""
        for symbol, discount in self._discounts.items():
            lowest, highest = self._products[symbol].type.discount_bps
            width = highest - lowest
            pull = PULL * ((lowest + highest) / 2 - discount)
            moved = discount + pull + self._chance.gauss(0, width / STEPS_ACROSS)
            self._discounts[symbol] = min(max(moved, lowest), highest)

    def resume(self, symbol: str, price: int) -> None:
        """Go on from the last price of an earlier run."""
        product = self._products[symbol]
        lowest, highest = product.type.discount_bps
        discount = BASIS_POINTS * (1 - price / product.reference)
        self._discounts[symbol] = min(max(discount, lowest), highest)

    def fair_price(self, symbol: str) -> int:
        """The price that most would call fair, on the tick."""
        return self._products[symbol].price_at(self._discounts[symbol])
