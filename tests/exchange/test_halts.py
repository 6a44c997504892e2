"""Halts: what stops, what goes on, who may, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from exchange.commands import AnyCommand
from exchange.halt_commands import HaltTrade, LiftHalt
from exchange.halt_events import HaltLifted, TradeHalted
from exchange.halt_types import VENUE, HaltId, HaltLevel, HaltReason
from exchange.limits import HALT_REVIEW_MAX_NS
from exchange.refusals import Refusal
from exchange.register_commands import CloseProduct, SuspendProduct
from exchange.types import OPERATOR_ID, PartyId, PartyKind
from matching import Side
from registry.types import TimeNs
from tests.exchange.venue import DAY_NS, NOBODY, NOWHERE, TERMS, Venue


def halt(venue: Venue, by: PartyId = OPERATOR_ID, **said: Any) -> HaltTrade:
    """Of the product, if nothing else is said."""
    command = HaltTrade(
        actor=by,
        key=venue.key(),
        level=HaltLevel.PRODUCT,
        subject_id=venue.product_id,
        reason=HaltReason.MATERIAL_EVENT,
        note="the borrower has asked for an extension",
        review_ns=TimeNs(venue.at_ns + DAY_NS),
        officer="ruan",
    )
    return msgspec.structs.replace(command, **said)


def wide(venue: Venue, by: PartyId = OPERATOR_ID, **said: Any) -> HaltTrade:
    """Of the whole venue."""
    return halt(venue, by, level=HaltLevel.VENUE, subject_id=VENUE, **said)


def lift(venue: Venue, halt_id: int, by: PartyId = OPERATOR_ID) -> LiftHalt:
    return LiftHalt(
        actor=by, key=venue.key(), halt_id=HaltId(halt_id), note="disclosed", officer="shen"
    )


def halted(venue: Venue, command: HaltTrade) -> HaltId:
    (event,) = venue.does(command)
    assert isinstance(event, TradeHalted)
    return event.halt_id


@pytest.mark.parametrize("of", [halt, wide])
def test_a_halt_stops_trade_until_it_is_lifted(of: Callable[[Venue], HaltTrade]) -> None:
    venue = Venue()
    asks = venue.order(venue.seller, Side.SELL, 10)
    order_id = venue.sells(20, 11_000)
    halt_id = halted(venue, of(venue))
    assert venue.refuses(asks) is Refusal.TRADE_HALTED
    bids = venue.order(venue.buyer, Side.BUY, 20, 11_000)
    assert venue.refuses(bids) is Refusal.TRADE_HALTED
    smaller = venue.replacement(order_id, 10, 11_000, by=venue.seller)
    assert venue.refuses(smaller) is Refusal.TRADE_HALTED
    (event,) = venue.does(lift(venue, halt_id))
    assert isinstance(event, HaltLifted)
    assert (event.halt_id, event.given_by, event.note) == (halt_id, OPERATOR_ID, "disclosed")
    venue.does(venue.order(venue.buyer, Side.BUY, 20, 11_000))
    assert len(venue.state.register.transfers) == 1


def test_orders_keep_their_place_and_can_be_cancelled() -> None:
    venue = Venue()
    first, second, third = venue.sells(10), venue.sells(10), venue.sells(10)
    halt_id = halted(venue, halt(venue))
    venue.does(venue.cancellation(second, by=venue.seller))
    venue.does(lift(venue, halt_id))
    venue.does(venue.order(venue.buyer, Side.BUY, 10))
    assert list(venue.state.orders) == [third]
    assert first not in venue.state.orders


def test_another_product_is_traded_while_one_is_halted() -> None:
    venue = Venue()
    other = venue.lists(msgspec.structs.replace(TERMS, symbol="ANLAN-2"))
    halted(venue, halt(venue))
    venue.does(venue.order(venue.buyer, Side.BUY, 10, product_id=other))
    halted(venue, wide(venue))
    bids = venue.order(venue.buyer, Side.BUY, 10, product_id=other)
    assert venue.refuses(bids) is Refusal.TRADE_HALTED


def test_a_product_that_comes_while_the_venue_is_halted_is_halted() -> None:
    venue = Venue()
    halt_id = halted(venue, wide(venue))
    other = venue.lists(msgspec.structs.replace(TERMS, symbol="ANLAN-2"))
    bids = venue.order(venue.buyer, Side.BUY, 10, product_id=other)
    assert venue.refuses(bids) is Refusal.TRADE_HALTED
    venue.does(lift(venue, halt_id))
    venue.does(venue.order(venue.buyer, Side.BUY, 10, product_id=other))


def test_transfers_go_on_while_trade_is_halted() -> None:
    venue = Venue()
    venue.sells(10)
    venue.does(venue.order(venue.buyer, Side.BUY, 10))
    (transfer_id,) = venue.state.register.transfers
    halted(venue, wide(venue))
    venue.does(venue.confirmation(transfer_id))
    assert transfer_id not in venue.state.register.transfers
    assert venue.holding(venue.buyer) == (10, 0, 0)


def test_trade_goes_on_when_no_halt_is_left() -> None:
    venue = Venue()
    regulator = venue.registers(PartyKind.REGULATOR)
    givers = (OPERATOR_ID, venue.trust_company, regulator)
    standing = [(by, halted(venue, halt(venue, by))) for by in givers]
    standing.append((regulator, halted(venue, wide(venue, regulator))))
    for by, halt_id in standing:
        asks = venue.order(venue.seller, Side.SELL, 10)
        assert venue.refuses(asks) is Refusal.TRADE_HALTED
        venue.does(lift(venue, halt_id, by))
    venue.does(venue.order(venue.seller, Side.SELL, 10))
    assert not venue.state.halts.standing


def test_who_has_halted_lifts_it_and_nobody_else() -> None:
    venue = Venue()
    regulator, another = (venue.registers(PartyKind.REGULATOR) for _ in range(2))
    halt_id = halted(venue, halt(venue, regulator))
    for by in (OPERATOR_ID, venue.trust_company, another):
        assert venue.refuses(lift(venue, halt_id, by)) is Refusal.UNKNOWN_HALT
    assert venue.refuses(lift(venue, halt_id, venue.seller)) is Refusal.NOT_PERMITTED
    venue.does(lift(venue, halt_id, regulator))
    assert venue.refuses(lift(venue, halt_id, regulator)) is Refusal.UNKNOWN_HALT


def test_under_four_eyes_one_halts_and_two_lift() -> None:
    venue = Venue(four_eyes=True)
    halt_id = halted(venue, halt(venue))
    command = lift(venue, halt_id)
    assert venue.refuses(command) is Refusal.FOUR_EYES_REQUIRED
    venue.does(msgspec.structs.replace(command, key=venue.key()))
    assert not venue.state.halts.standing
    by_trustee = halted(venue, halt(venue, venue.trust_company))
    venue.does(lift(venue, by_trustee, venue.trust_company))


def test_nothing_happens_by_itself_at_the_review() -> None:
    venue = Venue()
    halted(venue, halt(venue, review_ns=TimeNs(venue.at_ns + 1)))
    venue.at_ns = TimeNs(venue.at_ns + 2 * DAY_NS)
    assert venue.refuses(venue.order(venue.seller, Side.SELL, 10)) is Refusal.TRADE_HALTED


def closed(venue: Venue) -> Venue:
    for command in (SuspendProduct, CloseProduct):
        venue.does(command(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id))
    return venue


def of_closed(venue: Venue) -> AnyCommand:
    return halt(closed(venue))


def while_halted(venue: Venue) -> AnyCommand:
    halted(venue, halt(venue))
    return venue.order(venue.buyer, Side.BUY, 10)


def while_suspended(venue: Venue) -> AnyCommand:
    halted(venue, halt(venue, level=HaltLevel.PARTY, subject_id=venue.buyer))
    return venue.order(venue.buyer, Side.BUY, 10)


ROWS: dict[Refusal, Callable[[Venue], AnyCommand]] = {
    Refusal.UNKNOWN_HALT: lambda venue: lift(venue, NOWHERE),
    Refusal.HALT_OUT_OF_RANGE: lambda venue: halt(venue, review_ns=venue.at_ns),
    Refusal.TRADE_HALTED: while_halted,
    Refusal.PARTY_SUSPENDED: while_suspended,
}
"""In order of precedence."""


@pytest.mark.parametrize("refusal", ROWS)
def test_a_refusal_is_given_and_nothing_else_changes(refusal: Refusal) -> None:
    venue = Venue()
    assert venue.refuses(ROWS[refusal](venue)) is refusal


@pytest.mark.parametrize(
    "said",
    [
        {"review_ns": TimeNs(0)},
        {"level": HaltLevel.VENUE, "subject_id": 1},
    ],
)
def test_what_no_halt_can_say_is_refused(said: dict[str, Any]) -> None:
    venue = Venue()
    assert venue.refuses(halt(venue, **said)) is Refusal.HALT_OUT_OF_RANGE


def test_a_review_is_within_a_month() -> None:
    venue = Venue()
    latest = TimeNs(venue.at_ns + HALT_REVIEW_MAX_NS)
    assert venue.refuses(wide(venue, review_ns=TimeNs(latest + 1))) is Refusal.HALT_OUT_OF_RANGE
    halted(venue, wide(venue, review_ns=latest))


@pytest.mark.parametrize("note", ["", "  ", "two\nlines", "x" * 201])
def test_a_halt_and_its_end_have_a_reason(note: str) -> None:
    venue = Venue()
    assert venue.refuses(halt(venue, note=note)) is Refusal.NOTE_OUT_OF_RANGE
    halt_id = halted(venue, halt(venue))
    command = msgspec.structs.replace(lift(venue, halt_id), note=note)
    assert venue.refuses(command) is Refusal.NOTE_OUT_OF_RANGE


def test_a_halt_is_told_the_first_refusal_that_applies() -> None:
    venue = Venue()
    rival = venue.registers(PartyKind.TRUST_COMPANY)
    halted(venue, halt(venue, venue.trust_company))
    wrong: dict[str, Any] = {"subject_id": NOWHERE, "note": "", "review_ns": venue.at_ns}
    steps: list[tuple[Refusal, dict[str, Any]]] = [
        (Refusal.NOT_PERMITTED, {"by": NOBODY}),
        (Refusal.NOT_PERMITTED, {"by": venue.seller}),
        (Refusal.UNKNOWN_PRODUCT, {"by": rival}),
        (Refusal.UNKNOWN_PRODUCT, {"subject_id": venue.product_id}),
        (Refusal.NOTE_OUT_OF_RANGE, {"by": venue.trust_company}),
        (Refusal.HALT_OUT_OF_RANGE, {"note": "again"}),
        (Refusal.ALREADY_DONE, {"review_ns": TimeNs(venue.at_ns + 1)}),
    ]
    for refusal, repair in steps:
        wrong |= repair
        assert venue.refuses(halt(venue, **wrong)) is refusal
    venue.does(halt(venue, **wrong | {"by": OPERATOR_ID}))
    at_large = wide(venue, venue.trust_company)
    assert venue.refuses(at_large) is Refusal.NOT_PERMITTED


def test_a_product_whose_trade_has_ended_is_not_halted() -> None:
    venue = Venue()
    assert venue.refuses(of_closed(venue)) is Refusal.PRODUCT_NOT_IN_STATE
