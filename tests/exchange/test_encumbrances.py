"""Pledges and freezes in the engine: what they take hold of, and whom they stop."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec
import pytest

from exchange.events import OrderClosed, TransferAdvanced, TransferSettled
from exchange.limits import ENCUMBRANCES_PER_HOLDING_MAX
from exchange.refusals import Refusal
from exchange.register_commands import Encumber, ReleaseEncumbrance
from exchange.register_events import EncumbranceReleased, UnitsEncumbered
from exchange.transfer_commands import SetOverlay
from exchange.types import OPERATOR_ID, CloseReason, PartyId, PartyKind
from matching import Side
from registry.calendar import day_in_shanghai
from registry.encumbrance import EncumbranceKind
from registry.entries import Cause
from registry.transfer import Overlay, TransferEvent
from registry.types import DayNumber, EncumbranceId, HolderId, LotId, ProductId, TransferId, Units
from tests.exchange.venue import DAY_NS, NOBODY, Venue, kinds, the

PLEDGE, FREEZE = EncumbranceKind.PLEDGE, EncumbranceKind.FREEZE
ORDER_OF_COURT = sha256(b"a court's notice of assistance").digest()
COURT_FREEZE, HELD = Overlay.COURT_FREEZE, Overlay.HELD


@pytest.fixture
def venue() -> Venue:
    """The seller has 100 units in one lot."""
    return Venue(units=100)


def encumbers(
    venue: Venue, kind: EncumbranceKind, units: int, *, lot: int | None = None, **changes: Any
) -> Encumber:
    """A pledge or freeze of the seller's units, or of somebody's."""
    command = Encumber(
        actor=OPERATOR_ID,
        key=venue.key(),
        product_id=venue.product_id,
        holder_id=HolderId(venue.seller),
        kind=kind,
        lot_id=None if lot is None else LotId(lot),
        units=Units(units),
        authority=ORDER_OF_COURT,
        until_on=DayNumber(day_in_shanghai(venue.at_ns) + 30) if kind is FREEZE else None,
    )
    return msgspec.structs.replace(command, **changes)


def placed(venue: Venue, *args: Any, **options: Any) -> EncumbranceId:
    return the(UnitsEncumbered, venue.does(encumbers(venue, *args, **options))).encumbrance_id


def release(venue: Venue, encumbrance_id: int, **changes: Any) -> ReleaseEncumbrance:
    command = ReleaseEncumbrance(
        actor=OPERATOR_ID,
        key=venue.key(),
        encumbrance_id=EncumbranceId(encumbrance_id),
        authority=ORDER_OF_COURT,
    )
    return msgspec.structs.replace(command, **changes)


def buckets(venue: Venue, holder_id: PartyId | None = None) -> tuple[int, int, int, int, int]:
    """Available, reserved, locked, pledged and frozen, of the seller."""
    key = venue.product_id, HolderId(holder_id or venue.seller)
    holding = venue.state.register.holdings[key]
    return (
        holding.available,
        holding.reserved,
        holding.locked,
        holding.pledged,
        holding.frozen,
    )


def matches(venue: Venue, units: int) -> TransferId:
    """So many units of the seller's are matched, and wait for the trust company."""
    venue.sells(units)
    venue.buys(units)
    return venue.pending()[-1]


def overlays(venue: Venue) -> list[Overlay]:
    return [transfer.overlays for transfer in venue.state.register.transfers.values()]


def test_pledged_units_cannot_be_sold_until_the_pledge_is_released(venue: Venue) -> None:
    pledge = placed(venue, PLEDGE, 60)
    assert buckets(venue) == (40, 0, 0, 60, 0)
    order = venue.order(venue.seller, Side.SELL, 50)
    assert venue.refuses(order) is Refusal.UNITS_NOT_AVAILABLE
    venue.sells(40)
    assert buckets(venue) == (0, 40, 0, 60, 0)

    released = the(EncumbranceReleased, venue.does(release(venue, pledge)))

    assert (released.kind, released.units) == (PLEDGE, 60)
    assert buckets(venue) == (60, 40, 0, 0, 0)
    causes = [entry.cause for entry in venue.state.register.entries][-2:]
    assert causes == [Cause.PLEDGE, Cause.PLEDGE_RELEASE]
    assert venue.refuses(release(venue, pledge)) is Refusal.UNKNOWN_ENCUMBRANCE


def test_a_pledge_takes_free_units_only_and_passes_by_those_of_orders(venue: Venue) -> None:
    venue.records(venue.seller, 50)
    venue.sells(90)
    assert venue.refuses(encumbers(venue, PLEDGE, 61)) is Refusal.UNITS_NOT_AVAILABLE
    first, second = sorted(venue.lots(venue.seller))
    named = encumbers(venue, PLEDGE, 11, lot=first)
    assert venue.refuses(named) is Refusal.UNITS_NOT_AVAILABLE
    assert kinds(venue.does(encumbers(venue, PLEDGE, 60))) == ["UnitsEncumbered"]
    assert buckets(venue) == (0, 90, 0, 60, 0)
    assert [lot.pledged for lot in venue.lots(venue.seller).values()] == [10, 50]
    assert second in venue.lots(venue.seller)


