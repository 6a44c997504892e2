"""Register files in the engine, and products from admission to end."""

from __future__ import annotations

import msgspec
import pytest

from exchange.codec import terms_digest
from exchange.commands import PlaceOrder
from exchange.events import OrderClosed, TimeAdvanced, TransferAdvanced
from exchange.limits import REGISTER_ROWS_MAX
from exchange.refusals import Refusal
from exchange.register_commands import (
    CloseProduct,
    OpenProduct,
    PostRegister,
    ResumeProduct,
    SignOffProduct,
    SuspendProduct,
)
from exchange.register_events import (
    EncumbranceReleased,
    ProductAdvanced,
    RegisterPosted,
    UnitsEncumbered,
)
from exchange.types import OPERATOR_ID, CloseReason, PartyId, PartyKind
from matching import Side
from registry.calendar import day_in_shanghai, start_in_shanghai
from registry.posting import (
    AnyRow,
    Convey,
    Freeze,
    Hold,
    Pledge,
    Posting,
    Redeem,
    Release,
    Subscribe,
)
from registry.product import ProductState
from registry.transfer import Overlay
from registry.types import DayNumber, HolderId, LotId, ProductId, Units
from tests.exchange.register_files import holders_file, register_file
from tests.exchange.venue import START_NS, TERMS, Venue, kinds, the

BUY, SELL = Side.BUY, Side.SELL


@pytest.fixture
def venue() -> Venue:
    return Venue()


@pytest.fixture
def draft(venue: Venue) -> ProductId:
    """A product that its trust company has to sign off."""
    terms = msgspec.structs.replace(TERMS.transfer_terms, onboarding=True)
    return venue.lists(msgspec.structs.replace(TERMS, symbol="DRAFT", transfer_terms=terms))


def sign_off(venue: Venue, product_id: ProductId, *, by: PartyId | None = None) -> SignOffProduct:
    return SignOffProduct(
        actor=by or venue.trust_company,
        key=venue.key(),
        product_id=product_id,
        terms_digest=terms_digest(venue.state.products[product_id].terms),
    )


def opens(venue: Venue, product_id: ProductId, units: int) -> OpenProduct:
    return OpenProduct(
        actor=OPERATOR_ID,
        key=venue.key(),
        product_id=product_id,
        units_outstanding=Units(units),
    )


def opening(venue: Venue, product_id: ProductId, units: int) -> PostRegister:
    return holders_file(venue.key(), product_id, [(venue.seller, units)])


def test_a_product_that_must_be_signed_off_goes_its_way_to_the_market(
    venue: Venue, draft: ProductId
) -> None:
    def state() -> ProductState:
        return venue.state.products[draft].standing.state

    def order() -> PlaceOrder:
        return venue.order(venue.seller, SELL, 10, product_id=draft)

    assert state() is ProductState.DRAFT
    assert venue.refuses(opening(venue, draft, 100)) is Refusal.PRODUCT_NOT_IN_STATE
    assert venue.refuses(opens(venue, draft, 100)) is Refusal.TOTALS_DIFFER

    signed = the(ProductAdvanced, venue.does(sign_off(venue, draft)))
    assert (signed.state, signed.version) == (ProductState.SIGNED_OFF, 2)
    assert venue.refuses(opens(venue, draft, 100)) is Refusal.TOTALS_DIFFER  # nothing is posted yet
    assert venue.refuses(opens(venue, draft, 0)) is Refusal.QUANTITY_OUT_OF_RANGE

    venue.does(opening(venue, draft, 100))
    assert venue.refuses(order()) is Refusal.PRODUCT_NOT_LIVE
    assert venue.refuses(opens(venue, draft, 99)) is Refusal.TOTALS_DIFFER
    venue.does(opens(venue, draft, 100))

    assert state() is ProductState.LIVE
    venue.does(order())


def test_a_product_is_signed_off_by_its_own_trust_company_and_once(
    venue: Venue, draft: ProductId
) -> None:
    rival = venue.registers(PartyKind.TRUST_COMPANY)
    assert venue.refuses(sign_off(venue, draft, by=rival)) is Refusal.UNKNOWN_PRODUCT
    for actor in (OPERATOR_ID, venue.seller):
        assert venue.refuses(sign_off(venue, draft, by=actor)) is Refusal.NOT_PERMITTED
    venue.does(sign_off(venue, draft))
    assert venue.refuses(sign_off(venue, draft)) is Refusal.PRODUCT_NOT_IN_STATE


