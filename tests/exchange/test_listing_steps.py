"""Who stands behind the deal of a listing: what he is offered when its transfer fails, and when he
is not."""

from __future__ import annotations

from typing import TypeAlias

import msgspec
import pytest

from exchange.check import check
from exchange.commands import AnyCommand, CreateProduct, RejectTransfer
from exchange.events import AnyEvent, OrderAccepted, TransferOpened
from exchange.halt_commands import HaltTrade
from exchange.halt_types import HaltLevel
from exchange.limits import PICK_VALIDITY_NS
from exchange.modes.negotiation import Move, NegotiationState, OfferState
from exchange.modes.types import MarketMode
from exchange.negotiation_events import NegotiationAdvanced, OfferEnded, OfferPicked
from exchange.refusals import Refusal
from exchange.register_commands import Encumber, SuspendProduct
from exchange.snapshot import decode_state, digest, encode_state
from exchange.transfer_commands import CancelTrade, DeclareSellerDefault
from exchange.types import (
    OPERATOR_ID,
    NegotiationId,
    OfferId,
    PartyId,
    PartyKind,
    RejectionReason,
)
from matching import OrderId
from registry.calendar import Calendar, day_in_shanghai
from registry.encumbrance import EncumbranceKind
from registry.types import DayNumber, HolderId, TransferId, Units
from tests.exchange.dealing import Dealing
from tests.exchange.steps import DAY_NS, DAYS, Steps, terms
from tests.exchange.test_halts import halt
from tests.exchange.venue import HOUR_NS, TERMS, the

MONEY = 100_000_000
BACKED, OFFERED = NegotiationState.BACKED, NegotiationState.OFFERED


Calendars: TypeAlias = tuple[Calendar, ...]


class Line(Dealing):
    """A listing that the buyer has taken, with two others behind him in this order."""

    def __init__(
        self, *, hours: float = 100, terms: CreateProduct = TERMS, calendars: Calendars = ()
    ) -> None:
        super().__init__(MarketMode.LISTED_PRICE, terms=terms, calendars=calendars)
        self.third = self.registers(PartyKind.INSTITUTION)
        self.deposits(self.third, MONEY)
        self.listed = self.opens(self.listing(100, hours=hours))
        wish = self.makes(self.answer(self.listed, by=self.buyer))
        self.first = self.makes(self.answer(self.listed, by=self.other))
        self.second = self.makes(self.answer(self.listed, by=self.third))
        self.does(self.yes(self.listed, wish, by=self.seller))
        told = self.does(self.yes(self.listed, wish, by=self.buyer))
        self.moved = the(NegotiationAdvanced, told)
        self.transfer_id = the(TransferOpened, told).transfer_id

    def fails(self, transfer_id: TransferId | None = None) -> tuple[AnyEvent, ...]:
        """What is told when the trust company rejects the transfer."""
        return self.does(rejected(self, transfer_id or self.transfer_id))


def rejected(
    venue: Dealing,
    transfer_id: TransferId,
    reason: RejectionReason = RejectionReason.BUYER_NOT_QUALIFIED,
) -> RejectTransfer:
    """The trust company's no, for this reason."""
    version = venue.state.register.transfers[transfer_id].version
    return msgspec.structs.replace(venue.rejection(transfer_id, version=version), reason=reason)


def suspended(venue: Dealing, party_id: PartyId) -> HaltTrade:
    """A halt of all that this party does."""
    return halt(venue, level=HaltLevel.PARTY, subject_id=party_id)


@pytest.fixture
def venue() -> Line:
    return Line()


def ended(told: tuple[AnyEvent, ...]) -> dict[OfferId, OfferState]:
    return {each.offer_id: each.state for each in told if isinstance(each, OfferEnded)}


def moves(told: tuple[AnyEvent, ...]) -> list[Move]:
    return [each.move for each in told if isinstance(each, NegotiationAdvanced)]


def test_who_has_asked_stands_behind_the_deal_and_nothing_is_reserved_for_him(venue: Line) -> None:
    assert (venue.moved.move, venue.moved.state) == (Move.AWARD, BACKED)
    assert venue.moved.open_quantity == 0
    assert list(venue.standing(venue.listed).offers) == [venue.first, venue.second]
    assert venue.holding(venue.seller) == (99_900, 0, 100)
    assert venue.account(venue.other) == (MONEY, 0, 0)


