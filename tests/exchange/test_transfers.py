"""What becomes of a pending transfer: it settles once, or everything goes back."""

from __future__ import annotations

import pytest

from exchange.events import TransferLapsed, TransferOpened, TransferRejected, TransferSettled
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.refusals import Refusal
from exchange.types import OPERATOR_ID, PartyKind, RejectionReason
from matching import Side
from registry.transfer import TransferState
from registry.types import HolderId, TransferId
from tests.exchange.venue import HOUR_NS, START_NS, Venue, kinds, the

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
    assert kinds(events) == ["TransferRejected"]
    rejected = the(TransferRejected, events)
    assert rejected.refund == CONSIDERATION + BUYER_FEES
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
    lapsed = the(TransferLapsed, venue.waits(1))
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


def test_the_deadline_is_the_products_and_counts_from_the_match() -> None:
    venue = Venue()
    venue.sells(10)
    venue.waits(5)
    venue.buys(10)
    transfer = venue.state.register.transfers[only(venue)]
    assert transfer.confirmation_deadline_ns == START_NS + 5 + HOUR_NS
