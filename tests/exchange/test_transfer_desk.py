"""What becomes of a pending transfer: it settles once, or everything goes back."""

from __future__ import annotations

from collections.abc import Sequence as Listed

import pytest
from msgspec import structs

from exchange.commands import CreateProduct
from exchange.events import (
    AnyEvent,
    TransferAdvanced,
    TransferFailed,
    TransferOpened,
    TransferSettled,
)
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.refusals import Refusal
from exchange.types import OPERATOR_ID, PartyKind, RejectionReason
from matching import Side
from registry.terms import SANDBOX
from registry.transfer import TransferEvent, TransferState
from registry.types import HolderId, TimeNs, TransferId
from tests.exchange.deadlines import calendar
from tests.exchange.venue import HOUR_NS, SECOND_NS, START_NS, TERMS, Venue, kinds, the

CONSIDERATION = 100_000_00
BUYER_FEES = 50_00 + 200_00  # 0.05 % to the venue, the trust company's least
SELLER_FEES = 100_00 + 200_00  # 0.10 %, and the least again
MONEY = 1_000_000_00


@pytest.fixture
def venue() -> Venue:
    """A transfer of 100,000 units at one yuan is pending, at the usual fees."""
    venue = Venue(DEFAULT_FEE_SCHEDULE)
    venue.sells(100_000)
    venue.buys(100_000)
    return venue


def only(venue: Venue) -> TransferId:
    (transfer_id,) = venue.pending()
    return transfer_id


def test_a_pending_transfer_locks_units_and_holds_money_and_moves_nothing(venue: Venue) -> None:
    assert venue.holding(venue.seller) == (0, 0, 100_000)
    assert venue.account(venue.buyer) == (
        MONEY - CONSIDERATION - BUYER_FEES,
        0,
        CONSIDERATION + BUYER_FEES,
    )
    assert venue.account(venue.seller) == (0, 0, 0)
    assert (venue.product_id, HolderId(venue.buyer)) not in venue.state.register.holdings


def test_confirmation_moves_title_and_money_in_one_record(venue: Venue) -> None:
    transfer_id = only(venue)
    events = venue.does(venue.confirmation(transfer_id))
    assert kinds(events) == ["TransferSettled"]
    settled = the(TransferSettled, events)
    assert settled.seller_credit == CONSIDERATION - SELLER_FEES
    assert settled.venue_credit == 50_00 + 100_00
    assert settled.trust_company_credit == 200_00 + 200_00
    assert (settled.officer, settled.version) == ("ruan", 4)
    assert venue.holding(venue.seller) == (0, 0, 0)
    assert venue.holding(venue.buyer) == (100_000, 0, 0)
    assert venue.account(venue.buyer) == (MONEY - CONSIDERATION - BUYER_FEES, 0, 0)
    assert venue.account(venue.seller) == (CONSIDERATION - SELLER_FEES, 0, 0)
    assert venue.account(OPERATOR_ID) == (150_00, 0, 0)
    assert venue.account(venue.trust_company) == (400_00, 0, 0)
    assert venue.pending() == []
    transfer, leg = venue.state.touched.transfers[transfer_id]
    assert (transfer.state, leg.decided_at_ns) == (TransferState.SETTLED, START_NS)
    assert (leg.submitted_at_ns, leg.answered_at_ns) == (START_NS, START_NS)


def test_a_settled_transfer_never_moves_again(venue: Venue) -> None:
    transfer_id = only(venue)
    venue.does(venue.confirmation(transfer_id))
    for version in (2, 3, 4):
        confirmation = venue.confirmation(transfer_id, version=version)
        assert venue.refuses(confirmation) is Refusal.UNKNOWN_TRANSFER
        rejection = venue.rejection(transfer_id, version=version)
        assert venue.refuses(rejection) is Refusal.UNKNOWN_TRANSFER
    assert kinds(venue.waits(2 * HOUR_NS)) == ["TimeAdvanced"]