def test_when_the_transfer_fails_the_first_in_line_is_offered_the_units_for_a_day(
    venue: Line,
) -> None:
    told = venue.fails()
    assert moves(told) == [Move.REOPEN]
    picked = the(OfferPicked, told)
    assert (picked.offer_id, picked.party_id) == (venue.first, venue.other)
    assert picked.lapses_ns == venue.at_ns + PICK_VALIDITY_NS
    listed = venue.standing(venue.listed)
    assert (listed.state, listed.open_quantity) == (OFFERED, 100)
    order = the(OrderAccepted, told)
    assert order.order_id == OrderId(venue.first)
    assert (order.party_id, order.price) == (venue.seller, 10_000)
    assert venue.holding(venue.seller) == (99_900, 100, 0)
    early = venue.yes(venue.listed, venue.second, by=venue.third)
    assert venue.refuses(early) is Refusal.OFFER_NOT_STANDING

    told = venue.does(venue.yes(venue.listed, venue.first, by=venue.other))
    opened = the(TransferOpened, told)
    assert (opened.seller_id, opened.buyer_id) == (venue.seller, venue.other)
    assert moves(told) == [Move.AWARD]
    assert venue.holding(venue.seller) == (99_900, 0, 100)

    told = venue.fails(opened.transfer_id)
    assert the(OfferPicked, told).offer_id == venue.second
    told = venue.does(venue.yes(venue.listed, venue.second, by=venue.third))
    assert moves(told) == [Move.DEAL]
    assert venue.listed not in venue.state.negotiations.by_id


def test_who_does_not_answer_or_says_no_gives_way_to_the_next_and_then_all_may_ask(
    venue: Line,
) -> None:
    venue.fails()
    told = venue.waits(PICK_VALIDITY_NS)
    assert ended(told) == {venue.first: OfferState.LAPSED}
    assert the(OfferPicked, told).offer_id == venue.second
    assert moves(told) == [Move.PASS_ON]
    told = venue.does(venue.back(venue.listed, by=venue.third))
    assert moves(told) == [Move.FALL_BACK]
    assert venue.holding(venue.seller) == (99_900, 100, 0)  # it stands until its own time is over
    again = venue.makes(venue.answer(venue.listed, by=venue.buyer))
    venue.does(venue.yes(venue.listed, again, by=venue.seller))
    told = venue.does(venue.yes(venue.listed, again, by=venue.buyer))
    assert moves(told) == [Move.DEAL]


def test_what_he_lacks_is_told_at_his_yes_and_he_has_the_day_to_bring_it() -> None:
    venue = Dealing(MarketMode.LISTED_PRICE)
    poor = venue.registers(PartyKind.INSTITUTION)
    listed = venue.opens(venue.listing(hours=100))
    wish = venue.makes(venue.answer(listed, by=venue.buyer))
    behind = venue.makes(venue.answer(listed, by=poor))
    venue.does(venue.yes(listed, wish, by=venue.seller))
    told = venue.does(venue.yes(listed, wish, by=venue.buyer))
    venue.does(rejected(venue, the(TransferOpened, told).transfer_id))
    yes = venue.yes(listed, behind, by=poor)
    assert venue.refuses(yes) is Refusal.MONEY_NOT_AVAILABLE
    venue.deposits(poor, 100_000)
    told = venue.does(venue.yes(listed, behind, by=poor))
    assert the(TransferOpened, told).buyer_id == poor


def test_who_may_not_trade_any_more_is_passed_over(venue: Line) -> None:
    venue.does(suspended(venue, venue.other))
    told = venue.fails()
    assert ended(told) == {venue.first: OfferState.WITHDRAWN_BY_VENUE}
    assert the(OfferPicked, told).offer_id == venue.second
    assert moves(told) == [Move.REOPEN]


def test_if_none_of_those_behind_may_have_them_the_units_are_listed_for_all(venue: Line) -> None:
    for party_id in (venue.other, venue.third):
        venue.does(suspended(venue, party_id))
    told = venue.fails()
    assert moves(told) == [Move.RELIST]
    assert venue.standing(venue.listed).state is NegotiationState.OPEN
    assert venue.holding(venue.seller) == (99_900, 100, 0)


