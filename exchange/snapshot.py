"""The whole state as bytes and back, and the digest that two states share exactly when they are
the same.

Canonical: everything in a stated order, resting orders in their priority, so that live, recovered
and re-executed states give the same bytes. What can be derived (indexes, counters of open orders,
timers) is not stored but rebuilt.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from exchange.calendar_state import CalendarImage
from exchange.cases import index_cases
from exchange.cash import ACCOUNT_FIELDS, Account, AccountImage
from exchange.client_state import ClientImage
from exchange.commands import CreateProduct
from exchange.desk_state import DeskImage
from exchange.evidence_state import EvidenceLink
from exchange.fee_state import FeesImage, fees_of
from exchange.halt_state import HaltsImage
from exchange.modes.call_state import CallAuction
from exchange.modes.notice_state import ComingMode
from exchange.modes.types import MarketMode, ModeTerms
from exchange.money_state import Money, MoneyImage
from exchange.negotiation_state import Negotiation
from exchange.pair_keeping import open_way
from exchange.price_types import AccruedIncome, PriceFacts
from exchange.rules_following import restore_book
from exchange.rules_state import RulesImage
from exchange.slot_keeping import SlotsImage, image_of, restore_holders, restore_moves
from exchange.state import MoneyLeg, Order, Party, Product, State
from exchange.types import Fen, OrderStatus, PartyId, PartyKind, Sequence, VenueProfile
from matching import (
    OrderId,
    Phase,
    Price,
    Quantity,
    Side,
    SizeTerms,
    TimeInForce,
)
from registry.encumbrance import Encumbrance, EncumbranceKind
from registry.lots import Lot
from registry.product import ProductState, Standing
from registry.transfer import Overlay, Transfer, TransferState, Who
from registry.types import (
    DayNumber,
    Draw,
    EncumbranceId,
    HolderId,
    LotId,
    ProductId,
    TimeNs,
    TransferId,
    Units,
)

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

SNAPSHOT_VERSION: Final = 45

Key = TypeVar("Key", bound="SupportsRichComparison")
Value = TypeVar("Value")


class _OrderImage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    order_id: OrderId
    party_id: PartyId
    product_id: ProductId
    client_order_id: str
    side: Side
    price: Price
    quantity: Quantity
    open_quantity: int
    filled_quantity: int
    filled_value: int
    consideration: int
    accrued: int
    accrued_rest: int
    fee_venue: int
    fee_trust_company: int
    reserved: int
    time_in_force: TimeInForce
    post_only: bool
    expires_at_ns: TimeNs | None
    status: OrderStatus
    version: int
    placed_at_ns: TimeNs
    changed_at_ns: TimeNs
    keys: list[bytes]
    size_terms: SizeTerms | None
    lots: tuple[LotId, ...]
    draws: tuple[Draw, ...]
    counterparty_class: int


class _TransferImage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    transfer_id: TransferId
    product_id: ProductId
    seller_id: HolderId
    buyer_id: HolderId
    units: Units
    state: TransferState
    version: int
    sources: tuple[Draw, ...]
    mature_ns: TimeNs | None
    due_ns: TimeNs | None
    decision_ns: TimeNs | None
    notice_ns: TimeNs | None
    notices: int
    claim_ns: TimeNs | None
    overlay_ns: TimeNs | None
    overlay_days_left: int | None
    paused_at_ns: TimeNs | None
    overlays: Overlay
    rescindable: bool
    rescind_until_ns: TimeNs | None
    disputed_by: Who
    signed: Who
    consented: Who
    documents_overdue: bool
    returns: int
    returned_to: Who
    decision_days_left: int | None
    registration_due_ns: TimeNs | None
    waived: tuple[HolderId, ...]
    preempts: TransferId | None
    trade_number: int
    buy_order_id: OrderId | None
    sell_order_id: OrderId
    trust_company_id: PartyId
    price: Price
    consideration: Fen
    buyer_fee_venue: Fen
    buyer_fee_trust_company: Fen
    seller_fee_venue: Fen
    seller_fee_trust_company: Fen
    paid: Fen
    matched_at_ns: TimeNs
    submitted_at_ns: TimeNs | None
    answered_at_ns: TimeNs | None
    decided_at_ns: TimeNs | None
    decided_sequence: Sequence | None
    officer: str | None
    return_reason: int | None
    cost_moved: int | None
    accrued: AccruedIncome | None


LEG_FIELDS: Final = [
    name for name in MoneyLeg.__struct_fields__ if name in _TransferImage.__struct_fields__
]
"""What there is to say of the money side before a transfer has failed or is registered."""


class _LotImage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    lot_id: LotId
    product_id: ProductId
    holder_id: HolderId
    contract: str | None
    acquired_on: DayNumber
    units: int
    principal: int
    cost: int
    reserved: int
    locked: int
    pledged: int
    frozen: int


class _EncumbranceImage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    encumbrance_id: EncumbranceId
    kind: EncumbranceKind
    product_id: ProductId
    holder_id: HolderId
    lot_id: LotId | None
    units: int
    authority: bytes
    placed_at_ns: TimeNs
    until_on: DayNumber | None
    ends_ns: TimeNs | None
    draws: tuple[Draw, ...]


class _ProductImage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    product_id: ProductId
    terms: CreateProduct
    state: ProductState
    version: int
    closed_at_ns: TimeNs | None
    mode: MarketMode
    mode_terms: ModeTerms | None
    mode_version: int
    auction: CallAuction | None
    trades: int
    last_price: Price | None
    units_outstanding: int
    principal_outstanding: int
    resting: list[OrderId]  # in the order in which they came to rest
    facts: PriceFacts
    slots: SlotsImage | None


class _StateImage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    version: int
    sequence: Sequence
    at_ns: TimeNs
    profile: VenueProfile | None
    approval_ref: str | None
    fees: FeesImage
    calendars: CalendarImage
    four_eyes: bool
    gap: tuple[TimeNs, TimeNs] | None
    parties: list[tuple[PartyId, PartyKind]]
    accounts: list[AccountImage]
    cash: tuple[int, int, int]
    money: MoneyImage
    products: list[_ProductImage]
    orders: list[_OrderImage]
    lots: list[_LotImage]
    encumbrances: list[_EncumbranceImage]
    marking: list[tuple[ProductId, HolderId]]
    transfers: list[_TransferImage]
    desk: DeskImage
    register_files: list[tuple[bytes, Sequence]]
    keys: list[tuple[bytes, Sequence]]
    retired: list[tuple[TimeNs, bytes]]
    evidence: list[EvidenceLink]
    clients: ClientImage
    negotiations: list[Negotiation]
    rules: RulesImage
    halts: HaltsImage
    coming_modes: list[ComingMode]


class _Beginning(msgspec.Struct, array_like=True, frozen=True):
    version: int


_decoder = msgspec.msgpack.Decoder(_StateImage)
_beginnings = msgspec.msgpack.Decoder(_Beginning)


def encode_state(state: State) -> bytes:
    """The state's canonical bytes. Cost: O(state), some 0.5 s for a million orders."""
    return msgspec.msgpack.encode(_image(state))