def test_a_rejection_gives_everything_back_with_all_fees(venue: Venue) -> None:
    transfer_id = only(venue)
    events = venue.does(venue.rejection(transfer_id))
    assert kinds(events) == ["TransferFailed"]
    rejected = the(TransferFailed, events)
    assert rejected.refund == CONSIDERATION + BUYER_FEES
    assert (rejected.event, rejected.state) == (TransferEvent.REJECT, TransferState.REJECTED)
    assert (rejected.reason, rejected.officer) == (RejectionReason.TITLE_DISPUTED, "shen")
    assert rejected.version == 3
    assert venue.account(venue.buyer) == (MONEY, 0, 0)
    assert venue.holding(venue.seller) == (100_000, 0, 0)
    for party_id in (OPERATOR_ID, venue.trust_company, venue.seller):
        assert venue.account(party_id) == (0, 0, 0)
    refusal = venue.refuses(venue.confirmation(transfer_id))
    assert refusal is Refusal.UNKNOWN_TRANSFER


def test_an_undecided_transfer_lapses_at_its_deadline(venue: Venue) -> None:
    transfer_id = only(venue)
    assert kinds(venue.waits(HOUR_NS - 1)) == ["TimeAdvanced"]
    lapsed = the(TransferFailed, venue.waits(1))
    assert (lapsed.event, lapsed.state) == (TransferEvent.LAPSE, TransferState.LAPSED)
    assert (lapsed.transfer_id, lapsed.refund) == (transfer_id, CONSIDERATION + BUYER_FEES)
    assert venue.account(venue.buyer) == (MONEY, 0, 0)
    assert venue.holding(venue.seller) == (100_000, 0, 0)
    transfer, leg = venue.state.touched.transfers[transfer_id]
    assert (transfer.state, transfer.version) == (TransferState.LAPSED, 3)
    assert (leg.officer, leg.reason) == (None, None)


@pytest.mark.parametrize("version", [0, 1, 3, 4])
def test_a_decision_names_the_version_that_the_officer_has_read(venue: Venue, version: int) -> None:
    transfer_id = only(venue)
    for decision in (
        venue.confirmation(transfer_id, version=version),
        venue.rejection(transfer_id, version=version),
    ):
        assert venue.refuses(decision) is Refusal.TRANSFER_VERSION_STALE
    venue.does(venue.confirmation(transfer_id))


def test_another_trust_company_decides_nothing(venue: Venue) -> None:
    rival = venue.registers(PartyKind.TRUST_COMPANY)
    for decision in (
        venue.confirmation(only(venue), by=rival),
        venue.rejection(only(venue), by=rival),
    ):
        assert venue.refuses(decision) is Refusal.UNKNOWN_TRANSFER


def test_each_fill_of_an_order_is_decided_by_itself() -> None:
    venue = Venue(DEFAULT_FEE_SCHEDULE)
    venue.sells(40_000)
    venue.sells(60_000)
    events = venue.does(venue.order(venue.buyer, Side.BUY, 100_000))
    first, second = (event for event in events if isinstance(event, TransferOpened))
    # The least fee of the whole order is taken with its first fill.
    assert (first.buyer_fee_trust_company, second.buyer_fee_trust_company) == (200_00, 0)
    venue.does(venue.rejection(first.transfer_id))
    venue.does(venue.confirmation(second.transfer_id))
    paid = 60_000_00 + second.buyer_fee_venue
    assert venue.account(venue.buyer) == (MONEY - paid, 0, 0)
    assert venue.holding(venue.seller) == (40_000, 0, 0)
    assert venue.holding(venue.buyer) == (60_000, 0, 0)