def test_when_it_settles_those_behind_are_free(venue: Line) -> None:
    told = venue.does(venue.confirmation(venue.transfer_id))
    assert moves(told) == [Move.RELEASE]
    assert ended(told) == dict.fromkeys((venue.first, venue.second), OfferState.FREED)
    assert venue.listed not in venue.state.negotiations.by_id


def test_who_comes_later_may_stand_behind_but_not_who_has_it(venue: Line) -> None:
    himself = venue.answer(venue.listed, by=venue.buyer)
    assert venue.refuses(himself) is Refusal.ALREADY_DONE
    late = venue.registers(PartyKind.INSTITUTION)
    last = venue.makes(venue.answer(venue.listed, by=late))
    assert list(venue.standing(venue.listed).offers)[-1] == last
    part = venue.answer(venue.listed, 50, by=venue.registers(PartyKind.INSTITUTION))
    assert venue.refuses(part) is Refusal.OFFER_OUT_OF_RANGE


def test_with_the_last_who_waits_the_listing_is_over(venue: Line) -> None:
    told = venue.does(venue.back(venue.listed, by=venue.other))
    assert moves(told) == [Move.DROP]
    told = venue.does(venue.no(venue.listed, venue.second, by=venue.seller))
    assert moves(told) == [Move.RELEASE]
    venue.fails()
    assert venue.holding(venue.seller) == (100_000, 0, 0)


def test_the_seller_may_let_those_behind_go(venue: Line) -> None:
    told = venue.does(venue.back(venue.listed, by=venue.seller))
    assert moves(told) == [Move.RELEASE]
    assert the(NegotiationAdvanced, told).state is NegotiationState.DEALT
    assert venue.transfer_id in venue.state.register.transfers


@pytest.mark.parametrize("why", ["disputed", "defaulted", "frozen", "halted", "suspended"])
def test_nothing_is_offered_if_the_seller_fails_or_the_units_are_not_free(why: str) -> None:
    venue = Line()
    version = venue.state.register.transfers[venue.transfer_id].version
    command: AnyCommand = rejected(venue, venue.transfer_id)
    match why:
        case "disputed":
            command = rejected(venue, venue.transfer_id, RejectionReason.TITLE_DISPUTED)
        case "defaulted":
            command = DeclareSellerDefault(
                actor=OPERATOR_ID,
                key=venue.key(),
                transfer_id=venue.transfer_id,
                version=version,
                officer="op",
            )
        case "frozen":
            venue.does(frozen(venue))
            command = rejected(venue, venue.transfer_id)
        case "halted":
            venue.does(halt(venue))
        case _:
            venue.does(
                SuspendProduct(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id)
            )
    told = venue.does(command)
    assert moves(told) == [Move.CLOSE]
    assert ended(told) == dict.fromkeys((venue.first, venue.second), OfferState.FREED)
    assert not venue.state.products[venue.product_id].aside


@pytest.mark.parametrize(
    ("signs", "move"), [("buyer", Move.CLOSE), ("seller", Move.REOPEN), ("nobody", Move.CLOSE)]
)
def test_a_lapse_that_names_the_seller_is_his_and_any_other_is_not(signs: str, move: Move) -> None:
    venue = of_short_days(agreement=True)
    on = Steps(venue, venue.transfer_id)
    if signs != "nobody":
        venue.does(on.sign(venue.buyer if signs == "buyer" else venue.seller))
    assert moves(venue.waits(3 * DAY_NS)) == [move]


def test_a_buyer_who_does_not_pay_the_rest_leaves_the_units_to_the_next() -> None:
    venue = of_short_days(deposit_bps=1_000)
    told = venue.waits(3 * DAY_NS)
    assert moves(told) == [Move.REOPEN]
    assert the(OfferPicked, told).party_id == venue.other


@pytest.mark.parametrize("how", ["withdraws", "both agree"])
def test_a_buyer_who_is_let_go_leaves_the_units_to_the_next(how: str) -> None:
    venue = of_short_days(agreement=True, cooling_off_hours=24)
    on = Steps(venue, venue.transfer_id)
    venue.does(on.sign(venue.buyer))
    venue.does(on.cancel(venue.seller) if how == "both agree" else on.sign(venue.seller))
    assert moves(venue.does(on.cancel(venue.buyer))) == [Move.REOPEN]