def digest(state: State) -> bytes:
    """SHA-256 of the state's canonical bytes."""
    return sha256(encode_state(state)).digest()


def is_of_another_version(data: bytes) -> bool:
    """Whether these bytes are a snapshot that another version of the program made: the journal says
    the same. Cost: O(state), some 0.1 s for a million orders."""
    try:
        return _beginnings.decode(data).version != SNAPSHOT_VERSION
    except msgspec.MsgspecError:
        return False


def decode_state(data: bytes) -> State:
    """The state of these bytes, with nothing touched.

    Raises:
        msgspec.MsgspecError: the bytes are no snapshot.
        ValueError: they are one of another version.
    """
    image = _decoder.decode(data)
    if image.version != SNAPSHOT_VERSION:
        raise ValueError(f"snapshot of version {image.version}, not {SNAPSHOT_VERSION}")
    state = State()
    state.sequence, state.at_ns = image.sequence, image.at_ns
    state.profile, state.approval_ref = image.profile, image.approval_ref
    state.fees = fees_of(image.fees)
    state.calendars = state.days.restore(image.calendars)
    state.four_eyes, state.gap = image.four_eyes, image.gap
    for party_id, kind in image.parties:
        state.parties[party_id] = Party(party_id, kind)
    state.restore_clients(image.clients)
    _restore_money(state, image)
    for lot_image in image.lots:
        state.register.restore_lot(Lot(**msgspec.structs.asdict(lot_image)))
    for encumbrance_image in image.encumbrances:
        encumbrance = Encumbrance(**msgspec.structs.asdict(encumbrance_image))
        state.register.encumbrances.add(encumbrance)
    state.register.encumbrances.marking = dict.fromkeys(image.marking)
    for order_image in image.orders:
        state.add_order(_order(order_image))
    state.rules.restore(image.rules)
    for product_image in image.products:
        _restore_product(state, product_image)
    _restore_aside(state)
    _restore_transfers(state, image)
    state.desk.restore(image.desk)
    index_cases(state)
    state.register_files.known.update(image.register_files)
    for key, sequence in image.keys:
        state.keys.remember(key, sequence)
    for until_ns, key in image.retired:
        state.keys.restore_retired(key, until_ns)
    for link in image.evidence:
        state.evidence.add(link)
    for negotiation in image.negotiations:
        closed_at_ns = state.products[negotiation.product_id].closed_at_ns
        state.negotiations.restore(negotiation, closed_at_ns=closed_at_ns)
    state.halts.restore(image.halts)
    for coming in image.coming_modes:
        state.coming_modes.announce(coming)
    state.next_due_ns()
    return state


