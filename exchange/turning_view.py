"""When parties last traded a product in which nobody may turn round at once, as the view knows it:
what a preview needs for VEN-03. The engine's own account is in exchange/slots.py.
"""

from typing import Final, NamedTuple

from exchange.product_view import ProductView, TransferView
from exchange.slots import Caps
from exchange.types import PartyId
from registry.calendar import DAY_NS
from registry.types import TimeNs

MATTERS_NS: Final = 2 * 366 * DAY_NS
"""An older trade keeps nobody: no rule asks for more than 250 trading days."""


class Turning(NamedTuple):
    """A party's last trades in a product in which days lie between opposite ones."""

    caps: Caps
    bought_ns: TimeNs | None
    """Of the latest of the matches that are pending and the purchases that were settled; None:
    there is none that matters."""
    sold_ns: TimeNs | None


def note_settled(product: ProductView, transfer: TransferView, at_ns: TimeNs) -> None:
    """Title has moved: from now on it counts, where days are to lie between opposite trades. Cost:
    O(1), and O(trades that matter no more)."""
    if not _turns_slowly(product):
        return
    for trades, party_id in (
        (product.bought, transfer.buyer_id),
        (product.sold, transfer.seller_id),
    ):
        trades.pop(party_id, None)
        trades[party_id] = at_ns
        while trades[first := next(iter(trades))] < at_ns - MATTERS_NS:
            del trades[first]


def turning_of(
    product: ProductView, party_id: PartyId, pending: list[TransferView]
) -> Turning | None:
    """The party's last trades in the product; None: nobody is kept from turning round in it. Cost:
    O(pending transfers).

    Args:
        pending: the party's transfers, of all products.
    """
    if product.slots is None or not _turns_slowly(product):
        return None
    own = [each for each in pending if each.product_id == product.product_id]
    bought = [each.opened_at_ns for each in own if each.buyer_id == party_id]
    sold = [each.opened_at_ns for each in own if each.seller_id == party_id]
    for moments, trades in ((bought, product.bought), (sold, product.sold)):
        if party_id in trades:
            moments.append(trades[party_id])
    return Turning(product.slots.caps, max(bought, default=None), max(sold, default=None))


def _turns_slowly(product: ProductView) -> bool:
    return product.slots is not None and product.slots.caps.turnaround_days > 0