def test_a_freeze_takes_free_units_first_and_then_the_newest_orders(venue: Venue) -> None:
    older, newer = venue.sells(30), venue.sells(50)
    assert kinds(venue.does(encumbers(venue, FREEZE, 20))) == ["UnitsEncumbered"]
    assert buckets(venue) == (0, 80, 0, 0, 20)

    closed = the(OrderClosed, venue.does(encumbers(venue, FREEZE, 10)))

    assert (closed.order_id, closed.reason) == (newer, CloseReason.WITHDRAWN_BY_VENUE)
    assert (closed.quantity, closed.released) == (50, 50)
    assert buckets(venue) == (40, 30, 0, 0, 30)
    assert list(venue.state.orders) == [older]


def test_a_freeze_holds_the_newest_transfers_that_it_leaves_without_units(venue: Venue) -> None:
    matches(venue, 40)
    newer = matches(venue, 40)
    events = venue.does(encumbers(venue, FREEZE, 30))
    assert kinds(events) == ["UnitsEncumbered", "TransferAdvanced"]
    held = the(TransferAdvanced, events)
    assert (held.transfer_id, held.event) == (newer, TransferEvent.SET_OVERLAY)
    assert overlays(venue) == [Overlay(0), COURT_FREEZE]
    assert buckets(venue) == (0, 0, 70, 0, 30)
    version = venue.state.register.transfers[newer].version
    assert venue.refuses(venue.confirmation(newer, version=version)) is Refusal.TRANSFER_HELD


def test_a_transfer_goes_on_when_the_freeze_is_released(venue: Venue) -> None:
    transfer_id = matches(venue, 80)
    freeze = placed(venue, FREEZE, 50)
    assert overlays(venue) == [COURT_FREEZE]
    events = venue.does(release(venue, freeze))
    assert kinds(events) == ["EncumbranceReleased", "TransferAdvanced"]
    version = venue.state.register.transfers[transfer_id].version
    the(TransferSettled, venue.does(venue.confirmation(transfer_id, version=version)))
    assert buckets(venue) == (20, 0, 0, 0, 0)


def test_an_older_transfer_that_ends_gives_the_newer_its_units(venue: Venue) -> None:
    older = matches(venue, 50)
    matches(venue, 50)
    placed(venue, FREEZE, 50)
    assert overlays(venue) == [Overlay(0), COURT_FREEZE]
    assert buckets(venue) == (0, 0, 50, 0, 50)
    events = venue.does(venue.rejection(older))
    assert kinds(events) == ["TransferFailed", "TransferAdvanced"]
    assert overlays(venue) == [Overlay(0)]
    assert buckets(venue) == (0, 0, 50, 0, 50)


def test_a_held_transfer_that_ends_leaves_its_units_frozen(venue: Venue) -> None:
    transfer_id = matches(venue, 100)
    freeze = placed(venue, FREEZE, 70)
    version = venue.state.register.transfers[transfer_id].version
    venue.does(venue.rejection(transfer_id, version=version))
    assert buckets(venue) == (30, 0, 0, 0, 70)
    venue.does(release(venue, freeze))
    assert buckets(venue) == (100, 0, 0, 0, 0)


def test_a_freeze_beats_a_pledge_and_gives_it_back(venue: Venue) -> None:
    pledge = placed(venue, PLEDGE, 80)
    freeze = placed(venue, FREEZE, 50)
    assert buckets(venue) == (0, 0, 0, 50, 50)
    venue.does(release(venue, pledge))
    assert buckets(venue) == (50, 0, 0, 0, 50)
    venue.does(release(venue, freeze))
    assert buckets(venue) == (100, 0, 0, 0, 0)


def test_freezes_that_find_nothing_wait_in_their_order(venue: Venue) -> None:
    (lot,) = venue.lots(venue.seller)
    first = placed(venue, FREEZE, 80)
    second = placed(venue, FREEZE, 60, lot=lot)
    third = placed(venue, FREEZE, 50)

    def held() -> list[int]:
        return [each.held for each in venue.state.register.encumbrances.by_id.values()]

    assert held() == [80, 20, 0]
    venue.records(venue.seller, 30)  # the second waits for its own lot
    assert held() == [80, 20, 30]
    assert buckets(venue) == (0, 0, 0, 0, 130)
    venue.does(release(venue, first))
    assert held() == [60, 50]
    assert buckets(venue) == (20, 0, 0, 0, 110)
    venue.does(release(venue, second))
    venue.does(release(venue, third))
    assert buckets(venue) == (130, 0, 0, 0, 0)
    causes = {Cause(entry.cause) for entry in venue.state.register.entries}
    assert {Cause.FREEZE, Cause.FREEZE_RELEASE} <= causes


