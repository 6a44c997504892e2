"""A settled transfer is undone, by a record of its own: title and money go back as far as they are
there. Source: D4 of the domain, REVERSED."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from exchange.events import TransferReversed
from exchange.refusals import Refusal
from exchange.register_events import EncumbranceReleased
from exchange.snapshot import decode_state, digest, encode_state
from exchange.transfer_commands import ReverseTransfer
from exchange.types import OPERATOR_ID, Fen, OfficerId, OfficerRole, PartyId
from registry.encumbrance import EncumbranceKind
from registry.entries import Cause
from registry.types import EncumbranceId, HolderId, LotId, ProductId, TimeNs, Units
from tests.exchange.offices import LUO
from tests.exchange.steps import DAY_NS, Steps, matched, terms, trading
from tests.exchange.steps import steps as matched_transfer
from tests.exchange.test_encumbrances import FREEZE, PLEDGE, encumbers, placed
from tests.exchange.venue import NOBODY, kinds, the


def settled(**changes: Any) -> Steps:
    """A transfer of 100 units for 100 yuan that has taken effect."""
    on = matched_transfer(**changes)
    on.venue.does(on.venue.confirmation(on.transfer_id))
    return on


def changed(command: ReverseTransfer, **changes: object) -> ReverseTransfer:
    """The same with other values."""
    return msgspec.structs.replace(command, **changes)


def frozen(on: Steps, units: int, *, kind: EncumbranceKind = FREEZE, **more: Any) -> EncumbranceId:
    """So many of the buyer's units are, in his only lot or in any."""
    return placed(on.venue, kind, units, holder_id=HolderId(on.venue.buyer), **more)


@pytest.mark.parametrize("registration", [False, True])
def test_title_and_money_go_back_in_one_record(*, registration: bool) -> None:
    on = settled(registration=registration)
    venue = on.venue
    (kept,) = venue.lots(venue.seller)
    of_seller, of_buyer = venue.account(venue.seller), venue.account(venue.buyer)
    principal = next(iter(venue.lots(venue.buyer).values())).principal

    told = the(TransferReversed, venue.does(on.reverse()))

    assert (told.units, told.amount, told.payer_id) == (100, 100_00, venue.seller)
    assert venue.account(venue.seller)[0] == of_seller[0] - 100_00
    assert venue.account(venue.buyer)[0] == of_buyer[0] + 100_00
    assert venue.holding(venue.buyer) == (0, 0, 0)
    lots = venue.lots(venue.seller)
    assert set(lots) == {kept, told.lot_id}
    new = lots[told.lot_id]
    assert (new.units, new.principal, new.cost) == (100, principal, 100_00)
    assert new.contract is None
    entries = venue.state.register.entries[-2:]
    assert [Cause(entry.cause) for entry in entries] == [Cause.REVERSAL, Cause.REVERSAL]
    assert [entry.cause_id for entry in entries] == [on.transfer_id, on.transfer_id]


def test_the_transfers_own_record_stays_as_it_is() -> None:
    on = settled(registration=True)
    transfer, leg = on.venue.state.touched.transfers[on.transfer_id]
    before = msgspec.structs.astuple(transfer), msgspec.structs.astuple(leg)
    version = transfer.version

    told = the(TransferReversed, on.venue.does(on.reverse()))

    assert told.version == version + 1
    assert (msgspec.structs.astuple(transfer), msgspec.structs.astuple(leg)) == before
    (reversal,) = on.venue.state.touched.reversals
    assert (reversal.transfer_id, reversal.version) == (on.transfer_id, version + 1)
    assert (reversal.lot_id, reversal.sequence) == (told.lot_id, on.venue.state.sequence)


def test_its_registration_is_waited_for_no_longer() -> None:
    on = settled(registration=True)
    on.venue.does(on.reverse())
    state = on.venue.state
    assert not state.register.unregistered
    assert not state.settled_legs
    assert state.next_due_ns() is None
    assert on.venue.refuses(on.register()) is Refusal.UNKNOWN_TRANSFER
    assert not [event for event in on.venue.waits(20 * DAY_NS) if hasattr(event, "transfer_id")]


def test_that_its_registration_is_late_is_nobodys_matter_any_more() -> None:
    on = settled(registration=True, registration_days=4, registration_alarm_days=2)
    on.venue.waits(3 * DAY_NS)
    assert len(on.venue.state.desk.exceptions) == 1
    kinds_told = kinds(on.venue.does(on.reverse()))
    assert kinds_told == ["TransferReversed", "ExceptionResolved"]
    assert not on.venue.state.desk.exceptions


def test_what_is_undone_is_not_undone_again() -> None:
    on = settled()
    on.venue.does(on.reverse())
    assert on.venue.refuses(on.reverse()) is Refusal.LOT_NOT_HELD