def test_bought_units_can_be_sold_on(venue: Venue) -> None:
    venue.does(venue.confirmation(only(venue)))
    venue.sells(100_000, by=venue.buyer)
    venue.buys(100_000, by=venue.other)
    venue.does(venue.confirmation(only(venue)))
    assert venue.holding(venue.other) == (100_000, 0, 0)
    assert venue.holding(venue.buyer) == (0, 0, 0)


SECONDS = calendar("SECONDS", day_ns=SECOND_NS, a_day_begins_ns=START_NS)


def listed(**terms: object) -> Venue:
    """One open transfer of a product with these terms and working days of a second."""
    transfer_terms = structs.replace(SANDBOX, calendar_id="SECONDS", **terms)
    maturity_date = "2027-06-30"
    return matched(structs.replace(TERMS, transfer_terms=transfer_terms), maturity_date)


def matched(product: CreateProduct, maturity_date: str | None) -> Venue:
    terms = structs.replace(product, maturity_date=maturity_date)
    venue = Venue(terms=terms, calendars=(SECONDS,))
    venue.sells(100)
    venue.buys(100)
    return venue


def happened(events: Listed[AnyEvent]) -> list[TransferEvent | None]:
    """What the events say of transfers."""
    return [event.event for event in events if isinstance(event, TransferAdvanced | TransferFailed)]


