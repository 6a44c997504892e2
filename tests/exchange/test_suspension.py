"""What a halt of a party does to what it has open, and what it may do until the halt is lifted."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from exchange import suspension
from exchange.check import check
from exchange.commands import ConfirmTransfer
from exchange.events import OrderClosed, TransferAdvanced
from exchange.halt_check import check_halts
from exchange.halt_commands import HaltTrade
from exchange.halt_events import TradeHalted
from exchange.halt_types import HaltId, HaltLevel, HaltReason
from exchange.modes.negotiation import Acceptance
from exchange.modes.types import MarketMode
from exchange.refusals import Refusal
from exchange.snapshot import decode_state, digest, encode_state
from exchange.types import OPERATOR_ID, CloseReason, PartyId, PartyKind
from matching import OrderId, Side
from registry.transfer import Overlay, Transfer, TransferState
from registry.types import TransferId
from tests.exchange.dealing import Dealing
from tests.exchange.test_halts import halt, halted, lift
from tests.exchange.test_preemption import offered
from tests.exchange.venue import NOWHERE, TERMS, Venue, the

BUY, SELL = Side.BUY, Side.SELL


def suspension_of(venue: Venue, party_id: PartyId, by: PartyId = OPERATOR_ID) -> HaltTrade:
    return halt(
        venue,
        by,
        level=HaltLevel.PARTY,
        subject_id=party_id,
        reason=HaltReason.OFFICIAL_ORDER,
        note="an order of the court",
    )


def suspended(venue: Venue, party_id: PartyId, by: PartyId = OPERATOR_ID) -> HaltId:
    return the(TradeHalted, venue.does(suspension_of(venue, party_id, by))).halt_id


def matched(venue: Venue) -> TransferId:
    venue.sells(10)
    venue.does(venue.order(venue.buyer, BUY, 10))
    return venue.pending()[-1]


def transfer_of(venue: Venue, transfer_id: TransferId) -> Transfer:
    return venue.state.register.transfers[transfer_id]


def confirmation(venue: Venue, transfer_id: TransferId) -> ConfirmTransfer:
    return venue.confirmation(transfer_id, version=transfer_of(venue, transfer_id).version)


def test_its_orders_are_withdrawn_and_none_is_taken_until_the_halt_is_lifted() -> None:
    venue = Venue()
    others = venue.buys(10, 9_000)
    order_ids = [venue.sells(10, 11_000), venue.sells(20, 12_000)]
    told = venue.does(suspension_of(venue, venue.seller))
    closed = [each for each in told if isinstance(each, OrderClosed)]
    assert [each.order_id for each in closed] == order_ids
    assert {each.reason for each in closed} == {CloseReason.WITHDRAWN_BY_VENUE}
    assert list(venue.state.orders) == [others]
    (halt_id,) = venue.state.halts.standing
    for side in (SELL, BUY):
        bad = venue.order(venue.seller, side, 10, 9_500)
        assert venue.refuses(bad) is Refusal.PARTY_SUSPENDED
    venue.does(venue.order(venue.buyer, BUY, 10, 9_000))
    venue.does(lift(venue, halt_id))
    venue.does(venue.order(venue.seller, SELL, 10, 11_000))


def test_its_transfers_wait_until_no_halt_of_either_party_is_left() -> None:
    venue = Venue()
    regulator = venue.registers(PartyKind.REGULATOR)
    transfer_id = matched(venue)
    halts = [
        (by, suspended(venue, party_id, by))
        for by, party_id in (
            (OPERATOR_ID, venue.seller),
            (regulator, venue.seller),
            (regulator, venue.buyer),
        )
    ]
    transfer = transfer_of(venue, transfer_id)
    for by, halt_id in halts:
        assert transfer.overlays is Overlay.PARTY_HALT
        assert transfer.overlays.told is Overlay.HELD
        assert venue.refuses(confirmation(venue, transfer_id)) is Refusal.TRANSFER_HELD
        venue.does(lift(venue, halt_id, by))
    assert transfer.overlays is Overlay(0)
    venue.does(confirmation(venue, transfer_id))
    assert venue.holding(venue.buyer) == (10, 0, 0)


def test_what_is_nobodys_of_the_halted_goes_on() -> None:
    venue = Venue()
    transfer_id = matched(venue)
    suspended(venue, venue.other)
    assert transfer_of(venue, transfer_id).overlays is Overlay(0)
    venue.does(venue.confirmation(transfer_id))


def test_a_halt_of_the_product_is_told_before_that_of_the_party() -> None:
    venue = Venue()
    suspended(venue, venue.seller)
    halt_id = halted(venue, halt(venue))
    order = venue.order(venue.seller, SELL, 10)
    assert venue.refuses(order) is Refusal.TRADE_HALTED
    venue.does(lift(venue, halt_id))
    assert venue.refuses(venue.order(venue.seller, SELL, 10)) is Refusal.PARTY_SUSPENDED


def test_trustees_halt_no_party_and_only_who_trades_is_halted() -> None:
    venue = Venue()
    command = suspension_of(venue, venue.seller, venue.trust_company)
    assert venue.refuses(command) is Refusal.NOT_PERMITTED
    for subject_id in (NOWHERE, OPERATOR_ID, venue.trust_company):
        command = suspension_of(venue, PartyId(subject_id))
        assert venue.refuses(command) is Refusal.UNKNOWN_PARTY
    suspended(venue, venue.seller)
    assert venue.refuses(suspension_of(venue, venue.seller)) is Refusal.ALREADY_DONE


def test_a_halted_right_holder_takes_nobodys_place() -> None:
    on = offered()
    right_holder = on.exercise().actor
    suspended(on.venue, right_holder)
    assert on.venue.refuses(on.exercise()) is Refusal.PARTY_SUSPENDED
    assert transfer_of(on.venue, on.transfer_id).state is TransferState.PREEMPTION_OPEN


def test_a_listing_of_a_halted_seller_ends_and_a_halted_buyer_does_not_take_it() -> None:
    venue = Dealing(MarketMode.LISTED_PRICE)
    first = venue.opens(venue.listing(acceptance=Acceptance.FIRST_PASSING))
    halt_id = suspended(venue, venue.buyer)
    take = venue.answer(first, by=venue.buyer)
    assert venue.refuses(take) is Refusal.PARTY_SUSPENDED
    venue.does(lift(venue, halt_id))
    suspended(venue, venue.seller)
    assert first not in venue.state.negotiations.by_id
    assert not venue.state.orders


def test_a_halted_party_asks_nobody_for_quotes() -> None:
    venue = Dealing(MarketMode.RFQ)
    suspended(venue, venue.buyer)
    request = venue.request(by=venue.buyer)
    assert venue.refuses(request) is Refusal.PARTY_SUSPENDED


def test_what_one_command_does_not_do_comes_before_everything_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(suspension, "FOLLOWED_AT_ONCE_MAX", 1)
    venue = Venue()
    first, second = matched(venue), matched(venue)
    order_ids = [venue.sells(10, 11_000), venue.sells(10, 11_000)]
    suspended(venue, venue.seller)
    state = venue.state
    assert list(state.orders) == order_ids[1:]
    assert not state.halts.is_followed
    assert state.next_due_ns() == 0
    again = decode_state(encode_state(state))
    assert digest(again) == digest(state)
    assert list(again.halts.orders) == order_ids[1:]
    assert list(again.halts.transfers) == [first, second]
    told = venue.waits(1)
    assert (state.orders, list(state.halts.transfers)) == ({}, [])
    held = [each.transfer_id for each in told if isinstance(each, TransferAdvanced)]
    assert held == [first, second]
    check(state)


def unfollowed(venue: Venue) -> None:
    venue.state.halts.orders.clear()


def unmarked(venue: Venue) -> None:
    venue.state.halts.transfers.clear()


@pytest.mark.parametrize("forget", [unfollowed, unmarked])
def test_what_does_not_follow_is_noticed(
    forget: Callable[[Venue], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suspension, "FOLLOWED_AT_ONCE_MAX", 0)
    venue = Venue()
    matched(venue)
    venue.sells(10, 11_000)
    suspended(venue, venue.seller)
    check_halts(venue.state)
    forget(venue)
    with pytest.raises(AssertionError):
        check_halts(venue.state)


def test_an_overlay_for_the_sake_of_nobody_is_noticed() -> None:
    venue = Venue()
    transfer_of(venue, matched(venue)).overlays |= Overlay.PARTY_HALT
    with pytest.raises(AssertionError):
        check_halts(venue.state)


def test_orders_in_every_product_are_withdrawn() -> None:
    venue = Venue()
    other = venue.lists(msgspec.structs.replace(TERMS, symbol="ANLAN-2"))
    bids: list[OrderId] = [venue.buys(10, 9_000)]
    venue.does(venue.order(venue.buyer, BUY, 10, 9_000, product_id=other))
    bids.append(list(venue.state.orders)[-1])
    told = venue.does(suspension_of(venue, venue.buyer))
    assert [each.order_id for each in told if isinstance(each, OrderClosed)] == bids
