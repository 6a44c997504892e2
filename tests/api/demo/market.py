"""What the tests of the demo share: a data set, and a market without a venue."""

from datetime import date
from typing import Final

from api.cli.demo.dataset import DataSet, Trader, make_data_set
from api.cli.demo.products import Product
from api.cli.demo.traders import Market, Quote

SEED: Final = 1
OPENED_ON: Final = date(2026, 11, 23)
DATA: Final[DataSet] = make_data_set(SEED, OPENED_ON)
PRODUCTS: Final[dict[str, Product]] = {product.symbol: product for product in DATA.products}
PERSON: Final[Trader] = DATA.traders[0]
INSTITUTION: Final[Trader] = DATA.traders[-1]


def middle_price(symbol: str) -> int:
    """A fair price in the middle of the product's usual range."""
    lowest, highest = PRODUCTS[symbol].type.discount_bps
    return PRODUCTS[symbol].price_at((lowest + highest) / 2)


def market(quotes: dict[str, Quote] | None = None) -> Market:
    """A market with these quotes, and nobody elsewhere."""
    known = quotes or {}
    return Market(
        products=PRODUCTS,
        quote=lambda symbol: known.get(symbol, Quote()),
        fair_price=middle_price,
        order_age_s=30.0,
    )
