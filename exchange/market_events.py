"""Events about how deals in a product are made: the venue's approval, market modes, and what
happens under those that no other family has. Tags are kind × 10 + version."""

from typing import TypeAlias

from exchange.event import Event
from exchange.modes.notice_state import ComingMode
from exchange.modes.types import MarketMode, ModeTerms
from exchange.refusals import Refusal
from matching import OrderId, Price, Quantity, Side
from registry.types import DayNumber, ProductId, TimeNs


class VenueLicensed(Event, frozen=True, kw_only=True, tag=8001):
    """The venue that was just opened names this approval of its authority."""

    approval_ref: str


class MarketModeSet(Event, frozen=True, kw_only=True, tag=8011):
    """Deals in the product are made in this mode from now on; nothing of another mode is open."""

    product_id: ProductId
    mode: MarketMode
    terms: ModeTerms | None
    version: int
    """How often the mode was set, from 1; 0 is a product that began in CONTINUOUS."""


class AuctionScheduled(Event, frozen=True, kw_only=True, tag=8021):
    """The product's next call auction comes at a moment in this window, both ends included; the
    moment is told by the auction itself."""

    product_id: ProductId
    opens_ns: TimeNs
    latest_ns: TimeNs


class AuctionIndicated(Event, frozen=True, kw_only=True, tag=8031):
    """What an auction of what has gathered would do, other than what was told before."""

    product_id: ProductId
    price: Price | None
    """None: nothing would trade."""
    volume: int
    surplus: int
    """What is left of the larger side at the price: of buyers above 0, of sellers below."""


class AuctionUncrossed(Event, frozen=True, kw_only=True, tag=8041):
    """An auction took place: so much trades at this price, in fills that follow, in this command
    and in those after it."""

    product_id: ProductId
    price: Price | None
    """None: nothing trades."""
    volume: int
    surplus: int


class AuctionExtended(Event, frozen=True, kw_only=True, tag=8061):
    """The price of an auction was beyond its band, and it did not take place: once, it comes at a
    moment in this later window, both ends included. What would have traded stays in the book."""

    product_id: ProductId
    price: Price
    volume: int
    surplus: int
    opens_ns: TimeNs
    latest_ns: TimeNs


class OrderTaken(Event, frozen=True, kw_only=True, tag=8051):
    """So much of an order that rests left its level for the fill that follows, which is at another
    price than the level's or at the same."""

    order_id: OrderId
    product_id: ProductId
    side: Side
    price: Price
    """Of the level."""
    quantity: Quantity
    remaining: Quantity


class MarketModeAnnounced(Event, frozen=True, kw_only=True, tag=8251):
    """Deals in a product are to be made in another mode from a day on; what was announced before
    no longer counts."""

    product_id: ProductId
    coming: ComingMode


class MarketModeLapsed(Event, frozen=True, kw_only=True, tag=8261):
    """The mode that was announced did not come, and the product keeps the one it has."""

    product_id: ProductId
    mode: MarketMode
    """That did not come."""
    refusal: Refusal
    """Why."""


class MarketModeCalledOff(Event, frozen=True, kw_only=True, tag=8271):
    """What was announced for this day does not come: the product keeps its mode."""

    product_id: ProductId
    mode: MarketMode
    effective_on: DayNumber


ModeEvent: TypeAlias = MarketModeSet | MarketModeAnnounced | MarketModeLapsed | MarketModeCalledOff
"""What is told of a product's market mode."""
AuctionEvent: TypeAlias = AuctionScheduled | AuctionIndicated | AuctionUncrossed | AuctionExtended
"""What is told of a product's call auctions."""
MarketEvent: TypeAlias = VenueLicensed | ModeEvent | AuctionEvent | OrderTaken
