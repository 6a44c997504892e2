"""What a party of the demo may do in a product that has rules, as the venue tells it."""

from collections.abc import Sequence

from api.cli.demo.client import ApiClient, Request
from api.cli.demo.products import Product
from api.cli.demo.wire import Feasible, QuantityRange
from api.schemas.decimals import format_price, parse_decimal

Ranges = list[tuple[int, int]]
"""Least and most, both included."""


async def feasible_at(client: ApiClient, product: Product, *, price: int, key: str) -> Feasible:
    """What the venue tells the party of this key.

    Raises:
        Refused: the product is not the party's to see.
        VenueGone: the venue does not answer.
    """
    path = f"/v1/products/{product.symbol}/feasible"
    query = {"price": format_price(price)}
    return await client.send(Request(method="GET", path=path, key=key, query=query), Feasible)


def ranges_in(product: Product, told: Sequence[QuantityRange]) -> Ranges:
    """The quantities, in the product's smallest unit."""
    return [(_quantity(product, each.least), _quantity(product, each.most)) for each in told]


def nearest_in(ranges: Ranges, quantity: int) -> int | None:
    """The quantity nearest to what is wanted that is in one of the ranges; None: there is none."""
    near = [min(max(quantity, least), most) for least, most in ranges]
    return min(near, key=lambda each: abs(each - quantity), default=None)


def _quantity(product: Product, text: str) -> int:
    quantity = parse_decimal(text, product.type.quantity_scale)
    assert quantity is not None, text
    return quantity
