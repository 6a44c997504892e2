"""One refusal, one row, in order of precedence; and staircases: each step is one fault less."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from exchange.commands import (
    AnyCommand,
    CreateProduct,
    OpenVenue,
    RecordDeposit,
    RegisterParty,
)
from exchange.decision_signature import DecisionSignature
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.refusals import Refusal
from exchange.register_commands import PostRegister, ResumeProduct, SignOffProduct
from exchange.types import OPERATOR_ID, Fen, PartyId, PartyKind, VenueProfile
from matching import OrderId, Side, TimeInForce
from registry.posting import AnyRow, LotName, Posting, Redeem, Subscribe
from registry.transfer import Who
from registry.types import DayNumber, HolderId, ProductId, TransferId
from tests.exchange.papers import fault, of_product
from tests.exchange.register_files import holders_file, register_file
from tests.exchange.rules.market import REFUSALS as REFUSALS_OF_RULES
from tests.exchange.steps import Steps
from tests.exchange.test_call_auction import ROWS as REFUSALS_OF_AUCTIONS
from tests.exchange.test_clients import ROWS as REFUSALS_OF_CLIENTS
from tests.exchange.test_desk_refusals import ROWS as REFUSALS_OF_OFFICERS
from tests.exchange.test_exceptions import ROWS as REFUSALS_OF_EXCEPTIONS
from tests.exchange.test_halts import ROWS as REFUSALS_OF_HALTS
from tests.exchange.test_market_modes import ROWS as REFUSALS_OF_MODES
from tests.exchange.test_money_refusals import ROWS as REFUSALS_OF_THE_BANK
from tests.exchange.test_negotiation_refusals import ROWS as REFUSALS_BETWEEN_PARTIES
from tests.exchange.test_price_desk import ROWS as REFUSALS_OF_PRICES
from tests.exchange.test_review import ROWS as REFUSALS_UNDER_REVIEW
from tests.exchange.venue import DAY_NS, NOBODY, NOWHERE, START_NS, TERMS, Venue

BUY, SELL = Side.BUY, Side.SELL
IOC, FOK = TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.FILL_OR_KILL

GIVEN_ELSEWHERE = {
    Refusal.IDEMPOTENCY_KEY_REUSED,  # by the sequencer, before anything is journaled
    *(Refusal.TRANSFER_NOT_PENDING, Refusal.ORDER_NOT_OPEN),  # by the edge: SQL knows what ended
    *REFUSALS_OF_THE_BANK,  # test_money_refusals.py
    *(Refusal.UNKNOWN_ENCUMBRANCE, Refusal.ENCUMBRANCES_MAX),  # test_encumbrances.py
    *(*REFUSALS_OF_OFFICERS, *REFUSALS_UNDER_REVIEW),  # test_desk_refusals.py, test_review.py
    *(*REFUSALS_OF_EXCEPTIONS, *REFUSALS_OF_CLIENTS),  # test_exceptions.py, test_clients.py
    *(*REFUSALS_OF_MODES, *REFUSALS_OF_AUCTIONS),  # test_market_modes.py, test_call_auction.py
    *REFUSALS_OF_RULES,  # rules/test_rules_desk.py, rules/test_judging.py
    *(Refusal.DOCUMENTS_MISSING, Refusal.HOLDER_SLOTS, Refusal.TURNAROUND),  # of documents, slots
    *(*REFUSALS_OF_PRICES, *REFUSALS_OF_HALTS),  # test_price_desk.py, test_halts.py
    *(Refusal.FEE_DAY_OUT_OF_RANGE, Refusal.FEE_SCHEDULES_MAX),  # test_fee_schedules.py
    *(Refusal.MODE_DAY_OUT_OF_RANGE, Refusal.MODE_NOT_ANNOUNCED),  # test_mode_notice.py
    *REFUSALS_BETWEEN_PARTIES,  # test_negotiation_refusals.py
    *(Refusal.CALENDAR_OUT_OF_RANGE, Refusal.CALENDAR_DAY_PAST),  # test_calendars.py
}


@pytest.fixture
def venue() -> Venue:
    """A seller, two buyers, and one offer of 100 at 1.0000."""
    venue = Venue()
    venue.sells(100)
    return venue


def by_trust_company(venue: Venue) -> AnyCommand:
    return venue.order(venue.trust_company, BUY, 10)


def for_nobody(venue: Venue) -> AnyCommand:
    return venue.deposit(NOBODY, 1)


def of_no_product(venue: Venue) -> AnyCommand:
    return venue.order(venue.buyer, BUY, 10, product_id=ProductId(NOWHERE))


def of_somebody_else(venue: Venue) -> AnyCommand:
    (order_id,) = venue.state.orders
    return venue.cancellation(order_id, by=venue.buyer)


def by_another_trust_company(venue: Venue) -> AnyCommand:
    rival = venue.registers(PartyKind.TRUST_COMPANY)
    venue.buys(10)
    return venue.confirmation(venue.pending()[0], by=rival)


def open_again(venue: Venue) -> AnyCommand:
    return OpenVenue(
        actor=OPERATOR_ID,
        key=venue.key(),
        profile=VenueProfile.SANDBOX,
        fee_schedule=DEFAULT_FEE_SCHEDULE,
        calendars=(),
    )


def on_an_old_version(venue: Venue) -> AnyCommand:
    venue.buys(10)
    return venue.rejection(venue.pending()[0], version=1)


def signed_by_nobody(venue: Venue) -> AnyCommand:
    venue.buys(10)
    signature = DecisionSignature(key_id="card", signature=bytes(64))
    return msgspec.structs.replace(venue.confirmation(venue.pending()[0]), signature=signature)


def too_risky(venue: Venue) -> AnyCommand:
    return msgspec.structs.replace(TERMS, symbol="BOREAS", key=venue.key(), risk_level=6)


def on_no_calendar(venue: Venue) -> AnyCommand:
    return other_terms(venue, calendar_id="NONE")


def other_terms(venue: Venue, **changes: Any) -> AnyCommand:
    terms = msgspec.structs.replace(TERMS.transfer_terms, **changes)
    return msgspec.structs.replace(TERMS, symbol="BOREAS", key=venue.key(), transfer_terms=terms)


def confirmed_twice(venue: Venue) -> AnyCommand:
    venue.does(other_terms(venue, cut_off_minute=0))
    product_id = ProductId(venue.state.sequence)
    venue.does(venue.holding_of(venue.seller, 10, product_id=product_id))
    venue.does(venue.order(venue.seller, SELL, 10, product_id=product_id))
    venue.does(venue.order(venue.buyer, BUY, 10, product_id=product_id))
    (transfer_id,) = venue.pending()
    venue.does(venue.confirmation(transfer_id))
    return venue.confirmation(transfer_id, version=3)


def account_to_the_brim(venue: Venue) -> AnyCommand:
    venue.does_all(venue.deposit(venue.seller, 10**14) for _ in range(1_000))
    return venue.deposit(venue.seller, 1)


def thousand_orders(venue: Venue) -> AnyCommand:
    venue.does_all(venue.order(venue.buyer, BUY, 10, 9_000) for _ in range(1_000))
    return venue.order(venue.buyer, BUY, 10, 9_000)


def five_hundred_and_one_offers(venue: Venue) -> AnyCommand:
    venue.does_all(venue.order(venue.seller, SELL, 10) for _ in range(501))
    return venue.order(venue.buyer, BUY, 100 + 5_010)


def after_a_match(venue: Venue) -> AnyCommand:
    venue.buys(10)
    return venue.order(venue.buyer, BUY, 10, 9_000)


def one_document_too_many(venue: Venue) -> AnyCommand:
    venue.does_all(of_product(venue) for _ in range(100))
    return of_product(venue)


def from_the_buyers_lot(venue: Venue) -> AnyCommand:
    venue.records(venue.buyer, 100)
    (lot_id,) = venue.lots(venue.buyer)
    return venue.from_lots(venue.order(venue.seller, SELL, 10), lot_id)


def posts(
    venue: Venue, *rows: AnyRow, more: int = 0, kind: Posting = Posting.CHANGES
) -> PostRegister:
    """A file that adds so many units to the 100,000 that there are."""
    return register_file(venue.key(), venue.product_id, kind, rows, total=100_000 + more)


def subscribed(venue: Venue, **changes: Any) -> Subscribe:
    """A row that is right, but for the changes."""
    row = Subscribe(
        holder_id=HolderId(venue.buyer),
        contract="C-1",
        units=10,
        principal=1_000,
        cost=1_000,
        acquired_on=DayNumber(19_000),
    )
    return msgspec.structs.replace(row, **changes)


def redeemed(venue: Venue, lot: LotName) -> Redeem:
    return Redeem(holder_id=HolderId(venue.buyer), lot=lot, units=10)


def the_sellers_lot(venue: Venue) -> LotName:
    (lot,) = venue.lots(venue.seller).values()
    assert lot.contract is not None
    return lot.contract


def drafted(venue: Venue) -> ProductId:
    terms = msgspec.structs.replace(TERMS.transfer_terms, onboarding=True)
    return venue.lists(msgspec.structs.replace(TERMS, symbol="DRAFT", transfer_terms=terms))


def signed_off_unread(venue: Venue) -> AnyCommand:
    product_id = drafted(venue)
    return SignOffProduct(
        actor=venue.trust_company, key=venue.key(), product_id=product_id, terms_digest=bytes(32)
    )


def for_a_draft(venue: Venue) -> AnyCommand:
    return venue.order(venue.buyer, BUY, 10, product_id=drafted(venue))


def resumed(venue: Venue) -> AnyCommand:
    return ResumeProduct(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id)


def a_known_file(venue: Venue) -> AnyCommand:
    first = posts(venue, subscribed(venue), more=10)
    venue.does(first)
    return msgspec.structs.replace(first, key=venue.key())


def a_second_opening(venue: Venue) -> AnyCommand:
    (row,) = holders_file(venue.key(), venue.product_id, [(venue.buyer, 10)]).rows
    return posts(venue, row, more=10, kind=Posting.OPENING)


def pending(venue: Venue) -> Steps:
    venue.buys(10)
    (transfer_id,) = venue.pending()
    return Steps(venue, transfer_id)


def held(venue: Venue) -> AnyCommand:
    steps = pending(venue)
    venue.does(steps.hold())
    return venue.confirmation(steps.transfer_id, version=steps.version)


ROWS: dict[Refusal, Callable[[Venue], AnyCommand]] = {
    Refusal.NOT_PERMITTED: by_trust_company,
    Refusal.UNKNOWN_PARTY: for_nobody,
    Refusal.UNKNOWN_PRODUCT: of_no_product,
    Refusal.UNKNOWN_ORDER: of_somebody_else,
    Refusal.UNKNOWN_TRANSFER: by_another_trust_company,
    Refusal.VENUE_ALREADY_OPEN: open_again,
    Refusal.UNKNOWN_LOT: lambda venue: posts(venue, redeemed(venue, "none")),
    Refusal.UNKNOWN_EVIDENCE: fault,
    Refusal.UNKNOWN_CALENDAR: on_no_calendar,
    Refusal.PRICE_OUT_OF_RANGE: lambda venue: venue.order(venue.buyer, BUY, 10, 0),
    Refusal.PRICE_OFF_TICK: lambda venue: venue.order(venue.buyer, BUY, 10, 9_999),
    Refusal.QUANTITY_OUT_OF_RANGE: lambda venue: venue.order(venue.buyer, BUY, 0),
    Refusal.QUANTITY_OFF_LOT: lambda venue: venue.order(venue.buyer, BUY, 15),
    Refusal.ORDER_VALUE_OUT_OF_RANGE: lambda venue: venue.order(venue.buyer, BUY, 10**10 + 10),
    Refusal.EXPIRY_OUT_OF_RANGE: lambda venue: venue.order(
        venue.buyer, BUY, 10, 9_000, expires_at_ns=START_NS
    ),
    Refusal.TIME_IN_FORCE_CONFLICT: lambda venue: venue.order(
        venue.buyer, BUY, 10, time_in_force=IOC, post_only=True
    ),
    Refusal.TERMS_OUT_OF_RANGE: too_risky,
    Refusal.AMOUNT_OUT_OF_RANGE: lambda venue: venue.deposit(venue.buyer, 0),
    Refusal.SIZE_TERMS_CONFLICT: lambda venue: venue.constrained(
        venue.order(venue.seller, SELL, 100), minimum_quantity=110
    ),
    Refusal.LOTS_CONFLICT: from_the_buyers_lot,
    Refusal.ROWS_OUT_OF_RANGE: posts,
    Refusal.DATES_OUT_OF_RANGE: lambda venue: posts(
        venue, subscribed(venue, acquired_on=DayNumber(START_NS // DAY_NS + 2))
    ),
    Refusal.TOTALS_DIFFER: lambda venue: posts(venue, subscribed(venue), more=11),
    Refusal.RETURN_OUT_OF_RANGE: lambda venue: pending(venue).send_back(Who.OPERATOR),
    Refusal.SIGNATURE_MISSING: signed_by_nobody,
    Refusal.TRANSFER_VERSION_STALE: on_an_old_version,
    Refusal.SYMBOL_TAKEN: lambda venue: msgspec.structs.replace(TERMS, key=venue.key()),
    Refusal.UNITS_EXCEED_ISSUE: lambda venue: venue.holding_of(venue.buyer, 900_001),
    Refusal.TRANSFER_NOT_IN_STATE: confirmed_twice,
    Refusal.TRANSFER_HELD: held,
    Refusal.CRITERIA_STALE: signed_off_unread,
    Refusal.RETURNS_MAX: lambda venue: pending(venue).send_back(),
    Refusal.NOT_RESCINDABLE: lambda venue: pending(venue).rescind(),
    Refusal.ALREADY_DONE: lambda venue: pending(venue).let_go(),
    Refusal.PRODUCT_NOT_LIVE: for_a_draft,
    Refusal.PRODUCT_NOT_IN_STATE: resumed,
    Refusal.FILE_ALREADY_IMPORTED: a_known_file,
    Refusal.REGISTER_NOT_EMPTY: a_second_opening,
    Refusal.LOT_NOT_HELD: lambda venue: posts(venue, redeemed(venue, the_sellers_lot(venue))),
    Refusal.SELF_TRADE: lambda venue: venue.order(venue.seller, BUY, 10),
    Refusal.ORDERS_OPEN_MAX: thousand_orders,
    Refusal.BOOK_FULL: lambda venue: venue.order(venue.buyer, BUY, 10, 9_000),
    Refusal.UNITS_NOT_AVAILABLE: lambda venue: venue.order(venue.seller, SELL, 99_910, 11_000),
    Refusal.MONEY_NOT_AVAILABLE: lambda venue: venue.order(venue.buyer, BUY, 1_000_010),
    Refusal.ACCOUNT_FULL: account_to_the_brim,
    Refusal.TRANSFERS_OPEN_MAX: after_a_match,
    Refusal.LOTS_MAX: lambda venue: venue.order(venue.seller, SELL, 99_910, 11_000),
    Refusal.EVIDENCE_MAX: one_document_too_many,
    Refusal.FILLS_MAX: five_hundred_and_one_offers,
    Refusal.POST_ONLY_WOULD_CROSS: lambda venue: venue.order(venue.buyer, BUY, 10, post_only=True),
    Refusal.FILL_OR_KILL_UNFILLABLE: lambda venue: venue.order(
        venue.buyer, BUY, 110, time_in_force=FOK
    ),
}
"""The least that each refusal takes."""


def test_every_refusal_of_the_engine_has_a_row_in_order_of_precedence() -> None:
    assert list(ROWS) == sorted(ROWS)
    assert set(ROWS) | GIVEN_ELSEWHERE == set(Refusal)


@pytest.mark.parametrize("refusal", ROWS)
def test_a_refusal_is_given_and_nothing_else_changes(
    venue: Venue, refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    if refusal is Refusal.BOOK_FULL:
        # A book of 200,000 orders takes seconds to fill.
        monkeypatch.setattr("exchange.eligibility.ORDERS_OPEN_PER_PRODUCT_MAX", 1)
    if refusal is Refusal.TRANSFERS_OPEN_MAX:
        monkeypatch.setattr("exchange.eligibility.TRANSFERS_OPEN_PER_PARTY_MAX", 1)
    if refusal is Refusal.LOTS_MAX:
        venue.records(venue.seller, 10)
        monkeypatch.setattr("exchange.eligibility.LOTS_PER_ORDER_MAX", 1)
    assert venue.refuses(ROWS[refusal](venue)) is refusal


def test_a_new_order_is_told_the_first_refusal_that_applies(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limits(**values: int) -> None:
        for name, value in values.items():
            monkeypatch.setattr(f"exchange.eligibility.{name.upper()}", value)

    nowhere = ProductId(NOWHERE)
    poor = venue.registers(PartyKind.INSTITUTION)
    venue.deposits(poor, 10_000)
    venue.buys(10, 9_000, by=poor)
    venue.sells(100)
    limits(orders_open_per_party_max=1, orders_open_per_product_max=1, fills_per_command_max=1)
    late_ns, good_ns = START_NS + 30 * DAY_NS + 1, START_NS + 30 * DAY_NS
    order = venue.order
    fault: dict[str, Any] = {
        "time_in_force": IOC,
        "post_only": True,
        "expires_at_ns": late_ns,
    }
    says = venue.refuses
    company, seller = venue.trust_company, venue.seller
    assert [
        says(order(company, BUY, -5, 10**9 + 1, product_id=nowhere, **fault)),
        says(order(seller, BUY, -5, 10**9 + 1, product_id=nowhere, **fault)),
        says(order(seller, BUY, -5, 10**9 + 1, **fault)),
        says(order(seller, BUY, -5, 10_001, **fault)),
        says(order(seller, BUY, -5, **fault)),
        says(order(seller, BUY, 10**15 - 5, **fault)),
        says(order(seller, BUY, 10**15, **fault)),
        says(order(seller, BUY, 10_000, **fault)),
        says(order(seller, BUY, 10_000, **(fault | {"expires_at_ns": good_ns}))),
        says(order(seller, BUY, 10_000, time_in_force=FOK)),
        says(order(poor, BUY, 10_000, time_in_force=FOK)),
    ] == [
        Refusal.NOT_PERMITTED,
        Refusal.UNKNOWN_PRODUCT,
        Refusal.PRICE_OUT_OF_RANGE,
        Refusal.PRICE_OFF_TICK,
        Refusal.QUANTITY_OUT_OF_RANGE,
        Refusal.QUANTITY_OFF_LOT,
        Refusal.ORDER_VALUE_OUT_OF_RANGE,
        Refusal.EXPIRY_OUT_OF_RANGE,
        Refusal.TIME_IN_FORCE_CONFLICT,
        Refusal.SELF_TRADE,
        Refusal.ORDERS_OPEN_MAX,
    ]
    limits(orders_open_per_party_max=2)
    assert says(order(poor, BUY, 10_000, time_in_force=FOK)) is Refusal.BOOK_FULL
    limits(orders_open_per_product_max=4)
    assert says(order(poor, BUY, 10_000, time_in_force=FOK)) is Refusal.MONEY_NOT_AVAILABLE
    assert says(order(venue.buyer, SELL, 10, 9_000, post_only=True)) is Refusal.UNITS_NOT_AVAILABLE
    assert says(order(venue.buyer, BUY, 10_000, time_in_force=FOK)) is Refusal.FILLS_MAX
    assert says(order(venue.buyer, BUY, 10_000, post_only=True)) is Refusal.POST_ONLY_WOULD_CROSS
    limits(fills_per_command_max=2)
    assert says(order(venue.buyer, BUY, 210, time_in_force=FOK)) is Refusal.FILL_OR_KILL_UNFILLABLE
    venue.does(order(venue.buyer, BUY, 200, time_in_force=FOK))


def test_a_replacement_is_told_the_first_refusal_that_applies(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.eligibility.FILLS_PER_COMMAND_MAX", 1)
    venue.records(venue.buyer, 100)
    venue.sells(100, 11_000, by=venue.buyer)
    venue.sells(10, 10_000)
    bid = venue.buys(10, 9_000)
    passive = venue.order(venue.buyer, BUY, 10, 9_000, post_only=True)
    venue.does(passive)
    post_only_bid = OrderId(venue.state.sequence)

    def says(order_id: OrderId, quantity: int, price: int, by: PartyId = venue.buyer) -> Refusal:
        return venue.refuses(venue.replacement(order_id, quantity, price, by=by))

    assert [
        says(bid, -5, 10**9 + 1, by=venue.other),
        says(bid, -5, 10**9 + 1),
        says(bid, -5, 11_001),
        says(bid, -5, 11_000),
        says(bid, 10**15 - 5, 11_000),
        says(bid, 10**15, 11_000),
        says(bid, 10**7, 11_000),
        says(bid, 10**7, 10_000),
        says(bid, 110, 10_000),
        says(post_only_bid, 110, 10_000),
    ] == [
        Refusal.UNKNOWN_ORDER,
        Refusal.PRICE_OUT_OF_RANGE,
        Refusal.PRICE_OFF_TICK,
        Refusal.QUANTITY_OUT_OF_RANGE,
        Refusal.QUANTITY_OFF_LOT,
        Refusal.ORDER_VALUE_OUT_OF_RANGE,
        Refusal.SELF_TRADE,
        Refusal.MONEY_NOT_AVAILABLE,
        Refusal.FILLS_MAX,
        Refusal.POST_ONLY_WOULD_CROSS,
    ]


def test_the_operator_is_told_the_first_refusal_that_applies(venue: Venue) -> None:
    def product(**changes: Any) -> CreateProduct:
        return msgspec.structs.replace(TERMS, key=venue.key(), **changes)

    seller = venue.seller

    def deposit(actor: PartyId, party_id: PartyId, amount: int) -> RecordDeposit:
        return RecordDeposit(actor=actor, key=venue.key(), party_id=party_id, amount=Fen(amount))

    says = venue.refuses
    staircases: list[list[tuple[AnyCommand, Refusal]]] = [
        [
            (product(actor=seller, trust_company_id=seller, lot=0), Refusal.NOT_PERMITTED),
            (product(trust_company_id=seller, lot=0), Refusal.UNKNOWN_PARTY),
            (product(lot=0), Refusal.TERMS_OUT_OF_RANGE),
            (product(), Refusal.SYMBOL_TAKEN),
        ],
        [
            (deposit(seller, venue.trust_company, 0), Refusal.NOT_PERMITTED),
            (deposit(OPERATOR_ID, OPERATOR_ID, 0), Refusal.UNKNOWN_PARTY),
            (deposit(OPERATOR_ID, seller, 10**14 + 1), Refusal.AMOUNT_OUT_OF_RANGE),
        ],
    ]
    for staircase in staircases:
        assert [says(command) for command, _ in staircase] == [why for _, why in staircase]


def test_only_the_operator_admits_parties_and_never_a_second_operator(venue: Venue) -> None:
    for actor, kind in (
        (venue.seller, PartyKind.INSTITUTION),
        (venue.trust_company, PartyKind.INSTITUTION),
        (NOBODY, PartyKind.INSTITUTION),
        (OPERATOR_ID, PartyKind.OPERATOR),
    ):
        command = RegisterParty(actor=actor, key=venue.key(), kind=kind)
        assert venue.refuses(command) is Refusal.NOT_PERMITTED


@pytest.mark.parametrize("kind", [PartyKind.OPERATOR, PartyKind.TRUST_COMPANY, None])
def test_only_persons_and_institutions_trade(venue: Venue, kind: PartyKind | None) -> None:
    parties = {PartyKind.OPERATOR: OPERATOR_ID, PartyKind.TRUST_COMPANY: venue.trust_company}
    actor = NOBODY if kind is None else parties[kind]
    assert venue.refuses(venue.order(actor, BUY, 10)) is Refusal.NOT_PERMITTED
    assert venue.refuses(venue.order(actor, SELL, 10)) is Refusal.NOT_PERMITTED


def test_a_strangers_order_does_not_exist_for_others(venue: Venue) -> None:
    bid = venue.buys(10, 9_000)
    for actor in (venue.other, venue.seller, venue.trust_company, OPERATOR_ID, NOBODY):
        assert venue.refuses(venue.cancellation(bid, by=actor)) is Refusal.UNKNOWN_ORDER
        replacement = venue.replacement(bid, 20, 9_000, by=actor)
        assert venue.refuses(replacement) is Refusal.UNKNOWN_ORDER


def test_a_transfer_does_not_exist_for_anybody_but_its_trust_company(venue: Venue) -> None:
    rival = venue.registers(PartyKind.TRUST_COMPANY)
    venue.buys(10)
    (transfer_id,) = venue.pending()
    for actor in (rival, venue.seller, venue.buyer, OPERATOR_ID, NOBODY):
        # The version is wrong too: that it exists must not show.
        for command in (
            venue.confirmation(transfer_id, by=actor, version=7),
            venue.rejection(transfer_id, by=actor, version=7),
        ):
            assert venue.refuses(command) is Refusal.UNKNOWN_TRANSFER
    unknown = venue.confirmation(TransferId(NOWHERE))
    assert venue.refuses(unknown) is Refusal.UNKNOWN_TRANSFER