def test_a_file_is_the_operators_or_the_trust_companys_to_post(venue: Venue) -> None:
    rival = venue.registers(PartyKind.TRUST_COMPANY)

    def posts(actor: PartyId) -> PostRegister:
        return msgspec.structs.replace(venue.holding_of(venue.buyer, 10), actor=actor)

    assert venue.refuses(posts(rival)) is Refusal.UNKNOWN_PRODUCT
    for actor in (venue.seller, venue.buyer):
        assert venue.refuses(posts(actor)) is Refusal.NOT_PERMITTED
    venue.does(posts(venue.trust_company))
    venue.does(posts(OPERATOR_ID))
    assert venue.holding(venue.buyer) == (20, 0, 0)


def test_what_happened_at_the_counter_is_in_the_register(venue: Venue) -> None:
    (lot,) = venue.lots(venue.seller).values()
    assert lot.contract is not None
    rows = (
        Redeem(holder_id=HolderId(venue.seller), lot=lot.contract, units=1_000),
        Convey(
            holder_id=HolderId(venue.seller),
            lot=lot.contract,
            units=99_000,
            to_holder_id=HolderId(venue.other),
            to_contract="遗赠-1",
            cost=None,
            acquired_on=DayNumber(19_000),
        ),
    )
    file = register_file(venue.key(), venue.product_id, Posting.CHANGES, rows, total=99_000)

    posted = the(RegisterPosted, venue.does(file))

    (received,) = posted.lots
    assert received == venue.state.sequence * 1_000 + 1
    assert posted.principal_outstanding == 99_000 * 100
    assert venue.holding(venue.seller) == (0, 0, 0)
    assert venue.lots(venue.other)[LotId(received)].contract == "遗赠-1"
    venue.sells(99_000, by=venue.other)


def test_units_behind_an_order_or_a_transfer_are_not_free(venue: Venue) -> None:
    venue.sells(60_000)
    venue.buys(10_000)
    (lot,) = venue.lots(venue.seller).values()
    assert lot.contract is not None

    def redeems(units: int) -> PostRegister:
        row = Redeem(holder_id=HolderId(venue.seller), lot=lot.contract or "", units=units)
        total = 100_000 - units
        return register_file(venue.key(), venue.product_id, Posting.CHANGES, [row], total=total)

    assert venue.refuses(redeems(40_001)) is Refusal.UNITS_NOT_AVAILABLE
    venue.does(redeems(40_000))
    assert venue.holding(venue.seller) == (0, 50_000, 10_000)


def test_a_bought_lot_is_spoken_of_by_its_own_number(venue: Venue) -> None:
    venue.sells(500)
    venue.buys(500)
    (transfer_id,) = venue.pending()
    venue.does(venue.confirmation(transfer_id))
    row = Redeem(holder_id=HolderId(venue.buyer), lot=LotId(transfer_id), units=500)

    venue.does(register_file(venue.key(), venue.product_id, Posting.CHANGES, [row], total=99_500))

    assert venue.holding(venue.buyer) == (0, 0, 0)


def test_one_bad_row_among_a_thousand_refuses_all_of_them(venue: Venue) -> None:
    holdings = [(venue.buyer, 1)] * REGISTER_ROWS_MAX
    file = holders_file(venue.key(), venue.product_id, holdings, outstanding=100_000)
    first, last = file.rows[0], file.rows[-1]
    assert isinstance(first, Hold)
    bad = msgspec.structs.replace(last, contract=first.contract)

    def with_rows(*rows: AnyRow) -> PostRegister:
        return msgspec.structs.replace(file, key=venue.key(), rows=rows)

    assert venue.refuses(with_rows(*file.rows[:-1], bad)) is Refusal.LOTS_CONFLICT
    assert venue.refuses(with_rows(*file.rows, bad)) is Refusal.ROWS_OUT_OF_RANGE
    venue.does(file)


