"""A product's call auctions as people may see them: folded from events, like the rest of the market
view, and never ahead of the disk."""

from typing import Final

import msgspec

from exchange.market_events import (
    AuctionEvent,
    AuctionExtended,
    AuctionIndicated,
    AuctionScheduled,
)
from matching import Price
from registry.types import TimeNs


class AuctionView(
    msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False
):
    """When the next auction is, what would trade in it, and what the last one did."""

    opens_ns: TimeNs | None = None
    """From when on the next may come; None: the product is in another mode."""
    latest_ns: TimeNs | None = None
    price: Price | None = None
    """At which what has gathered would trade, if anything would."""
    volume: int = 0
    surplus: int = 0
    """What would be left of the larger side: of buyers above 0, of sellers below."""
    last_price: Price | None = None
    """Of the last auction; None: nothing traded in it, or there was none."""
    last_volume: int = 0
    last_at_ns: TimeNs | None = None
    extended: bool = False
    """Whether the next was put off because its price was beyond its band."""


NO_AUCTION: Final = AuctionView()


def followed(view: AuctionView, event: AuctionEvent, *, at_ns: TimeNs) -> AuctionView:
    """The view after the event. Cost: O(1)."""
    if isinstance(event, AuctionScheduled):
        return msgspec.structs.replace(
            view, opens_ns=event.opens_ns, latest_ns=event.latest_ns, extended=False
        )
    if isinstance(event, AuctionExtended):
        return msgspec.structs.replace(
            view,
            opens_ns=event.opens_ns,
            latest_ns=event.latest_ns,
            extended=True,
            price=event.price,
            volume=event.volume,
            surplus=event.surplus,
        )
    if isinstance(event, AuctionIndicated):
        return msgspec.structs.replace(
            view, price=event.price, volume=event.volume, surplus=event.surplus
        )
    return msgspec.structs.replace(
        view,
        price=None,
        volume=0,
        surplus=0,
        last_price=event.price,
        last_volume=event.volume,
        last_at_ns=at_ns,
    )
