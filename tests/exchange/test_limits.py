"""At the limits: every number that is kept still fits a signed 64-bit integer."""

from __future__ import annotations

from typing import Final

import msgspec

from exchange import limits
from exchange.codec import encode_events
from exchange.fees import FeeLine, FeeSchedule
from exchange.snapshot import decode_state, encode_state
from exchange.types import Fen
from matching import Price, Quantity, Side
from registry.types import Units
from tests.exchange.venue import TERMS, Venue

INT64_MAX: Final = 2**63 - 1
ALL: Final = FeeLine(rate_bps=10_000, minimum=Fen(0), maximum=limits.FEE_MAX)

FINEST: Final = msgspec.structs.replace(
    TERMS,
    quantity_scale=limits.QUANTITY_SCALE_MAX,
    tick=Price(1),
    lot=Quantity(1),
    par_value=Price(1),
    units_issued=Units(limits.QUANTITY_MAX),
)


def whole_numbers(value: object) -> list[int]:
    """Every whole number in decoded bytes."""
    if isinstance(value, list):
        return [number for each in value for number in whole_numbers(each)]
    return [value] if isinstance(value, int) else []


def test_the_greatest_orders_of_a_seller_fill_within_64_bits() -> None:
    """Thirty bids of ten billion yuan each meet one offer of everything at the lowest price."""
    venue = Venue(FeeSchedule(ALL, ALL, ALL, ALL), terms=FINEST, units=limits.QUANTITY_MAX)
    venue.does_all(venue.deposit(venue.buyer, limits.DEPOSIT_MAX) for _ in range(2))
    for _ in range(30):
        venue.buys(10**9, limits.PRICE_MAX)
    events = venue.does(venue.order(venue.seller, Side.SELL, limits.QUANTITY_MAX, 1))
    numbers = whole_numbers(msgspec.msgpack.decode(encode_events(events)))
    image = encode_state(venue.state)
    numbers += whole_numbers(msgspec.msgpack.decode(image))
    assert max(numbers) <= INT64_MAX
    assert min(numbers) >= -INT64_MAX
    assert encode_state(decode_state(image)) == image


def test_the_greatest_account_fits_64_bits() -> None:
    assert limits.ACCOUNT_MAX + limits.DEPOSIT_MAX <= INT64_MAX


def test_a_transfers_id_fits_64_bits_for_ever() -> None:
    commands_a_year = 20_000 * 86_400 * 366
    assert 100 * commands_a_year * limits.TRANSFER_IDS_PER_COMMAND <= INT64_MAX
    assert limits.FILLS_PER_COMMAND_MAX <= limits.TRANSFER_IDS_PER_COMMAND


def test_a_bound_is_never_nothing() -> None:
    bounds = [getattr(limits, name) for name in dir(limits) if name.isupper()]
    assert len(bounds) > 10
    assert all(isinstance(bound, int) and bound > 0 for bound in bounds), bounds