def test_the_stated_amount_is_paid_and_no_more_than_the_buyer_paid() -> None:
    on = settled()
    assert on.venue.refuses(on.reverse(-1)) is Refusal.AMOUNT_OUT_OF_RANGE
    assert on.venue.refuses(on.reverse(100_01)) is Refusal.AMOUNT_OUT_OF_RANGE
    before = on.venue.account(on.venue.buyer)
    on.venue.does(on.reverse(0))
    assert on.venue.account(on.venue.buyer) == before, "all of it is a claim outside the venue"


def test_whoever_had_money_of_it_may_pay_if_he_has_it() -> None:
    on = settled()
    venue = on.venue
    for payer in (venue.buyer, venue.other, NOBODY):
        assert venue.refuses(on.reverse(payer=payer)) is Refusal.UNKNOWN_PARTY
    for payer in (venue.trust_company, OPERATOR_ID):
        assert venue.refuses(on.reverse(payer=payer)) is Refusal.MONEY_NOT_AVAILABLE
    venue.buys(100, 9_000, by=venue.other)
    assert venue.refuses(on.reverse(100_00, payer=OPERATOR_ID)) is Refusal.MONEY_NOT_AVAILABLE
    before = venue.account(venue.seller)[0]
    venue.does(on.reverse(40_00))
    assert venue.account(venue.seller)[0] == before - 40_00


def test_what_the_buyer_has_sold_on_does_not_come_back() -> None:
    on = settled()
    venue = on.venue
    venue.sells(10, by=venue.buyer)
    assert venue.refuses(on.reverse()) is Refusal.UNITS_NOT_AVAILABLE
    venue.buys(10, by=venue.other)
    assert venue.refuses(on.reverse()) is Refusal.UNITS_NOT_AVAILABLE
    (transfer_id,) = venue.pending()
    venue.does(venue.confirmation(transfer_id))
    assert venue.refuses(on.reverse()) is Refusal.LOT_NOT_HELD


def test_what_somebody_else_has_a_claim_on_stays() -> None:
    on = settled()
    frozen(on, 1, kind=PLEDGE)
    assert on.venue.refuses(on.reverse()) is Refusal.UNITS_NOT_AVAILABLE


@pytest.mark.parametrize("named", [False, True])
def test_frozen_units_go_back_with_the_freezes_that_end(*, named: bool) -> None:
    on = settled()
    freeze = frozen(on, 100, lot=on.transfer_id if named else None)
    assert on.venue.refuses(on.reverse()) is Refusal.UNITS_NOT_AVAILABLE

    events = on.venue.does(on.reverse(released=(freeze,)))

    ended = the(EncumbranceReleased, events)
    assert (ended.encumbrance_id, ended.authority) == (freeze, on.reverse().authority)
    assert the(TransferReversed, events).units == 100
    assert not on.venue.state.register.encumbrances.by_id
    assert on.venue.holding(on.venue.seller)[0] == 100_000


def test_a_freeze_that_waits_for_the_units_comes_first() -> None:
    on = settled()
    first, waits = frozen(on, 100), frozen(on, 30)
    assert on.venue.refuses(on.reverse(released=(first,))) is Refusal.UNITS_NOT_AVAILABLE
    assert on.venue.refuses(on.reverse(released=(waits,))) is Refusal.UNITS_NOT_AVAILABLE
    on.venue.does(on.reverse(released=(first, waits)))


def test_only_freezes_of_the_buyers_units_end_with_it_and_each_once() -> None:
    on = settled()
    venue = on.venue
    of_the_seller = placed(venue, FREEZE, 5)
    pledge = frozen(on, 5, kind=PLEDGE)
    freeze = frozen(on, 5)
    for released in ((of_the_seller,), (pledge,), (freeze, freeze), (EncumbranceId(9),)):
        assert venue.refuses(on.reverse(released=released)) is Refusal.UNKNOWN_ENCUMBRANCE


def test_a_freeze_of_the_sellers_takes_hold_of_what_comes_back() -> None:
    on = settled()
    venue = on.venue
    placed(venue, FREEZE, 100_000)  # a hundred of them wait
    told = the(TransferReversed, venue.does(on.reverse()))
    assert venue.lots(venue.seller)[told.lot_id].frozen == 100


