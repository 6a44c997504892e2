"""Which orders a product takes in a mode other than CONTINUOUS, and that what has gathered is to be
looked at again."""

from typing import Final

from exchange.limits import INDICATED_EVERY_NS
from exchange.modes.types import MarketMode
from exchange.refusals import Refusal
from exchange.state import Order, Product, State
from matching import TimeInForce
from registry.types import TimeNs

RESTING: Final = (TimeInForce.GOOD_TILL_CANCELLED, TimeInForce.GOOD_TILL_DATE)


def check_mode(product: Product, order: Order, mode: MarketMode | None) -> Refusal | None:
    """Why a product does not take an order of another mode than CONTINUOUS. Cost: O(1).

    Args:
        mode: in which parties deal by name, of what stands beside the book; None: for the book.
    """
    if mode is not None:
        return None if product.mode is mode else Refusal.WRONG_MARKET_MODE
    auction = product.auction
    if auction is None:
        return Refusal.WRONG_MARKET_MODE
    if order.size_terms is not None or order.post_only or order.time_in_force not in RESTING:
        return Refusal.AUCTION_PLAIN_ONLY
    return Refusal.AUCTION_UNDER_WAY if auction.fills else None


def is_uncrossing(product: Product) -> bool:
    """Whether fills of an uncross are still to be carried out: nobody changes an order meanwhile.
    Cost: O(1)."""
    return product.auction is not None and bool(product.auction.fills)


def note_gathering(state: State, product: Product, at_ns: TimeNs) -> None:
    """Orders of an auction have come or gone: what would trade is told before long. Cost: O(1)."""
    auction = product.auction
    if auction is not None and auction.indicate_ns is None:
        auction.indicate_ns = TimeNs(at_ns + INDICATED_EVERY_NS)
        state.note_due(auction.indicate_ns)
