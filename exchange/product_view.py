"""One product as people may see it: its price levels, recent trades, ticker and counters.

The values of the market view, and how a snapshot keeps them. `exchange/market_view.py` alone
changes them.
"""

from enum import IntEnum
from itertools import islice
from typing import Final, NamedTuple, Self

import msgspec

from exchange.auction_view import NO_AUCTION, AuctionView
from exchange.book_view import BookLevel, BookView
from exchange.class_view import VIEWERS, ClassedBook, Viewpoint, levels_seen
from exchange.commands import CreateProduct
from exchange.modes.notice_state import ComingMode
from exchange.modes.types import MarketMode, ModeTerms
from exchange.price_state import first_facts
from exchange.price_types import AccruedIncome, PriceFacts
from exchange.review_events import Review
from exchange.slots import Caps, Counts
from exchange.types import Fen, PartyId, RejectionReason, ReturnReason
from matching import BUY, Price, Quantity, Side
from registry.product import ProductState, first_standing
from registry.transfer import Overlay, TransferState, Who
from registry.types import HolderId, ProductId, TimeNs, TransferId, Units

TRADES_RECENT_MAX: Final = 256
"""Of one product, kept for newcomers; the older ones are read from the journal's rows."""
VOLUME_BUCKET_NS: Final = 900_000_000_000


class TradeState(IntEnum):
    """What has become of a trade. The numbers are stored: never reuse one."""

    MATCHED = 1  # two orders met; the transfer of title is pending
    SETTLED = 2  # title and money have moved
    CANCELLED = 3  # the transfer has failed; everything was returned