def test_the_operator_gives_it_with_an_officer_of_the_trust_company() -> None:
    on = settled()
    venue = on.venue
    for actor in (venue.seller, venue.buyer, venue.trust_company, NOBODY):
        assert venue.refuses(on.reverse(by=actor)) is Refusal.NOT_PERMITTED
    of_the_operator = venue.appoints(LUO, OfficerRole.MAKER)
    for officer_id in (OfficerId(9), of_the_operator):
        command = changed(on.reverse(), confirmed_by=officer_id)
        assert venue.refuses(command) is Refusal.UNKNOWN_OFFICER
    soon = TimeNs(venue.at_ns + DAY_NS)
    leaves = venue.appoints(LUO, OfficerRole.MAKER, of=venue.trust_company, until_ns=soon)
    command = changed(on.reverse(), confirmed_by=leaves)
    venue.waits(DAY_NS)
    assert venue.refuses(command) is Refusal.OUT_OF_OFFICE
    assert venue.refuses(changed(on.reverse(), authority=b"x")) is Refusal.EVIDENCE_OUT_OF_RANGE


def test_where_the_venue_has_four_eyes_one_alone_does_not_undo() -> None:
    venue = trading(terms(), four_eyes=True)
    on = Steps(venue, matched(venue))
    venue.does(venue.confirmation(on.transfer_id))
    assert venue.refuses(on.reverse()) is Refusal.FOUR_EYES_REQUIRED
    proposal_id = venue.proposes(on.reverse())
    venue.does(venue.approval(proposal_id))
    assert venue.holding(venue.buyer) == (0, 0, 0)
    again = venue.proposes(on.reverse())
    assert venue.refuses(venue.approval(again)) is Refusal.LOT_NOT_HELD


@pytest.mark.parametrize(
    "changes",
    [
        {"trade_number": 2},
        {"seller_id": "other", "payer_id": "other"},
        {"buyer_id": "other"},
        {"units": Units(99)},
        {"cost_moved": Fen(1)},
        {"registered": True},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_the_state_still_knows_is_compared(changes: dict[str, Any]) -> None:
    on = settled(registration=True)
    other = HolderId(on.venue.other)
    told = {name: other if value == "other" else value for name, value in changes.items()}
    assert on.venue.refuses(changed(on.reverse(), **told)) is Refusal.CRITERIA_STALE
    stale = changed(on.reverse(), version=1)
    assert on.venue.refuses(stale) is Refusal.TRANSFER_VERSION_STALE


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"product_id": ProductId(9_999)}, Refusal.UNKNOWN_TRANSFER),
        ({"seller_id": HolderId(NOBODY)}, Refusal.UNKNOWN_TRANSFER),
        ({"seller_id": HolderId(PartyId(2))}, Refusal.UNKNOWN_TRANSFER),
        ({"buyer_id": HolderId(PartyId(3))}, Refusal.UNKNOWN_TRANSFER),
        ({"buyer_id": HolderId(PartyId(5))}, Refusal.LOT_NOT_HELD),
        ({"units": Units(99)}, Refusal.LOT_NOT_HELD),
        ({"registered": True}, Refusal.TRANSFER_VERSION_STALE),
    ],
)
def test_of_what_it_has_forgotten_the_lot_is(changes: dict[str, Any], refusal: Refusal) -> None:
    on = settled()
    assert (on.venue.trust_company, on.venue.seller, on.venue.other) == (2, 3, 5)
    assert on.venue.refuses(changed(on.reverse(), **changes)) is refusal


def test_what_was_read_before_its_registration_is_read_anew() -> None:
    on = settled(registration=True)
    read = on.reverse()
    on.venue.does(on.register())
    assert on.venue.refuses(read) is Refusal.TRANSFER_VERSION_STALE
    told = the(TransferReversed, on.venue.does(changed(on.reverse(), version=read.version + 1)))
    assert told.version == read.version + 2


def test_a_transfer_that_is_not_settled_is_not_undone() -> None:
    on = matched_transfer()
    assert on.venue.refuses(on.reverse()) is Refusal.TRANSFER_NOT_IN_STATE
    on.venue.does(on.venue.rejection(on.transfer_id))
    assert on.venue.refuses(on.reverse()) is Refusal.LOT_NOT_HELD


@pytest.mark.parametrize("registration", [False, True])
def test_from_a_snapshot_it_is_undone_all_the_same(*, registration: bool) -> None:
    on = settled(registration=registration)
    command = on.reverse()
    restored = decode_state(encode_state(on.venue.state))
    on.venue.does(command)
    on.venue.state, live = restored, on.venue.state
    on.venue.does(command)
    assert digest(restored) == digest(live)
    assert LotId(on.transfer_id) not in on.venue.lots(on.venue.seller)


def test_a_freeze_of_somebody_elses_lot_does_not_matter() -> None:
    on = settled()
    on.venue.records(on.venue.buyer, 50)
    (_, recorded) = sorted(on.venue.lots(on.venue.buyer))
    on.venue.does(encumbers(on.venue, FREEZE, 50, lot=recorded, holder_id=HolderId(on.venue.buyer)))
    on.venue.does(on.reverse())
    assert set(on.venue.lots(on.venue.buyer)) == {recorded}