def _image(state: State) -> _StateImage:
    register = state.register
    return _StateImage(
        version=SNAPSHOT_VERSION,
        sequence=state.sequence,
        at_ns=state.at_ns,
        profile=state.profile,
        approval_ref=state.approval_ref,
        fees=state.fees.image(),
        calendars=state.days.image(state.calendars),
        four_eyes=state.four_eyes,
        gap=state.gap,
        parties=[(party_id, party.kind) for party_id, party in _sorted(state.parties)],
        accounts=[
            _account_image(party_id, account) for party_id, account in _sorted(state.cash.accounts)
        ],
        cash=(state.cash.paid_in, state.cash.paid_out, state.cash.suspense),
        money=state.money.image(),
        products=[_product_image(state, product) for _, product in _sorted(state.products)],
        orders=[_order_image(order) for _, order in _sorted(state.orders)],
        lots=[
            _lot_image(lot)
            for _, holding in _sorted(register.holdings)
            for _, lot in _sorted(holding.lots)
        ],
        encumbrances=[
            _encumbrance_image(encumbrance)
            for _, encumbrance in _sorted(register.encumbrances.by_id)
        ],
        marking=list(register.encumbrances.marking),
        transfers=[
            _transfer_image(transfer, state.leg_of(transfer))
            for _, transfer in _sorted({**register.transfers, **register.unregistered})
        ],
        desk=state.desk.image(),
        register_files=list(state.register_files.known.items()),
        keys=_sorted(state.keys.entries),
        retired=state.keys.retired(),
        evidence=[link for _, link in _sorted(state.evidence.links)],
        clients=state.clients.image(),
        negotiations=list(state.negotiations.by_id.values()),
        rules=state.rules.image(),
        halts=state.halts.image(),
        coming_modes=state.coming_modes.image(),
    )


def _account_image(party_id: PartyId, account: Account) -> AccountImage:
    return AccountImage(party_id, *(getattr(account, name) for name in ACCOUNT_FIELDS))


def _sorted(items: Mapping[Key, Value]) -> list[tuple[Key, Value]]:
    return [(key, items[key]) for key in sorted(items)]


