"""The market as people may see it: books, trades, tickers, open transfers, folded from events.

A view is built from committed commands only, never from the engine's live objects, so nobody is
shown what the disk could still lose. The same commands give the same view, and its counters are
the feed's sequence numbers: the view is part of the snapshot, and after a restart the numbers go
on. It is not the register and not the book that matches.

A command raises a counter by at most one: `book_seq`, `ticker_seq` and `trades_seq` of a product,
`party_seq` of a party.
"""

from collections.abc import Callable
from typing import Any, Final, Self, get_args

import msgspec

from exchange.auction_view import NO_AUCTION, followed
from exchange.book_view import BookView
from exchange.class_events import BookClassed, OrderClassed
from exchange.class_view import classed_book
from exchange.events import (
    OrderClosed,
    OrderFilled,
    OrderReduced,
    OrderReplaced,
    OrderRested,
    OrderRetried,
    ProductCreated,
    TransferAdvanced,
    TransferFailed,
    TransferOpened,
    TransferReversed,
    TransferSettled,
    VenueOpened,
)
from exchange.fee_events import FeeScheduleSet
from exchange.fee_state import FeeSchedules, FeesImage, fees_of
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.halt_events import HaltLifted, TradeHalted, halt_of
from exchange.halt_state import Halts, HaltsImage
from exchange.halt_types import HaltLevel
from exchange.market_change import MarketChange, Published, StatusEvent
from exchange.market_events import (
    AuctionEvent,
    AuctionExtended,
    AuctionIndicated,
    AuctionScheduled,
    AuctionUncrossed,
    MarketModeAnnounced,
    MarketModeSet,
    ModeEvent,
    OrderTaken,
    VenueLicensed,
)
from exchange.modes.types import MarketMode
from exchange.negotiation_events import NegotiationEvent
from exchange.negotiation_view import NegotiationsView, NegotiationView
from exchange.offer_view import OpenOffers
from exchange.price_events import FactsPublished
from exchange.product_view import (
    VOLUME_BUCKET_NS,
    ProductView,
    ProductViewState,
    SlotsView,
    Trade,
    TradeState,
    TransferView,
)
from exchange.register_events import ProductAdvanced
from exchange.slot_events import HolderSlotsChanged
from exchange.touched_product import TouchedProduct, conclude
from exchange.transfer_view import (
    advanced_view,
    decided_view,
    opened_view,
    registered_view,
    reversed_view,
    trade_of,
)
from exchange.turning_view import note_settled
from exchange.types import PartyId, VenueProfile
from exchange.types import Sequence as SequenceNumber
from matching import BUY, SELL, Side
from registry.transfer import TransferEvent, TransferState
from registry.types import ProductId, TimeNs, TransferId

VOLUME_BUCKETS_MAX: Final = 96
"""A day of quarters of an hour, the running one included: 23:45 to 24:00 hours of volume."""

# Looking a member up on its Enum costs ten times the comparison.
CONTINUOUS: Final = MarketMode.CONTINUOUS
MATCHED: Final = TradeState.MATCHED