def test_a_suspended_product_takes_no_order_and_keeps_those_that_rest(venue: Venue) -> None:
    offer = venue.sells(100)
    venue.does(SuspendProduct(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id))

    assert venue.refuses(venue.order(venue.buyer, BUY, 10)) is Refusal.PRODUCT_NOT_LIVE
    replacement = venue.replacement(offer, 50, by=venue.seller)
    assert venue.refuses(replacement) is Refusal.PRODUCT_NOT_LIVE
    assert venue.depth(SELL) == [(10_000, 100, 1)]
    venue.records(venue.buyer, 10)  # the trust company's own business goes on

    venue.does(ResumeProduct(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id))
    venue.buys(100)
    assert len(venue.pending()) == 1


def test_transfers_of_a_suspended_product_go_on(venue: Venue) -> None:
    venue.sells(100)
    venue.buys(100)
    venue.does(SuspendProduct(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id))
    closing = CloseProduct(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id)
    assert venue.refuses(closing) is Refusal.PRODUCT_NOT_IN_STATE  # a transfer is open

    (transfer_id,) = venue.pending()
    venue.does(venue.confirmation(transfer_id))

    venue.does(msgspec.structs.replace(closing, key=venue.key()))
    assert venue.state.products[venue.product_id].standing.state is ProductState.CLOSED