def of_short_days(**changes: object) -> Line:
    """A line whose product has these terms, in days of a second."""
    product = msgspec.structs.replace(TERMS, transfer_terms=terms(**changes))
    return Line(terms=product, calendars=(DAYS,))


def frozen(venue: Line) -> Encumber:
    """All that the seller has, and more."""
    return Encumber(
        actor=OPERATOR_ID,
        key=venue.key(),
        product_id=venue.product_id,
        holder_id=HolderId(venue.seller),
        kind=EncumbranceKind.FREEZE,
        lot_id=None,
        units=Units(100_000),
        authority=bytes(32),
        until_on=DayNumber(day_in_shanghai(venue.at_ns) + 30),
    )


def test_a_trade_that_the_operator_cancels_is_nobody_s_failure(venue: Line) -> None:
    version = venue.state.register.transfers[venue.transfer_id].version
    told = venue.does(
        CancelTrade(
            actor=OPERATOR_ID,
            key=venue.key(),
            transfer_id=venue.transfer_id,
            version=version,
            officer="op",
        )
    )
    assert moves(told) == [Move.REOPEN]


def test_a_freeze_of_units_that_are_offered_again_ends_the_listing(venue: Line) -> None:
    venue.fails()
    told = venue.does(frozen(venue))
    assert moves(told) == [Move.CLOSE]
    assert ended(told) == dict.fromkeys((venue.first, venue.second), OfferState.FREED)


def test_nobody_waits_longer_than_the_listing() -> None:
    venue = Line(hours=1)
    told = venue.waits(HOUR_NS)
    assert moves(told) == [Move.RELEASE]
    venue = Line(hours=24)
    told = venue.waits(25 * HOUR_NS)  # the transfer lapses first, and then the listing's time
    assert venue.transfer_id not in venue.state.register.transfers
    assert moves(told) == [Move.LAPSE]


def test_of_a_listing_in_parts_the_last_part_comes_back_and_who_wants_more_is_free() -> None:
    venue = Dealing(MarketMode.LISTED_PRICE)
    third = venue.registers(PartyKind.INSTITUTION)
    venue.deposits(third, MONEY)
    listed = venue.opens(venue.listing(100, parts=True, hours=100))
    first = venue.makes(venue.answer(listed, 60, by=venue.buyer))
    venue.does(venue.yes(listed, first, by=venue.seller))
    venue.does(venue.yes(listed, first, by=venue.buyer))
    rest = venue.makes(venue.answer(listed, 40, by=venue.buyer))
    small = venue.makes(venue.answer(listed, 30, by=third))
    venue.does(venue.yes(listed, rest, by=venue.seller))
    told = venue.does(venue.yes(listed, rest, by=venue.buyer))
    assert moves(told) == [Move.AWARD]
    greedy = venue.makes(venue.answer(listed, 80, by=venue.other))
    told = venue.does(rejected(venue, the(TransferOpened, told).transfer_id))
    assert ended(told) == {greedy: OfferState.FREED}
    assert the(OfferPicked, told).offer_id == small
    assert venue.standing(listed).open_quantity == 40
    told = venue.does(venue.yes(listed, small, by=third))
    assert moves(told) == [Move.DEAL_PART]
    assert venue.standing(listed).open_quantity == 10


@pytest.mark.parametrize("stage", ["backed", "offered"])
def test_a_snapshot_keeps_who_stands_behind(venue: Line, stage: str) -> None:
    if stage == "offered":
        venue.fails()
    again = decode_state(encode_state(venue.state))
    assert digest(again) == digest(venue.state)
    venue.state = again
    check(again)
    if stage == "backed":
        told = venue.fails()
        assert moves(told) == [Move.REOPEN]
    assert venue.standing(NegotiationId(venue.listed)).listing_id == OrderId(venue.first)
    told = venue.does(venue.yes(venue.listed, venue.first, by=venue.other))
    assert the(TransferOpened, told).buyer_id == PartyId(venue.other)