class MarketViewState(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The view as the snapshot keeps it: one view has one encoding, whatever its history."""

    eseq: SequenceNumber
    at_ns: TimeNs
    profile: VenueProfile | None
    approval_ref: str | None
    products: list[ProductViewState]
    transfers: list[TransferView]
    unregistered: list[TransferView]
    party_seqs: list[tuple[PartyId, int]]
    negotiations: list[NegotiationView]
    halts: HaltsImage
    fees: FeesImage


class _Touched(msgspec.Struct, eq=False, gc=False):
    """What the command under way has touched. Each command makes one: a Struct makes its five
    values in a third of the time."""

    at_ns: TimeNs
    products: dict[ProductId, TouchedProduct] = {}
    transfers: dict[TransferId, TransferView] = {}
    aggressors: dict[TransferId, Side] = {}
    offers: dict[TransferId, tuple[PartyId, ...]] = {}
    status: tuple[StatusEvent, ...] = ()


class MarketView:
    """The committed market, after the command `eseq`."""

    def __init__(self) -> None:
        self.eseq = SequenceNumber(0)
        """The sequence of the last command folded."""
        self.at_ns = TimeNs(0)
        self.profile: VenueProfile | None = None
        self.approval_ref: str | None = None
        self.products: dict[ProductId, ProductView] = {}
        self.transfers: dict[TransferId, TransferView] = {}
        """The pending ones, oldest first; a decided transfer leaves."""
        self.unregistered: dict[TransferId, TransferView] = {}
        """Settled ones whose change registration is waited for."""
        self.negotiations = NegotiationsView()
        self.fees = FeeSchedules(DEFAULT_FEE_SCHEDULE)
        self.halts = Halts()
        """Those that stand."""
        self._by_symbol: dict[str, ProductView] = {}
        self._offers = OpenOffers()
        self._transfers_by_party: dict[PartyId, dict[TransferId, None]] = {}
        self._party_seqs: dict[PartyId, int] = {}

    def product(self, symbol: str) -> ProductView | None:
        """The product of this symbol. Cost: O(1)."""
        return self._by_symbol.get(symbol)

    def book(self, product_id: ProductId) -> BookView:
        """The book of a known product. Cost: O(1)."""
        return self.products[product_id].book

    def restore_classes(self, image: BookClassed) -> None:
        """Keep a product's book by class again, which a snapshot does not. Cost: O(orders)."""
        self.products[image.product_id].classed = classed_book(image)

    def party_seq(self, party_id: PartyId) -> int:
        """How many commands have changed transfers that this party may see."""
        return self._party_seqs.get(party_id, 0)

    def transfers_of(self, party_id: PartyId) -> list[TransferView]:
        """The pending transfers that this party may see, oldest first. Cost: O(those)."""
        return [self.transfers[key] for key in self._transfers_by_party.get(party_id, ())]

    def offered(self) -> list[TransferView]:
        """The pending transfers in which pre-emption is open, longest first. Cost: O(those)."""
        return [self.transfers[key] for key in self._offers.every()]

    def offered_to(self, party_id: PartyId) -> list[TransferView]:
        """Those of them whose buyer's place this party may take. Cost: O(all that are offered)."""
        return [self.transfers[key] for key in self._offers.of(party_id)]

    def apply(self, published: Published) -> MarketChange:
        """Fold the next command.

        Returns:
            What changed, as absolute values; what ends as it was has not changed.

        Cost: O(events), and every quarter of an hour O(products).
        """
        assert published.sequence > self.eseq, (published.sequence, self.eseq)
        assert published.at_ns >= self.at_ns, (published.at_ns, self.at_ns)
        at_ns = published.at_ns
        touched = _Touched(at_ns)
        if at_ns != self.at_ns:
            if at_ns // VOLUME_BUCKET_NS != self.at_ns // VOLUME_BUCKET_NS:
                self._forget_old_volume(touched)
            self.at_ns = at_ns
        self.eseq = published.sequence
        folds = self._FOLDS
        for event in published.events:
            fold = folds.get(type(event))
            if fold is not None:
                fold(self, event, touched)
        return MarketChange(
            sequence=self.eseq,
            at_ns=self.at_ns,
            products=tuple(filter(None, map(conclude, touched.products.values()))),
            transfers=tuple(touched.transfers.values()),
            party_seqs=self._raise_party_seqs(touched) if touched.transfers else (),
            offers=touched.offers,
            negotiations=self.negotiations.changes(),
            status=touched.status,
        )

    def _fold_venue(self, event: VenueOpened, _touched: _Touched) -> None:
        self.profile = event.profile
        self.fees = FeeSchedules(event.fee_schedule)

    def _fold_licence(self, event: VenueLicensed, _touched: _Touched) -> None:
        self.approval_ref = event.approval_ref

    def _fold_mode(self, event: ModeEvent, touched: _Touched) -> None:
        touched.status += (event,)
        touched_product = self._touch(event.product_id, touched)
        product = touched_product.product
        product.coming_mode = event.coming if isinstance(event, MarketModeAnnounced) else None
        if not isinstance(event, MarketModeSet):
            return
        product.mode, product.mode_terms = event.mode, event.terms
        product.mode_version = event.version
        if product.auction is not NO_AUCTION:
            product.auction = NO_AUCTION
            touched_product.has_auction_news = True

    def _fold_auction(self, event: AuctionEvent, touched: _Touched) -> None:
        touched_product = self._touch(event.product_id, touched)
        product = touched_product.product
        product.auction = followed(product.auction, event, at_ns=touched.at_ns)
        touched_product.has_auction_news = True

    def _fold_taken(self, event: OrderTaken, touched: _Touched) -> None:
        orders = 0 if event.remaining else -1
        product = self._touch(event.product_id, touched)
        quantity = -event.quantity
        product.change(event.order_id, event.side, event.price, quantity=quantity, orders=orders)

    def _fold_negotiation(self, event: NegotiationEvent, touched: _Touched) -> None:
        self.negotiations.fold(event, touched.at_ns)

    def _fold_fees(self, event: FeeScheduleSet, _touched: _Touched) -> None:
        self.fees.add(event.fees)

    def _fold_halt(self, event: TradeHalted, touched: _Touched) -> None:
        self.halts.add(halt_of(event, given_at_ns=touched.at_ns))
        if event.level is not HaltLevel.PARTY:
            touched.status += (event,)

    def _fold_lifted(self, event: HaltLifted, touched: _Touched) -> None:
        self.halts.remove(self.halts.standing[event.halt_id])
        if event.level is not HaltLevel.PARTY:
            touched.status += (event,)

    def _fold_product(self, event: ProductCreated, _touched: _Touched) -> None:
        self._add_product(ProductView(event.product_id, event.terms))

    def _fold_standing(self, event: ProductAdvanced, touched: _Touched) -> None:
        touched.status += (event,)
        product = self.products[event.product_id]
        product.state, product.version = event.state, event.version

    def _fold_facts(self, event: FactsPublished, _touched: _Touched) -> None:
        self.products[event.product_id].facts = event.facts

    def _fold_slots(self, event: HolderSlotsChanged, _touched: _Touched) -> None:
        slots = None if event.counts is None else SlotsView(event.caps, event.counts)
        product = self.products[event.product_id]
        product.slots = slots
        if slots is None:  # and nothing of it is remembered
            product.bought, product.sold = {}, {}

    def _fold_rested(self, event: OrderRested, touched: _Touched) -> None:
        product = self._touch(event.product_id, touched)
        product.change(event.order_id, event.side, event.price, quantity=event.quantity, orders=1)

    def _fold_retried(self, event: OrderRetried, touched: _Touched) -> None:
        product = self._touch(event.product_id, touched)
        product.change(event.order_id, event.side, event.price, quantity=-event.quantity, orders=-1)

    def _fold_reduced(self, event: OrderReduced, touched: _Touched) -> None:
        product = self._touch(event.product_id, touched)
        quantity = -event.quantity_removed
        product.change(event.order_id, event.side, event.price, quantity=quantity, orders=0)

    def _fold_replaced(self, event: OrderReplaced, touched: _Touched) -> None:
        product = self._touch(event.product_id, touched)
        quantity = -event.old_quantity
        product.change(event.order_id, event.side, event.old_price, quantity=quantity, orders=-1)

    def _fold_closed(self, event: OrderClosed, touched: _Touched) -> None:
        if event.was_resting:
            product = self._touch(event.product_id, touched)
            quantity = -event.quantity
            product.change(event.order_id, event.side, event.price, quantity=quantity, orders=-1)
        classed = self.products[event.product_id].classed
        if classed is not None:
            classed.leave(event.order_id)

    def _fold_fill(self, event: OrderFilled, touched: _Touched) -> None:
        touched_product = self._touch(event.product_id, touched)
        product = touched_product.product
        assert event.trade_number == product.trade_number + 1, (event, product.trade_number)
        if product.mode is CONTINUOUS:  # else nothing rests at the price of the fill
            orders = 0 if event.maker_remaining else -1
            maker_side = SELL if event.taker_side is BUY else BUY
            quantity, maker = -event.quantity, (event.maker_order_id, maker_side)
            touched_product.change(*maker, event.price, quantity=quantity, orders=orders)
        if product.classed is not None:
            product.classed.follow_fill(event)
        touched.aggressors[event.transfer_id] = event.taker_side
        trade = Trade(
            event.trade_number,
            event.price,
            event.quantity,
            event.taker_side,
            touched.at_ns,
            MATCHED,
        )
        product.note_trade(trade)
        touched_product.trades[event.trade_number] = trade

    def _fold_class(self, event: OrderClassed, _touched: _Touched) -> None:
        classed = self.products[event.product_id].classed
        assert classed is not None, event
        classed.enter(event.order_id, event.counterparty_class)

    def _fold_classes(self, event: BookClassed, touched: _Touched) -> None:
        self._touch(event.product_id, touched).class_anew(event)

    def _fold_opened(self, event: TransferOpened, touched: _Touched) -> None:
        replaced = None if event.preempts is None else touched.transfers[event.preempts]
        transfer = opened_view(
            event,
            aggressor=(
                touched.aggressors.pop(event.transfer_id)
                if replaced is None
                else replaced.aggressor
            ),
            at_ns=touched.at_ns if replaced is None else replaced.opened_at_ns,
        )
        self._add_transfer(transfer)
        touched.transfers[transfer.transfer_id] = transfer

    def _fold_advanced(self, event: TransferAdvanced, touched: _Touched) -> None:
        pending = self.transfers.get(event.transfer_id)
        if pending is None:
            self._fold_registration(event, touched)
            return
        advanced = advanced_view(pending, event)
        asked = self._note_offer(advanced)
        if asked:
            touched.offers[event.transfer_id] = asked
        self.transfers[event.transfer_id] = touched.transfers[event.transfer_id] = advanced

    def _fold_registration(self, event: TransferAdvanced, touched: _Touched) -> None:
        settled = self.unregistered.pop(event.transfer_id)
        advanced = registered_view(settled, event, at_ns=touched.at_ns)
        if event.event is not TransferEvent.REGISTER:
            self.unregistered[event.transfer_id] = advanced
        touched.transfers[event.transfer_id] = advanced

    def _fold_reversed(self, event: TransferReversed, touched: _Touched) -> None:
        settled = self.unregistered.pop(event.transfer_id, None)
        if settled is not None:  # the view has forgotten any other
            touched.transfers[event.transfer_id] = reversed_view(settled, event)

    def _fold_decided(self, event: TransferSettled | TransferFailed, touched: _Touched) -> None:
        pending = self.transfers.pop(event.transfer_id)
        asked = self._offers.end(event.transfer_id)
        if asked:
            touched.offers[event.transfer_id] = asked
        for party_id in pending.parties():
            transfer_ids = self._transfers_by_party[party_id]
            del transfer_ids[event.transfer_id]
            if not transfer_ids:
                del self._transfers_by_party[party_id]
        decided = decided_view(pending, event, at_ns=touched.at_ns)
        if decided.registration_due_ns is not None:
            self.unregistered[decided.transfer_id] = decided
        touched.transfers[decided.transfer_id] = decided
        if decided.state is TransferState.PREEMPTED:
            return  # the trade goes on, with another buyer
        touched_product = self._touch(event.product_id, touched)
        if decided.state is TransferState.SETTLED:
            note_settled(touched_product.product, decided, touched.at_ns)
        trade = trade_of(decided)
        if pending.trade_number in touched_product.product.trades:
            touched_product.product.trades[pending.trade_number] = trade
        touched_product.trades[pending.trade_number] = trade

    _FOLDS: Final[dict[type, Callable[["MarketView", Any, _Touched], None]]] = {
        VenueOpened: _fold_venue,
        VenueLicensed: _fold_licence,
        **dict.fromkeys(get_args(ModeEvent), _fold_mode),
        AuctionScheduled: _fold_auction,
        AuctionIndicated: _fold_auction,
        AuctionUncrossed: _fold_auction,
        AuctionExtended: _fold_auction,
        OrderTaken: _fold_taken,
        ProductCreated: _fold_product,
        ProductAdvanced: _fold_standing,
        FactsPublished: _fold_facts,
        HolderSlotsChanged: _fold_slots,
        FeeScheduleSet: _fold_fees,
        TradeHalted: _fold_halt,
        HaltLifted: _fold_lifted,
        OrderRested: _fold_rested,
        OrderRetried: _fold_retried,
        OrderReduced: _fold_reduced,
        OrderReplaced: _fold_replaced,
        OrderClosed: _fold_closed,
        OrderFilled: _fold_fill,
        OrderClassed: _fold_class,
        BookClassed: _fold_classes,
        TransferOpened: _fold_opened,
        TransferAdvanced: _fold_advanced,
        TransferSettled: _fold_decided,
        TransferFailed: _fold_decided,
        TransferReversed: _fold_reversed,
        **dict.fromkeys(get_args(NegotiationEvent), _fold_negotiation),
    }
    """What an event means to the market; parties, money and title are not shown here."""

    def _touch(self, product_id: ProductId, touched: _Touched) -> TouchedProduct:
        product = touched.products.get(product_id)
        if product is None:
            product = touched.products[product_id] = TouchedProduct(self.products[product_id])
        return product

    def _raise_party_seqs(self, touched: _Touched) -> tuple[tuple[PartyId, int], ...]:
        transfers = touched.transfers.values()
        concerned = {each for transfer in transfers for each in transfer.parties()}
        concerned.update(*touched.offers.values())
        parties = sorted(concerned)  # each once, in a fixed order
        seqs = self._party_seqs
        for party_id in parties:
            seqs[party_id] = seqs.get(party_id, 0) + 1
        return tuple([(party_id, seqs[party_id]) for party_id in parties])

    def _forget_old_volume(self, touched: _Touched) -> None:
        bucket_min = touched.at_ns // VOLUME_BUCKET_NS - VOLUME_BUCKETS_MAX + 1
        for product in self.products.values():
            old = [bucket for bucket in product.volume_buckets if bucket < bucket_min]
            for bucket in old:
                product.volume_24h -= product.volume_buckets.pop(bucket)
            if old:
                self._touch(product.product_id, touched)

    def _add_product(self, product: ProductView) -> None:
        assert product.product_id not in self.products, product.product_id
        assert product.terms.symbol not in self._by_symbol, product.terms.symbol
        self.products[product.product_id] = product
        self._by_symbol[product.terms.symbol] = product

    def _add_transfer(self, transfer: TransferView) -> None:
        assert transfer.transfer_id not in self.transfers, transfer.transfer_id
        self.transfers[transfer.transfer_id] = transfer
        self._note_offer(transfer)
        for party_id in transfer.parties():
            self._transfers_by_party.setdefault(party_id, {})[transfer.transfer_id] = None

    def _note_offer(self, transfer: TransferView) -> tuple[PartyId, ...]:
        return self._offers.note(transfer, self.products[transfer.product_id].terms.transfer_terms)

    def to_state(self) -> MarketViewState:
        """The whole view for the snapshot; equal views give equal bytes. Cost: O(view)."""
        return MarketViewState(
            eseq=self.eseq,
            at_ns=self.at_ns,
            profile=self.profile,
            approval_ref=self.approval_ref,
            products=[self.products[key].to_state() for key in sorted(self.products)],
            transfers=[self.transfers[key] for key in sorted(self.transfers)],
            unregistered=[self.unregistered[key] for key in sorted(self.unregistered)],
            party_seqs=sorted(self._party_seqs.items()),
            negotiations=list(self.negotiations.open.values()),
            halts=self.halts.image(),
            fees=self.fees.image(),
        )

    @classmethod
    def from_state(cls, state: MarketViewState) -> Self:
        """The view that `to_state` described. Cost: O(view)."""
        view = cls()
        view.eseq = state.eseq
        view.at_ns = state.at_ns
        view.profile = state.profile
        view.approval_ref = state.approval_ref
        for product_state in state.products:
            view._add_product(ProductView.from_state(product_state))
        for transfer in state.transfers:
            view._add_transfer(transfer)
        view.unregistered = {transfer.transfer_id: transfer for transfer in state.unregistered}
        view._party_seqs = dict(state.party_seqs)
        view.negotiations = NegotiationsView(state.negotiations)
        view.halts.restore(state.halts)
        view.fees = fees_of(state.fees)
        return view