def test_the_deadline_is_the_end_of_the_products_working_day_whenever_it_was_matched() -> None:
    for waited_ns in (0, HOUR_NS // 2 - 1):
        venue = Venue()
        venue.sells(10)
        venue.waits(waited_ns)
        venue.buys(10)
        transfer = venue.state.register.transfers[only(venue)]
        assert transfer.deadline_ns == START_NS + HOUR_NS


def test_the_trust_company_is_told_thrice_before_the_transfer_lapses() -> None:
    venue = listed()
    said = []
    for _ in range(11):
        events = venue.waits(SECOND_NS)
        said.append(happened(events))
        for told in events:
            if isinstance(told, TransferAdvanced):
                assert told.state is TransferState.SUBMITTED
                assert told.deadline_ns == START_NS + 11 * SECOND_NS
    notice, lapse = [TransferEvent.NOTICE], [TransferEvent.LAPSE]
    assert said == [[], notice, [], notice, [], notice, [], [], [], [], lapse]


def test_a_notice_makes_a_new_version_that_can_be_decided_on() -> None:
    venue = listed()
    told = the(TransferAdvanced, venue.waits(2 * SECOND_NS))
    assert (told.version, told.notices) == (3, 1)
    stale = venue.confirmation(only(venue), version=2)
    assert venue.refuses(stale) is Refusal.TRANSFER_VERSION_STALE
    settled = the(TransferSettled, venue.does(venue.confirmation(only(venue), version=3)))
    assert settled.version == 5
    assert happened(venue.waits(30 * SECOND_NS)) == []


def test_all_that_time_has_brought_comes_in_its_order() -> None:
    venue = listed()
    notice = TransferEvent.NOTICE
    assert happened(venue.waits(40 * SECOND_NS)) == [notice] * 3 + [TransferEvent.LAPSE]


def test_a_reminder_after_the_end_is_left_out() -> None:
    venue = listed(acknowledge_days=1, remind_days=2, escalate_days=2, decide_days=2)
    expected = [TransferEvent.NOTICE, TransferEvent.LAPSE]
    assert happened(venue.waits(40 * SECOND_NS)) == expected


def test_two_reminders_of_one_day_are_two() -> None:
    venue = listed(acknowledge_days=2, remind_days=2, escalate_days=3)
    assert happened(venue.waits(3 * SECOND_NS)) == [TransferEvent.NOTICE] * 2


def test_what_is_confirmed_after_the_cut_off_settles_on_the_next_working_day() -> None:
    venue = listed(cut_off_minute=720)
    venue.waits(SECOND_NS // 2)
    transfer_id = only(venue)
    told = the(TransferAdvanced, venue.does(venue.confirmation(transfer_id)))
    assert (told.event, told.state) == (TransferEvent.CONFIRM, TransferState.CONFIRMED)
    assert (told.officer, told.deadline_ns) == ("ruan", START_NS + SECOND_NS)
    assert venue.holding(venue.buyer) == (0, 0, 0)
    for late in (
        venue.confirmation(transfer_id, version=3),
        venue.rejection(transfer_id, version=3),
    ):
        assert venue.refuses(late) is Refusal.TRANSFER_NOT_IN_STATE
    settled = the(TransferSettled, venue.waits(SECOND_NS // 2))
    assert (settled.officer, settled.version) == ("ruan", 4)
    assert venue.holding(venue.buyer) == (100, 0, 0)


def test_what_is_confirmed_before_the_cut_off_settles_at_once() -> None:
    venue = listed(cut_off_minute=720)
    venue.waits(SECOND_NS // 2 - 1)
    assert kinds(venue.does(venue.confirmation(only(venue)))) == ["TransferSettled"]


def test_what_is_not_confirmed_some_days_before_the_plans_end_ends_with_it() -> None:
    transfer_terms = structs.replace(SANDBOX, calendar_id="SECONDS", decide_days=200)
    terms = structs.replace(TERMS, transfer_terms=transfer_terms)
    ends_ns = 1_700_064_000 * SECOND_NS  # 2023-11-16 in Shanghai
    venue = matched(terms, "2023-11-16")
    assert venue.state.register.transfers[only(venue)].mature_ns == ends_ns - 3 * SECOND_NS
    venue.waits(ends_ns - 4 * SECOND_NS - START_NS)
    assert venue.pending() == []  # the decision's time was over long before
    venue.sells(100)
    venue.buys(100)
    assert venue.state.register.transfers[only(venue)].deadline_ns == ends_ns - 3 * SECOND_NS
    failed = the(TransferFailed, venue.waits(SECOND_NS))
    assert (failed.event, failed.state) == (TransferEvent.MATURE, TransferState.LAPSED)
    assert venue.holding(venue.seller)[0] == 100_000


def test_what_is_confirmed_outlasts_the_plan() -> None:
    transfer_terms = structs.replace(SANDBOX, calendar_id="SECONDS", cut_off_minute=0)
    venue = matched(structs.replace(TERMS, transfer_terms=transfer_terms), "2023-11-01")
    venue.does(venue.confirmation(only(venue)))
    assert kinds(venue.waits(SECOND_NS)) == ["TransferSettled", "TimeAdvanced"]


def test_a_deadline_that_passes_while_nobody_can_act_is_set_anew() -> None:
    venue = listed()
    events = venue.waits(40 * SECOND_NS, downtime=True)
    assert happened(events) == [TransferEvent.NOTICE] * 3 + [None]
    told = [event for event in events if isinstance(event, TransferAdvanced)][-1]
    assert told.deadline_ns == START_NS + 42 * SECOND_NS
    assert told.version == 5
    assert happened(venue.waits(2 * SECOND_NS)) == [TransferEvent.LAPSE]


def test_a_deadline_before_the_downtime_is_over() -> None:
    venue = listed()
    venue.at_ns = TimeNs(START_NS + 11 * SECOND_NS)
    events = venue.waits(40 * SECOND_NS, downtime=True)
    assert happened(events)[-1] is TransferEvent.LAPSE


def test_an_old_downtime_counts_while_what_it_held_up_waits_for_its_turn() -> None:
    venue = listed(acknowledge_days=10, remind_days=10, escalate_days=10)
    for _ in range(129):
        venue.sells(10)
        venue.buys(10)
    first = venue.waits(20 * SECOND_NS, downtime=True)
    assert happened(first) == [None] * 128
    venue.at_ns = TimeNs(venue.at_ns + SECOND_NS)
    second = venue.waits(SECOND_NS, downtime=True)
    assert happened(second)[:2] == [None, None]
