"""The market as people may see it: books, trades, tickers, open transfers, folded from events.

A view is built from committed commands only, never from the engine's live objects, so nobody is
shown what the disk could still lose. The same commands give the same view, and its counters are
the feed's sequence numbers: the view is part of the snapshot, and after a restart the numbers go
on. It is not the register and not the book that matches.

A command raises a counter by at most one: `book_seq`, `ticker_seq` and `trades_seq` of a product,
`party_seq` of a party.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, Self

import msgspec

from exchange.events import (
    AnyEvent,
    OrderClosed,
    OrderFilled,
    OrderReduced,
    OrderReplaced,
    OrderRested,
    ProductCreated,
    TransferLapsed,
    TransferOpened,
    TransferRejected,
    TransferSettled,
    VenueOpened,
)
from exchange.product_view import (
    TRADES_RECENT_MAX,
    BookLevel,
    BookView,
    ProductView,
    ProductViewState,
    Ticker,
    Trade,
    TradeState,
    TransferView,
)
from exchange.types import PartyId, VenueProfile
from exchange.types import Sequence as SequenceNumber
from matching import Price, Quantity, Side
from registry.transfer import TransferState
from registry.types import ProductId, TimeNs, TransferId

VOLUME_BUCKET_NS: Final = 900_000_000_000
VOLUME_BUCKETS_MAX: Final = 96
"""A day of quarters of an hour, the running one included: 23:45 to 24:00 hours of volume."""


DECISIONS: Final = {
    TransferSettled: (TransferState.SETTLED, TradeState.SETTLED),
    TransferRejected: (TransferState.REJECTED, TradeState.CANCELLED),
    TransferLapsed: (TransferState.LAPSED, TradeState.CANCELLED),
}
"""What each decision makes of the transfer and of the trade that opened it."""


class Published(Protocol):
    """One journaled command after its commit, as the exchange's service hands it on."""

    @property
    def sequence(self) -> SequenceNumber: ...
    @property
    def at_ns(self) -> int: ...
    @property
    def events(self) -> Sequence[AnyEvent]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChange:
    """What one command did to one product, as absolute values.

    The counters are those after the command; `product` may already be further when this is read.
    """

    product: ProductView
    bids: tuple[BookLevel, ...]
    """Each changed level once; empty when the side did not change."""
    asks: tuple[BookLevel, ...]
    trades: tuple[Trade, ...]
    """New ones, and those whose state changed."""
    ticker: Ticker | None
    """None when it did not change."""
    book_seq: int
    trades_seq: int
    ticker_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketChange:
    """What one command did to the market."""

    sequence: SequenceNumber
    at_ns: TimeNs
    products: tuple[ProductChange, ...]
    transfers: tuple[TransferView, ...]
    """Opened or decided, each once, in its new state."""
    party_seqs: tuple[tuple[PartyId, int], ...]
    """The counter after the command of each party that may see one of these transfers."""