class Trade(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """One public trade of a product; it names nobody."""

    trade_number: int
    price: Price
    quantity: Quantity
    aggressor: Side
    """The side of the order that came second."""
    matched_at_ns: TimeNs
    state: TradeState


class TransferView(
    msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False
):
    """One transfer of title as its parties see it."""

    transfer_id: TransferId
    product_id: ProductId
    trade_number: int
    seller_id: PartyId
    buyer_id: PartyId
    trust_company_id: PartyId
    units: Units
    price: Price
    aggressor: Side
    consideration: Fen
    buyer_fee_venue: Fen
    buyer_fee_trust_company: Fen
    seller_fee_venue: Fen
    seller_fee_trust_company: Fen
    paid: Fen
    """What the buyer has put in escrow so far."""
    opened_at_ns: TimeNs
    deadline_ns: TimeNs | None
    """When the state ends by itself."""
    version: int
    state: TransferState
    notices: int = 0
    """To the trust company since it got the pack."""
    officer: str | None = None
    """Who confirmed or rejected it."""
    decided_at_ns: TimeNs | None = None
    rejection_reason: RejectionReason | None = None
    overlays: Overlay = Overlay(0)
    """For the operator: everybody else is told `overlays.told`."""
    overlay_ns: TimeNs | None = None
    """When they have stood for their longest time."""
    rescindable: bool = False
    rescind_until_ns: TimeNs | None = None
    signed: Who = Who(0)
    consented: Who = Who(0)
    """Who has agreed to cancel."""
    documents_overdue: bool = False
    returns: int = 0
    returned_to: Who = Who(0)
    return_reason: ReturnReason | None = None
    fault: Who = Who(0)
    """Whose fault the failure is, if anybody's."""
    fault_fee: Fen = Fen(0)
    fault_fee_owed: Fen = Fen(0)
    forfeited: Fen = Fen(0)
    """Of what was paid, to the seller."""
    registration_due_ns: TimeNs | None = None
    """Of a settled one whose registration is or was waited for."""
    registered_at_ns: TimeNs | None = None
    review: Review | None = None
    """Where the officers' review stands; None: nobody has claimed it yet."""
    waived: tuple[HolderId, ...] = ()
    """Who makes no use of his right of pre-emption, in the order of their answers."""
    preempts: TransferId | None = None
    accrued: AccruedIncome | None = None
    """What the buyer pays besides a clean price."""

    @property
    def due_to_seller(self) -> Fen:
        """What the buyer pays for the units and their income, without fees. Cost: O(1)."""
        accrued = self.accrued
        return self.consideration if accrued is None else Fen(self.consideration + accrued.amount)

    """The transfer whose buyer this one's has replaced."""

    def parties(self) -> tuple[PartyId, PartyId, PartyId]:
        """Who may see it: seller, buyer and the product's trust company."""
        return self.seller_id, self.buyer_id, self.trust_company_id


class SlotsView(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """What caps a product's holders, and how many there are."""

    caps: Caps
    counts: Counts


class Ticker(NamedTuple):
    """A product at a glance."""

    bid: BookLevel | None
    ask: BookLevel | None
    last_price: Price | None
    last_at_ns: TimeNs | None
    volume_24h: int
    """Units matched, whatever became of their transfers."""


EMPTY_TICKER: Final = Ticker(None, None, None, None, 0)


class ProductView:
    """One product: its terms, book, trades and counters. Readers must not change it."""

    __slots__ = (
        "auction",
        "auction_seq",
        "book",
        "book_seq",
        "bought",
        "classed",
        "coming_mode",
        "facts",
        "last_at_ns",
        "last_price",
        "mode",
        "mode_terms",
        "mode_version",
        "product_id",
        "slots",
        "sold",
        "state",
        "terms",
        "ticker",
        "ticker_seq",
        "trade_number",
        "trades",
        "trades_seq",
        "version",
        "volume_24h",
        "volume_buckets",
    )

    def __init__(self, product_id: ProductId, terms: CreateProduct) -> None:
        self.product_id = product_id
        self.terms = terms
        standing = first_standing(onboarding=terms.transfer_terms.onboarding)
        self.state: ProductState = standing.state
        self.version = standing.version
        """Of the state."""
        self.mode = MarketMode.CONTINUOUS
        self.mode_terms: ModeTerms | None = None
        self.mode_version = 0
        self.coming_mode: ComingMode | None = None
        self.auction = NO_AUCTION
        self.auction_seq = 0
        self.facts = first_facts(terms)
        """What is known that its price depends on."""
        self.slots: SlotsView | None = None
        """None: nothing caps its holders."""
        self.bought: dict[PartyId, TimeNs] = {}
        """When a party's last purchase was settled, the oldest first, where days are to lie between
        opposite trades (exchange/turning_view.py)."""
        self.sold: dict[PartyId, TimeNs] = {}
        """Likewise of sales."""
        self.book = BookView()
        self.book_seq = 0
        self.classed: ClassedBook | None = None
        """Its levels by class, where rules keep classes apart. The snapshot does not keep them:
        they are in its state."""
        self.ticker = EMPTY_TICKER
        self.ticker_seq = 0
        self.trades: dict[int, Trade] = {}
        """The recent ones by number, oldest first."""
        self.trades_seq = 0
        self.trade_number = 0
        self.last_price: Price | None = None
        self.last_at_ns: TimeNs | None = None
        self.volume_buckets: dict[int, int] = {}
        """Units matched by quarter of an hour since 1970, oldest first."""
        self.volume_24h = 0
        """Their sum."""

    def note_trade(self, trade: Trade) -> None:
        """Two orders have met. Cost: O(1)."""
        self.trade_number = trade.trade_number
        self.last_price, self.last_at_ns = trade.price, trade.matched_at_ns
        bucket = trade.matched_at_ns // VOLUME_BUCKET_NS
        self.volume_buckets[bucket] = self.volume_buckets.get(bucket, 0) + trade.quantity
        self.volume_24h += trade.quantity
        self.trades[trade.trade_number] = trade
        self.trades.pop(trade.trade_number - TRADES_RECENT_MAX, None)

    def levels(self, side: Side, depth: int, viewpoint: Viewpoint | None) -> list[BookLevel]:
        """The best levels of `side`, of the whole book or as this class sees it. Cost: O(depth),
        and of a class O(depth × classes)."""
        if viewpoint is None:
            return self.book.bids(depth) if side is BUY else self.book.asks(depth)
        classes = None if self.classed is None else self.classed.levels
        return levels_seen(VIEWERS[viewpoint], side, depth, whole=self.book, classes=classes)

    def recent_trades(self, trades_max: int = TRADES_RECENT_MAX) -> list[Trade]:
        """The last trades, newest first. Cost: O(trades_max)."""
        return list(islice(reversed(self.trades.values()), trades_max))

    def to_state(self) -> "ProductViewState":
        """The product for the snapshot. Cost: O(levels + trades kept)."""
        return ProductViewState(
            product_id=self.product_id,
            terms=self.terms,
            state=self.state,
            version=self.version,
            mode=self.mode,
            mode_terms=self.mode_terms,
            mode_version=self.mode_version,
            coming_mode=self.coming_mode,
            auction=self.auction,
            auction_seq=self.auction_seq,
            bids=[(level.price, level.quantity, level.order_count) for level in self.book.bids()],
            asks=[(level.price, level.quantity, level.order_count) for level in self.book.asks()],
            book_seq=self.book_seq,
            ticker_seq=self.ticker_seq,
            trades_seq=self.trades_seq,
            trade_number=self.trade_number,
            trades=list(self.trades.values()),
            last_price=self.last_price,
            last_at_ns=self.last_at_ns,
            volume_buckets=list(self.volume_buckets.items()),
            facts=self.facts,
            slots=self.slots,
            bought=list(self.bought.items()),
            sold=list(self.sold.items()),
        )

    @classmethod
    def from_state(cls, state: "ProductViewState") -> Self:
        """The product that `to_state` described. Cost: as `to_state`."""
        product = cls(state.product_id, state.terms)
        product.state, product.version = state.state, state.version
        product.mode, product.mode_terms = state.mode, state.mode_terms
        product.mode_version = state.mode_version
        product.coming_mode = state.coming_mode
        product.auction = NO_AUCTION if state.auction == NO_AUCTION else state.auction
        product.auction_seq = state.auction_seq
        product.facts, product.slots = state.facts, state.slots
        product.bought, product.sold = dict(state.bought), dict(state.sold)
        for level in state.bids:
            product.book.set_level(Side.BUY, BookLevel(*level))
        for level in state.asks:
            product.book.set_level(Side.SELL, BookLevel(*level))
        product.book_seq = state.book_seq
        product.ticker_seq = state.ticker_seq
        product.trades_seq = state.trades_seq
        product.trade_number = state.trade_number
        product.trades = {trade.trade_number: trade for trade in state.trades}
        product.last_price = state.last_price
        product.last_at_ns = state.last_at_ns
        product.volume_buckets = dict(state.volume_buckets)
        product.volume_24h = sum(product.volume_buckets.values())
        product.ticker = product.current_ticker()
        return product

    def current_ticker(self) -> Ticker:
        """The ticker computed anew; `ticker` is as of the last command. Cost: O(1)."""
        return Ticker(
            self.book.best_bid,
            self.book.best_ask,
            self.last_price,
            self.last_at_ns,
            self.volume_24h,
        )


class ProductViewState(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A product view as the snapshot keeps it."""

    product_id: ProductId
    terms: CreateProduct
    state: ProductState
    version: int
    mode: MarketMode
    mode_terms: ModeTerms | None
    mode_version: int
    coming_mode: ComingMode | None
    auction: AuctionView
    auction_seq: int
    bids: list[tuple[Price, Quantity, int]]
    asks: list[tuple[Price, Quantity, int]]
    book_seq: int
    ticker_seq: int
    trades_seq: int
    trade_number: int
    trades: list[Trade]
    last_price: Price | None
    last_at_ns: TimeNs | None
    volume_buckets: list[tuple[int, int]]
    facts: PriceFacts
    slots: SlotsView | None
    bought: list[tuple[PartyId, TimeNs]]
    sold: list[tuple[PartyId, TimeNs]]