def _product_image(state: State, product: Product) -> _ProductImage:
    slots = state.slots.get(product.product_id)
    return _ProductImage(
        product_id=product.product_id,
        terms=product.terms,
        state=product.standing.state,
        version=product.standing.version,
        closed_at_ns=product.closed_at_ns,
        mode=product.mode,
        mode_terms=product.mode_terms,
        mode_version=product.mode_version,
        auction=product.auction,
        trades=product.trades,
        last_price=product.last_price,
        units_outstanding=state.register.units_outstanding[product.product_id],
        principal_outstanding=state.register.principal_outstanding[product.product_id],
        resting=[order.order_id for order in product.book.orders_by_age()],
        facts=product.facts,
        slots=None if slots is None else image_of(slots),
    )


def _lot_image(lot: Lot) -> _LotImage:
    return _LotImage(*(getattr(lot, name) for name in _LotImage.__struct_fields__))


def _encumbrance_image(encumbrance: Encumbrance) -> _EncumbranceImage:
    fields = _EncumbranceImage.__struct_fields__
    return _EncumbranceImage(*(getattr(encumbrance, name) for name in fields))


def _order_image(order: Order) -> _OrderImage:
    return _OrderImage(*(getattr(order, name) for name in _OrderImage.__struct_fields__))


def _order(image: _OrderImage) -> Order:
    return Order(**{name: getattr(image, name) for name in _OrderImage.__struct_fields__})


def _transfer_image(transfer: Transfer, leg: MoneyLeg) -> _TransferImage:
    title = {name: getattr(transfer, name) for name in Transfer.__struct_fields__}
    money = {name: getattr(leg, name) for name in LEG_FIELDS}
    return _TransferImage(**title, **money)


def _restore_money(state: State, image: _StateImage) -> None:
    cash = state.cash
    for account in image.accounts:
        amounts = {name: getattr(account, name) for name in ACCOUNT_FIELDS}
        cash.accounts[account.party_id] = Account(**amounts)
    cash.paid_in, cash.paid_out, cash.suspense = image.cash
    state.money = Money.from_image(image.money)
    for withdrawal in state.money.withdrawals.values():
        if withdrawal.party_id is not None:
            state.parties[withdrawal.party_id].withdrawals_open += 1


def _restore_product(state: State, image: _ProductImage) -> None:
    product = Product(image.product_id, image.terms, trades=image.trades)
    product.standing = Standing(state=image.state, version=image.version)
    product.closed_at_ns = image.closed_at_ns
    product.mode, product.mode_terms = image.mode, image.mode_terms
    product.mode_version = image.mode_version
    product.auction, product.last_price = image.auction, image.last_price
    product.facts = image.facts
    phase = Phase.CONTINUOUS if image.auction is None else Phase.AUCTION
    state.add_product(product)
    if image.slots is not None:
        slots = restore_holders(state, product.product_id, image.slots)
        state.slots[product.product_id] = slots
    restore_book(state, product, image.resting, phase)
    state.register.units_outstanding[product.product_id] = image.units_outstanding
    state.register.principal_outstanding[product.product_id] = image.principal_outstanding


def _restore_aside(state: State) -> None:
    """What is open and rests in no book stands beside it."""
    for order_id, order in state.orders.items():
        product = state.products[order.product_id]
        if product.book.order(order_id) is None:
            product.aside[order_id] = order


def _restore_transfers(state: State, image: _StateImage) -> None:
    for transfer_image in image.transfers:
        _restore_transfer(state, transfer_image)
    for product_image in image.products:
        if product_image.slots is not None:
            restore_moves(state, state.slots[product_image.product_id], product_image.slots)


def _restore_transfer(state: State, image: _TransferImage) -> None:
    title = {name: getattr(image, name) for name in Transfer.__struct_fields__}
    transfer = Transfer(**title)
    state.register.restore_transfer(transfer)
    leg = MoneyLeg(**{name: getattr(image, name) for name in LEG_FIELDS})
    if transfer.registration_due_ns is not None:
        state.settled_legs[transfer.transfer_id] = leg
    else:
        state.money_legs[transfer.transfer_id] = leg
        state.count_transfer(transfer, 1)
        open_way(state, transfer)