class MarketViewState(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The view as the snapshot keeps it: one view has one encoding, whatever its history."""

    eseq: SequenceNumber
    at_ns: TimeNs
    profile: VenueProfile | None
    products: list[ProductViewState]
    transfers: list[TransferView]
    party_seqs: list[tuple[PartyId, int]]


class _Touched:
    """What the command under way has touched, and how it was before."""

    __slots__ = ("aggressors", "at_ns", "levels", "products", "trades", "transfers")

    def __init__(self, at_ns: TimeNs) -> None:
        self.at_ns = at_ns
        self.products: dict[ProductId, ProductView] = {}
        self.levels: dict[ProductId, dict[tuple[bool, Price], BookLevel]] = {}
        self.trades: dict[ProductId, dict[int, Trade]] = {}
        self.transfers: dict[TransferId, TransferView] = {}
        self.aggressors: dict[TransferId, Side] = {}


class MarketView:
    """The committed market, after the command `eseq`."""

    def __init__(self) -> None:
        self.eseq = SequenceNumber(0)
        """The sequence of the last command folded."""
        self.at_ns = TimeNs(0)
        self.profile: VenueProfile | None = None
        self.products: dict[ProductId, ProductView] = {}
        self.transfers: dict[TransferId, TransferView] = {}
        """The pending ones, oldest first; a decided transfer leaves."""
        self._by_symbol: dict[str, ProductView] = {}
        self._transfers_by_party: dict[PartyId, dict[TransferId, None]] = {}
        self._party_seqs: dict[PartyId, int] = {}

    def product(self, symbol: str) -> ProductView | None:
        """The product of this symbol. Cost: O(1)."""
        return self._by_symbol.get(symbol)

    def book(self, product_id: ProductId) -> BookView:
        """The book of a known product. Cost: O(1)."""
        return self.products[product_id].book

    def party_seq(self, party_id: PartyId) -> int:
        """How many commands have changed transfers that this party may see."""
        return self._party_seqs.get(party_id, 0)

    def transfers_of(self, party_id: PartyId) -> list[TransferView]:
        """The pending transfers that this party may see, oldest first. Cost: O(those)."""
        return [self.transfers[key] for key in self._transfers_by_party.get(party_id, ())]

    def apply(self, published: Published) -> MarketChange:
        """Fold the next command.

        Returns:
            What changed, as absolute values; what ends as it was has not changed.

        Cost: O(events), and every quarter of an hour O(products).
        """
        assert published.sequence > self.eseq, (published.sequence, self.eseq)
        assert published.at_ns >= self.at_ns, (published.at_ns, self.at_ns)
        touched = _Touched(TimeNs(published.at_ns))
        if published.at_ns // VOLUME_BUCKET_NS != self.at_ns // VOLUME_BUCKET_NS:
            self._forget_old_volume(touched)
        self.eseq = published.sequence
        self.at_ns = touched.at_ns
        for event in published.events:
            self._fold(event, touched)
        parties = _parties(touched.transfers.values())
        for party_id in parties:
            self._party_seqs[party_id] = self.party_seq(party_id) + 1
        products = []
        for product in touched.products.values():
            change = _conclude(product, touched)
            if change is not None:
                products.append(change)
        return MarketChange(
            sequence=self.eseq,
            at_ns=self.at_ns,
            products=tuple(products),
            transfers=tuple(touched.transfers.values()),
            party_seqs=tuple((party_id, self._party_seqs[party_id]) for party_id in parties),
        )

    def _fold(self, event: AnyEvent, touched: _Touched) -> None:
        match event:
            case OrderRested():
                product = self._touch(event.product_id, touched)
                _add(product, touched, event.side, event.price, event.quantity)
            case OrderFilled():
                self._fold_fill(event, touched)
            case OrderClosed():
                if event.was_resting:
                    product = self._touch(event.product_id, touched)
                    _take(product, touched, event.side, event.price, event.quantity, orders=1)
            case TransferOpened():
                self._fold_opened(event, touched)
            case TransferSettled() | TransferRejected() | TransferLapsed():
                self._fold_decided(event, touched)
            case OrderReduced():
                product = self._touch(event.product_id, touched)
                _take(product, touched, event.side, event.price, event.quantity_removed, orders=0)
            case OrderReplaced():
                product = self._touch(event.product_id, touched)
                _take(product, touched, event.side, event.old_price, event.old_quantity, orders=1)
            case ProductCreated():
                product = ProductView(event.product_id, event.terms)
                self._add_product(product)
            case VenueOpened():
                self.profile = event.profile
            case _:
                pass  # parties, money and title are not the market's

    def _fold_fill(self, event: OrderFilled, touched: _Touched) -> None:
        product = self._touch(event.product_id, touched)
        assert event.trade_number == product.trade_number + 1, (event, product.trade_number)
        maker_side = event.taker_side.opposite
        orders = 0 if event.maker_remaining else 1
        _take(product, touched, maker_side, event.price, event.quantity, orders=orders)
        touched.aggressors[event.transfer_id] = event.taker_side
        product.trade_number = event.trade_number
        product.last_price = event.price
        product.last_at_ns = touched.at_ns
        bucket = touched.at_ns // VOLUME_BUCKET_NS
        product.volume_buckets[bucket] = product.volume_buckets.get(bucket, 0) + event.quantity
        trade = Trade(
            event.trade_number,
            event.price,
            event.quantity,
            event.taker_side,
            touched.at_ns,
            TradeState.MATCHED,
        )
        product.trades[event.trade_number] = trade
        product.trades.pop(event.trade_number - TRADES_RECENT_MAX, None)
        touched.trades.setdefault(event.product_id, {})[event.trade_number] = trade

    def _fold_opened(self, event: TransferOpened, touched: _Touched) -> None:
        transfer = TransferView(
            transfer_id=event.transfer_id,
            product_id=event.product_id,
            trade_number=event.trade_number,
            seller_id=event.seller_id,
            buyer_id=event.buyer_id,
            trust_company_id=event.trust_company_id,
            units=event.units,
            price=event.price,
            aggressor=touched.aggressors.pop(event.transfer_id),
            consideration=event.consideration,
            buyer_fee_venue=event.buyer_fee_venue,
            buyer_fee_trust_company=event.buyer_fee_trust_company,
            seller_fee_venue=event.seller_fee_venue,
            seller_fee_trust_company=event.seller_fee_trust_company,
            opened_at_ns=touched.at_ns,
            confirmation_deadline_ns=event.confirmation_deadline_ns,
            version=event.version,
            state=TransferState.SUBMITTED,
        )
        self._add_transfer(transfer)
        touched.transfers[transfer.transfer_id] = transfer

    def _fold_decided(
        self, event: TransferSettled | TransferRejected | TransferLapsed, touched: _Touched
    ) -> None:
        pending = self.transfers.pop(event.transfer_id)
        for party_id in pending.parties():
            transfer_ids = self._transfers_by_party[party_id]
            del transfer_ids[event.transfer_id]
            if not transfer_ids:
                del self._transfers_by_party[party_id]
        state, trade_state = DECISIONS[type(event)]
        decided = msgspec.structs.replace(
            pending,
            version=event.version,
            state=state,
            decided_at_ns=touched.at_ns,
            rejection_reason=event.reason if isinstance(event, TransferRejected) else None,
        )
        touched.transfers[decided.transfer_id] = decided
        product = self._touch(event.product_id, touched)
        # Made from the transfer: the trade itself may have left the recent ones long ago.
        trade = Trade(
            pending.trade_number,
            pending.price,
            Quantity(pending.units),
            pending.aggressor,
            pending.opened_at_ns,
            trade_state,
        )
        if pending.trade_number in product.trades:
            product.trades[pending.trade_number] = trade
        touched.trades.setdefault(event.product_id, {})[pending.trade_number] = trade

    def _touch(self, product_id: ProductId, touched: _Touched) -> ProductView:
        product = self.products[product_id]
        touched.products[product_id] = product
        return product

    def _forget_old_volume(self, touched: _Touched) -> None:
        bucket_min = touched.at_ns // VOLUME_BUCKET_NS - VOLUME_BUCKETS_MAX + 1
        for product in self.products.values():
            old = [bucket for bucket in product.volume_buckets if bucket < bucket_min]
            for bucket in old:
                del product.volume_buckets[bucket]
            if old:
                touched.products[product.product_id] = product

    def _add_product(self, product: ProductView) -> None:
        assert product.product_id not in self.products, product.product_id
        assert product.terms.symbol not in self._by_symbol, product.terms.symbol
        self.products[product.product_id] = product
        self._by_symbol[product.terms.symbol] = product

    def _add_transfer(self, transfer: TransferView) -> None:
        assert transfer.transfer_id not in self.transfers, transfer.transfer_id
        self.transfers[transfer.transfer_id] = transfer
        for party_id in transfer.parties():
            self._transfers_by_party.setdefault(party_id, {})[transfer.transfer_id] = None

    def to_state(self) -> MarketViewState:
        """The whole view for the snapshot; equal views give equal bytes. Cost: O(view)."""
        return MarketViewState(
            eseq=self.eseq,
            at_ns=self.at_ns,
            profile=self.profile,
            products=[self.products[key].to_state() for key in sorted(self.products)],
            transfers=[self.transfers[key] for key in sorted(self.transfers)],
            party_seqs=sorted(self._party_seqs.items()),
        )

    @classmethod
    def from_state(cls, state: MarketViewState) -> Self:
        """The view that `to_state` described. Cost: O(view)."""
        view = cls()
        view.eseq = state.eseq
        view.at_ns = state.at_ns
        view.profile = state.profile
        for product_state in state.products:
            view._add_product(ProductView.from_state(product_state))
        for transfer in state.transfers:
            view._add_transfer(transfer)
        view._party_seqs = dict(state.party_seqs)
        return view


def _add(
    product: ProductView, touched: _Touched, side: Side, price: Price, quantity: Quantity
) -> None:
    level = _remember(product, touched, side, price)
    product.book.set_level(
        side, BookLevel(price, Quantity(level.quantity + quantity), level.order_count + 1)
    )


def _take(
    product: ProductView,
    touched: _Touched,
    side: Side,
    price: Price,
    quantity: Quantity,
    *,
    orders: int,
) -> None:
    level = _remember(product, touched, side, price)
    product.book.set_level(
        side, BookLevel(price, Quantity(level.quantity - quantity), level.order_count - orders)
    )


def _remember(product: ProductView, touched: _Touched, side: Side, price: Price) -> BookLevel:
    # The level as it is now; kept once as it was before the command, to see later if it changed.
    level = product.book.level(side, price)
    touched.levels.setdefault(product.product_id, {}).setdefault((side is Side.BUY, price), level)
    return level


def _conclude(product: ProductView, touched: _Touched) -> ProductChange | None:
    """What the command did to the product, its counters raised; None if nothing anybody sees."""
    bids: list[BookLevel] = []
    asks: list[BookLevel] = []
    for (is_bid, price), before in touched.levels.get(product.product_id, {}).items():
        level = product.book.level(Side.BUY if is_bid else Side.SELL, price)
        if level != before:
            (bids if is_bid else asks).append(level)
    trades = tuple(touched.trades.get(product.product_id, {}).values())
    ticker = product.current_ticker()
    ticker_changed = ticker != product.ticker
    if bids or asks:
        product.book_seq += 1
    elif not trades and not ticker_changed:
        return None
    if trades:
        product.trades_seq += 1
    if ticker_changed:
        product.ticker = ticker
        product.ticker_seq += 1
    return ProductChange(
        product=product,
        bids=tuple(bids),
        asks=tuple(asks),
        trades=trades,
        ticker=ticker if ticker_changed else None,
        book_seq=product.book_seq,
        trades_seq=product.trades_seq,
        ticker_seq=product.ticker_seq,
    )


def _parties(transfers: Iterable[TransferView]) -> list[PartyId]:
    # Each once, in a fixed order.
    return sorted({party_id for transfer in transfers for party_id in transfer.parties()})