def test_the_orders_of_a_closed_product_are_withdrawn_by_the_clock_some_at_a_time(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.engine.TIMERS_FIRED_PER_COMMAND_MAX", 2)
    best = venue.buys(10, 9_000)
    offer = venue.sells(100, expires_at_ns=venue.at_ns + 10**9)
    dear = venue.sells(100, 11_000)
    product_id = venue.product_id
    venue.does(SuspendProduct(actor=OPERATOR_ID, key=venue.key(), product_id=product_id))
    closed = venue.does(CloseProduct(actor=OPERATOR_ID, key=venue.key(), product_id=product_id))
    assert kinds(closed) == ["ProductAdvanced"]
    assert venue.state.next_due_ns() == venue.at_ns

    withdrawn = [event for event in venue.waits(0) if isinstance(event, OrderClosed)]
    assert [event.order_id for event in withdrawn] == [best, offer]
    assert {event.reason for event in withdrawn} == {CloseReason.WITHDRAWN_BY_VENUE}
    assert venue.account(venue.buyer) == (100_000_000, 0, 0)
    assert venue.holding(venue.seller) == (99_900, 100, 0)

    (last, told) = venue.waits(0)
    assert isinstance(last, OrderClosed)
    assert isinstance(told, TimeAdvanced)
    assert last.order_id == dear
    assert venue.state.next_due_ns() is None
    assert venue.refuses(venue.order(venue.buyer, BUY, 10)) is Refusal.PRODUCT_NOT_LIVE
    assert venue.refuses(venue.holding_of(venue.buyer, 10)) is Refusal.PRODUCT_NOT_IN_STATE


TODAY = day_in_shanghai(START_NS)
TOMORROW = DayNumber(TODAY + 1)


def test_an_opening_brings_its_pledges_and_freezes(venue: Venue, draft: ProductId) -> None:
    venue.does(sign_off(venue, draft))
    opened = opening(venue, draft, 100)
    (held,) = opened.rows
    assert isinstance(held, Hold)
    seller = held.holder_id
    rows = (
        held,
        Pledge(holder_id=seller, lot=held.contract, units=30),
        Freeze(holder_id=seller, lot=None, units=90, until_on=TODAY),
    )
    command = msgspec.structs.replace(opened, rows=rows)

    events = venue.does(command)

    posted, pledged, frozen = events
    assert isinstance(posted, RegisterPosted)
    assert isinstance(pledged, UnitsEncumbered)
    assert isinstance(frozen, UnitsEncumbered)
    assert (posted.rows, len(posted.lots)) == (3, 1)
    # Each has the number of its row, and the file is the document that says so.
    first = posted.lots[0]
    assert (pledged.encumbrance_id, frozen.encumbrance_id) == (first + 1, first + 2)
    assert pledged.authority == frozen.authority == command.file_sha256
    assert (pledged.lot_id, pledged.held, frozen.lot_id, frozen.held) == (first, 30, None, 90)
    holding = venue.state.register.holdings[draft, seller]
    assert (holding.available, holding.pledged, holding.frozen) == (0, 10, 90)
    venue.does(opens(venue, draft, 100))
    order = venue.order(venue.seller, SELL, 10, product_id=draft)
    assert venue.refuses(order) is Refusal.UNITS_NOT_AVAILABLE


def test_a_freeze_in_a_file_ends_orders_holds_transfers_and_ends_in_time() -> None:
    venue = Venue(units=100)
    venue.sells(40)
    venue.buys(40)
    listed = venue.sells(50)
    (lot_id,) = venue.lots(venue.seller)
    contract = venue.lots(venue.seller)[lot_id].contract
    row = Freeze(holder_id=HolderId(venue.seller), lot=contract, units=80, until_on=TODAY)

    events = venue.does(_changes(venue, row))

    closed = the(OrderClosed, events)
    assert (closed.order_id, closed.reason) == (listed, CloseReason.WITHDRAWN_BY_VENUE)
    assert the(TransferAdvanced, events).overlays == Overlay.COURT_FREEZE
    ended = the(EncumbranceReleased, venue.waits(start_in_shanghai(TOMORROW) - venue.at_ns))
    assert (ended.authority, ended.units) == (None, 80)


def test_a_file_releases_what_stands() -> None:
    venue = Venue(units=100)
    (lot,) = venue.lots(venue.seller).values()
    seller = HolderId(venue.seller)
    pledge = Pledge(holder_id=seller, lot=None, units=60)
    number = the(UnitsEncumbered, venue.does(_changes(venue, pledge))).encumbrance_id
    redeem = Redeem(holder_id=seller, lot=lot.contract or lot.lot_id, units=50)
    assert venue.refuses(_changes(venue, redeem, total=50)) is Refusal.UNITS_NOT_AVAILABLE
    release = Release(holder_id=seller, encumbrance_id=number)

    command = _changes(venue, release, redeem, total=50)
    released = the(EncumbranceReleased, venue.does(command))

    assert (released.encumbrance_id, released.authority) == (number, command.file_sha256)
    assert venue.holding(venue.seller) == (50, 0, 0)
    assert venue.refuses(_changes(venue, release, total=50)) is Refusal.UNKNOWN_ENCUMBRANCE


def test_what_waits_for_units_is_seen_before_the_file_is_posted() -> None:
    venue = Venue(units=100)
    buyer = HolderId(venue.buyer)
    venue.does(_changes(venue, Freeze(holder_id=buyer, lot=None, units=10, until_on=TODAY)))
    subscribed = Subscribe(
        holder_id=buyer, contract="新-1", units=10, principal=1, cost=1, acquired_on=TODAY
    )
    redeemed = Redeem(holder_id=buyer, lot="新-1", units=1)

    # The freeze takes hold of the new contract before the next row is read.
    refused = _changes(venue, subscribed, redeemed, total=109)
    assert venue.refuses(refused) is Refusal.UNITS_NOT_AVAILABLE


def test_what_a_file_encumbers_at_once_is_bounded_unless_it_is_one_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("exchange.register_posting.ENCUMBERED_PER_FILE_MAX", 3)
    venue = Venue(units=100)
    for _ in range(3):
        venue.sells(10)

    def freeze(holder_id: PartyId) -> Freeze:
        return Freeze(holder_id=HolderId(holder_id), lot=None, units=90, until_on=TODAY)

    seller, buyer = freeze(venue.seller), freeze(venue.buyer)
    # One lot and three orders of the seller's; the buyer has nothing.
    assert venue.refuses(_changes(venue, seller, buyer)) is Refusal.ROWS_OUT_OF_RANGE
    assert venue.refuses(_changes(venue, buyer, seller)) is Refusal.ROWS_OUT_OF_RANGE
    closed = venue.does(_changes(venue, seller))
    assert kinds(closed).count("OrderClosed") == 2
    pledge = Pledge(holder_id=HolderId(venue.seller), lot=None, units=1)
    venue.does(_changes(venue, buyer, seller))  # two orders fewer
    assert venue.refuses(_changes(venue, *[pledge] * 4)) is Refusal.ROWS_OUT_OF_RANGE


def _changes(venue: Venue, *rows: AnyRow, total: int = 100) -> PostRegister:
    return register_file(venue.key(), venue.product_id, Posting.CHANGES, rows, total=total)