def test_a_freeze_of_who_has_nothing_takes_what_he_buys(venue: Venue) -> None:
    events = venue.does(encumbers(venue, FREEZE, 30, holder_id=HolderId(venue.buyer)))
    assert the(UnitsEncumbered, events).held == 0
    transfer_id = matches(venue, 50)
    venue.does(venue.confirmation(transfer_id))
    assert buckets(venue, venue.buyer) == (20, 0, 0, 0, 30)


def test_a_freeze_ends_by_itself_after_its_last_day(venue: Venue) -> None:
    tomorrow = DayNumber(day_in_shanghai(venue.at_ns) + 1)
    placed(venue, FREEZE, 100, until_on=tomorrow)
    after_it_ns = (tomorrow + 1) * DAY_NS - 8 * DAY_NS // 24  # midnight in Shanghai
    assert kinds(venue.waits(after_it_ns - 1 - venue.at_ns)) == ["TimeAdvanced"]
    assert buckets(venue) == (0, 0, 0, 0, 100)
    ended = the(EncumbranceReleased, venue.waits(1))
    assert ended.authority is None
    assert buckets(venue) == (100, 0, 0, 0, 0)


def test_an_overlay_of_somebody_else_stays_when_a_freeze_goes(venue: Venue) -> None:
    transfer_id = matches(venue, 100)
    transfer = venue.state.register.transfers[transfer_id]
    venue.does(
        SetOverlay(
            actor=venue.trust_company,
            key=venue.key(),
            transfer_id=transfer_id,
            version=transfer.version,
            overlay=HELD,
            officer="ruan",
        )
    )
    freeze = placed(venue, FREEZE, 1)
    assert overlays(venue) == [HELD | COURT_FREEZE]
    venue.does(release(venue, freeze))
    assert overlays(venue) == [HELD]


REFUSED = [
    (Refusal.NOT_PERMITTED, {"actor": "seller"}),
    (Refusal.UNKNOWN_PARTY, {"holder_id": HolderId(NOBODY)}),
    (Refusal.UNKNOWN_PARTY, {"holder_id": HolderId(OPERATOR_ID)}),
    (Refusal.UNKNOWN_PRODUCT, {"product_id": ProductId(1)}),
    (Refusal.UNKNOWN_PRODUCT, {"actor": "rival"}),
    (Refusal.UNKNOWN_LOT, {"lot_id": LotId(1)}),
    (Refusal.QUANTITY_OUT_OF_RANGE, {"units": Units(0)}),
    (Refusal.QUANTITY_OUT_OF_RANGE, {"units": Units(10**15 + 1)}),
    (Refusal.EVIDENCE_OUT_OF_RANGE, {"authority": b"short"}),
    (Refusal.DATES_OUT_OF_RANGE, {"until_on": None}),
    (Refusal.DATES_OUT_OF_RANGE, {"until_on": -1}),
    (Refusal.DATES_OUT_OF_RANGE, {"until_on": 3 * 365 + 1}),
    (Refusal.DATES_OUT_OF_RANGE, {"kind": PLEDGE}),
    (Refusal.UNITS_NOT_AVAILABLE, {"kind": PLEDGE, "until_on": None, "units": Units(101)}),
]


@pytest.mark.parametrize(("expected", "changes"), REFUSED)
def test_what_is_no_encumbrance_is_refused(
    venue: Venue, expected: Refusal, changes: dict[str, Any]
) -> None:
    rival = venue.registers(PartyKind.TRUST_COMPANY)
    actors = {"seller": venue.seller, "rival": rival}
    changes = dict(changes)
    if "actor" in changes:
        changes["actor"] = actors[changes["actor"]]
    if isinstance(changes.get("until_on"), int):
        changes["until_on"] = DayNumber(day_in_shanghai(venue.at_ns) + changes["until_on"])
    command = msgspec.structs.replace(encumbers(venue, FREEZE, 10), **changes)
    assert venue.refuses(command) is expected


def test_the_trust_company_keeps_its_own_register_and_no_other(venue: Venue) -> None:
    rival = venue.registers(PartyKind.TRUST_COMPANY)
    freeze = placed(venue, FREEZE, 10, actor=venue.trust_company)
    unknown = Refusal.UNKNOWN_ENCUMBRANCE
    assert venue.refuses(release(venue, freeze, actor=venue.seller)) is Refusal.NOT_PERMITTED
    assert venue.refuses(release(venue, freeze, actor=rival)) is unknown
    assert venue.refuses(release(venue, 1)) is unknown
    short = release(venue, freeze, authority=b"short")
    assert venue.refuses(short) is Refusal.EVIDENCE_OUT_OF_RANGE
    venue.does(release(venue, freeze, actor=venue.trust_company))


def test_only_so_many_lie_on_a_holding(venue: Venue) -> None:
    for _ in range(ENCUMBRANCES_PER_HOLDING_MAX):
        placed(venue, FREEZE, 1)
    assert venue.refuses(encumbers(venue, FREEZE, 1)) is Refusal.ENCUMBRANCES_MAX
    venue.does(encumbers(venue, FREEZE, 1, holder_id=HolderId(venue.buyer)))
