"""Worked examples that exchanges publish with their rules come out of our book as they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import pytest

from matching import (
    OrderBook,
    OrderId,
    ParticipantId,
    Phase,
    Price,
    Quantity,
    Side,
    SizeTerms,
    Uncrossed,
)

Orders: TypeAlias = list[tuple[int | None, int]]  # price, None for a market order; quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An opening auction: orders best first, and what the source says that comes of them."""

    source: str
    bids: Orders
    asks: Orders
    price: int
    volume: int
    surplus: int
    decided_by: str


CME: Final = "CME Globex, Application of the Indicative Opening Price Rules"
OPENINGS: Final = [
    Opening(
        source=f"{CME}, Rule 1: maximum matching quantity",
        bids=[(51, 10), (50, 20), (49, 30), (48, 40), (47, 50), (46, 70), (45, 100), (44, 1)],
        asks=[(43, 6), (44, 4), (45, 90), (46, 100), (47, 1), (48, 25), (49, 1), (50, 100)],
        price=46,
        volume=200,
        surplus=20,
        decided_by="VOLUME",
    ),
    Opening(
        source=f"{CME}, Rule 2: minimum non-matching quantity",
        bids=[(51, 10), (50, 20), (49, 30), (48, 40), (47, 50), (46, 30), (45, 100), (44, 1)],
        asks=[(43, 6), (44, 4), (45, 90), (46, 50), (48, 25), (49, 1), (50, 100), (51, 30)],
        price=47,
        volume=150,
        surplus=0,
        decided_by="SURPLUS",
    ),
    Opening(
        source=f"{CME}, Rule 3: highest price, what is left over is bid at all prices",
        bids=[(51, 10), (50, 20), (49, 30), (48, 40), (47, 80), (45, 20), (44, 30), (43, 30)],
        asks=[(43, 6), (44, 4), (45, 90), (46, 50), (48, 25), (49, 1), (50, 100), (51, 30)],
        price=47,
        volume=150,
        surplus=30,
        decided_by="PRESSURE",
    ),
    Opening(
        # The source lists all prices in steps of 1 and comes to 639 as the highest of 635 to 639;
        # where only limits are tried, 639 is the only one of these.
        source="ASX, call auction algorithm of 2002, stock X, principles 1 to 3 (prices in cents)",
        bids=[(640, 500), (639, 500), (639, 500), (634, 1000), (633, 500)],
        asks=[(610, 1000), (640, 500), (641, 520), (642, 550), (643, 519)],
        price=639,
        volume=1000,
        surplus=500,
        decided_by="SURPLUS",
    ),
    Opening(
        # The table ends at 107, where its demand says that 4,000 are bid above.
        source="NSE, Pre-open session, equilibrium price determination",
        bids=[(108, 4000), (107, 5000), (106, 6500), (105, 12000), (104, 9500), (103, 13500)],
        asks=[(103, 11500), (104, 9800), (105, 15000), (106, 12000), (107, 12500)],
        price=105,
        volume=27500,
        surplus=-8800,
        decided_by="VOLUME",
    ),
    Opening(
        source="TSE, How are stock prices determined?, order book before the morning session",
        bids=[
            *((None, 300), (None, 100)),
            *((501, 900), (500, 800), (500, 100), (500, 100)),
            *((499, 1000), (499, 1500), (499, 500), (498, 100), (498, 400)),
        ],
        asks=[
            *((None, 300), (None, 300), (498, 400), (500, 400)),
            *((501, 1000), (501, 500), (501, 500), (502, 100), (502, 300), (502, 400)),
        ],
        price=500,
        volume=1400,
        surplus=900,
        decided_by="VOLUME",
    ),
]


def gathered(opening: Opening) -> OrderBook:
    book = OrderBook()
    book.enter_phase(Phase.AUCTION)
    order_id = 0
    for side, orders in ((Side.BUY, opening.bids), (Side.SELL, opening.asks)):
        for price, quantity in orders:
            order_id += 1
            who = ParticipantId(order_id)
            if price is None:
                book.place_market(OrderId(order_id), who, side, Quantity(quantity))
            else:
                book.place(OrderId(order_id), who, side, Price(price), Quantity(quantity))
    return book


@pytest.mark.parametrize("opening", OPENINGS, ids=lambda opening: opening.source)
def test_an_opening_comes_out_as_the_exchange_says(opening: Opening) -> None:
    book = gathered(opening)
    # No example needs the reference price: one at which nobody sells stays out of the way.
    clearing = book.indicative(reference_price=Price(1))
    assert clearing is not None
    assert clearing.decided_by is not None
    assert opening.decided_by == clearing.decided_by.name
    uncrossed = book.uncross(reference_price=Price(1))[0]
    assert uncrossed == Uncrossed(Price(opening.price), opening.volume, opening.surplus)


def test_after_the_opening_of_tse_what_is_left_is_what_it_shows() -> None:
    book = gathered(OPENINGS[-1])
    book.uncross(reference_price=Price(1))
    # H 700, I 100 and J 100 bid at 500; what was offered at 501 and 502 still is.
    assert [order.quantity for order in book.orders(Side.BUY)][:3] == [700, 100, 100]
    assert book.best(Side.BUY) == (500, 900)
    assert book.depth(Side.SELL) == [(501, 2000, 3), (502, 800, 3)]


def test_an_order_too_small_for_the_first_minimum_goes_to_the_second() -> None:
    """Source: TSX, Dark Liquidity guide, 14.2.8, passive limit with a MinQty condition bypassed."""
    book = OrderBook()

    def place(order_id: int, side: Side, quantity: int, minimum_quantity: int) -> list[str]:
        events = book.place(
            OrderId(order_id),
            ParticipantId(order_id),
            side,
            Price(1001),
            Quantity(quantity),
            size_terms=SizeTerms(minimum_quantity=minimum_quantity),
        )
        return [str(event) for event in events]

    place(1, Side.BUY, 50_000, 10_000)
    place(2, Side.BUY, 1_000, 100)
    book.place(OrderId(3), ParticipantId(3), Side.BUY, Price(1000), Quantity(100))
    [told] = place(4, Side.SELL, 1_000, 100)
    assert told.startswith("Filled(maker_order_id=2, taker_order_id=4, price=1001, quantity=1000")
    assert [order.order_id for order in book.orders(Side.BUY)] == [1, 3]
