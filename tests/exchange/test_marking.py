"""Freezes that concern more open transfers than one command looks at: time marks them, a few at
once, and meanwhile nothing settles that may lack units."""

from __future__ import annotations

import msgspec
import pytest

from exchange.events import OrderClosed, TransferAdvanced, TransferOpened, TransferSettled
from exchange.limits import MARKS_PER_COMMAND_MAX
from exchange.register_commands import Encumber
from exchange.register_events import UnitsEncumbered
from exchange.sequencer import Batch
from exchange.snapshot import decode_state, digest, encode_state
from exchange.types import OPERATOR_ID
from matching import Side
from registry.calendar import day_in_shanghai
from registry.encumbrance import EncumbranceKind
from registry.transfer import Overlay, TransferEvent, TransferState
from registry.types import DayNumber, HolderId, TransferId, Units
from tests.exchange.desk import Desk, order
from tests.exchange.test_encumbrances import FREEZE, encumbers, placed, release
from tests.exchange.venue import TERMS, Venue
from tests.simulation.traffic import LOT, PRODUCTS, TRADERS

AT_ONCE = 2
COURT_FREEZE = Overlay.COURT_FREEZE


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.marking.SALES_MARKED_AT_ONCE_MAX", AT_ONCE)
    monkeypatch.setattr("exchange.marking.MARKS_PER_COMMAND_MAX", AT_ONCE)


def with_transfers(count: int, **terms: object) -> tuple[Venue, list[TransferId]]:
    """The seller has sold ten units so often, and has no others."""
    transfer_terms = msgspec.structs.replace(TERMS.transfer_terms, **terms)
    venue = Venue(
        units=10 * count, terms=msgspec.structs.replace(TERMS, transfer_terms=transfer_terms)
    )
    for _ in range(count):
        venue.sells(10)
    for _ in range(count):
        venue.buys(10)
    return venue, venue.pending()


def held(venue: Venue) -> list[TransferId]:
    return [
        transfer_id
        for transfer_id, transfer in venue.state.register.transfers.items()
        if COURT_FREEZE in transfer.overlays
    ]


def marked(venue: Venue) -> list[TransferId]:
    """Time passes: which transfers were held, or went on, in which order."""
    return [
        event.transfer_id
        for event in venue.waits(0)
        if isinstance(event, TransferAdvanced | TransferSettled)
    ]


def test_many_transfers_are_held_by_time_the_newest_first() -> None:
    venue, (oldest, second, third, fourth, newest) = with_transfers(5)
    assert [type(event) for event in venue.does(encumbers(venue, FREEZE, 40))] == [UnitsEncumbered]
    assert marked(venue) == [newest, fourth]
    again = decode_state(encode_state(venue.state))
    assert digest(again) == digest(venue.state)
    assert again.register.encumbrances.marking == venue.state.register.encumbrances.marking
    assert marked(venue) == [third, second]
    assert venue.state.register.encumbrances.marking == {}
    assert marked(venue) == []
    assert held(venue) == [second, third, fourth, newest]
    assert oldest not in held(venue)


def test_few_are_marked_by_the_command_itself() -> None:
    venue, transfers = with_transfers(AT_ONCE)
    venue.does(encumbers(venue, FREEZE, 20))
    assert held(venue) == transfers
    assert venue.state.register.encumbrances.marking == {}


def test_many_transfers_go_on_by_time_the_oldest_first() -> None:
    venue, transfers = with_transfers(4)
    freeze = placed(venue, FREEZE, 40)
    while marked(venue):
        pass
    assert held(venue) == transfers
    venue.does(release(venue, freeze))
    assert held(venue) == transfers
    assert [marked(venue), marked(venue), marked(venue)] == [transfers[:2], transfers[2:], []]


def test_what_is_confirmed_before_it_is_marked_waits_and_then_settles_if_it_has_units() -> None:
    venue, transfers = with_transfers(4)
    venue.does(encumbers(venue, FREEZE, 30))
    for transfer_id in transfers:
        venue.does(venue.confirmation(transfer_id))
    states = {each.state for each in venue.state.register.transfers.values()}
    assert states == {TransferState.CONFIRMED}
    assert marked(venue) == transfers[:1]
    assert held(venue) == transfers[1:]
    assert venue.holding(venue.buyer) == (10, 0, 0)


def test_what_settles_by_the_clock_before_it_is_marked_is_held() -> None:
    venue, transfers = with_transfers(4, cut_off_minute=0)
    for transfer_id in transfers[:2]:
        venue.does(venue.confirmation(transfer_id))
    settle_ns = venue.state.register.transfers[transfers[0]].due_ns
    assert settle_ns is not None
    venue.does(encumbers(venue, FREEZE, 40))
    events = venue.waits(settle_ns - venue.at_ns)
    told = [(each.transfer_id, each.event) for each in events if isinstance(each, TransferAdvanced)]
    by_clock = [(each, TransferEvent.SET_OVERLAY) for each in transfers[:2]]
    marks = [(each, TransferEvent.SET_OVERLAY) for each in reversed(transfers[2:])]
    assert told == by_clock + marks
    assert held(venue) == transfers
    assert venue.state.register.encumbrances.marking == {}


def test_what_cannot_lack_units_settles_all_the_while() -> None:
    venue, transfers = with_transfers(4)
    venue.records(venue.seller, 10)
    venue.sells(10)
    venue.buys(10)
    (first, second) = sorted(venue.lots(venue.seller))
    venue.does(encumbers(venue, FREEZE, 40, lot=first))
    of_other_lot = venue.pending()[-1]
    events = venue.does(venue.confirmation(of_other_lot))
    assert [type(event) for event in events] == [TransferSettled]
    assert second not in venue.lots(venue.seller)
    assert marked(venue) == transfers[:1:-1]


def test_every_holding_gets_its_turn() -> None:
    venue, transfers = with_transfers(3)
    venue.records(venue.other, 30)
    for _ in range(3):
        venue.sells(10, by=venue.other)
    for _ in range(3):
        venue.buys(10)
    of_other = venue.pending()[3:]
    venue.does(encumbers(venue, FREEZE, 30))
    venue.does(encumbers(venue, FREEZE, 30, holder_id=HolderId(venue.other)))
    assert [marked(venue) for _ in range(4)] == [
        [transfers[2], transfers[1]],
        [of_other[2], of_other[1]],
        [transfers[0], of_other[0]],
        [],
    ]


def test_orders_go_on_while_thousands_are_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """One command of time a batch, beside the others' commands, and no more than fit the outbox."""
    monkeypatch.undo()
    desk, count = Desk(), 4 * MARKS_PER_COMMAND_MAX
    for number in range(count):
        desk.offer(order(f"sell-{number}", trader=0, side=Side.SELL))
        desk.offer(order(f"buy-{number}", trader=1))
        if number % 200 == 199:
            drain(desk)
    state = desk.sequencer.state
    assert len(state.register.transfers) == count
    freeze = Encumber(
        actor=OPERATOR_ID,
        key="freeze",
        product_id=PRODUCTS[0],
        holder_id=HolderId(TRADERS[0]),
        kind=EncumbranceKind.FREEZE,
        lot_id=None,
        units=Units(10**6 * LOT),
        authority=bytes(32),
        until_on=DayNumber(day_in_shanghai(state.at_ns) + 1),
    )
    assert desk.give(freeze).refusal is None
    marks = []
    for number in range(4):
        answers = desk.offer(order(f"late-{number}", trader=2, price=9_000))
        batch = desk.form()
        desk.commit(batch)
        assert answers.one.refusal is None
        marks.append(told(batch))
    assert marks == [MARKS_PER_COMMAND_MAX] * 4
    assert desk.sequencer.form() is None
    assert state.register.encumbrances.marking == {}


def drain(desk: Desk) -> None:
    while (batch := desk.sequencer.form()) is not None:
        desk.commit(batch)


def told(batch: Batch) -> int:
    """How many transfers were marked, by the one command that let time pass."""
    events = [event for committed in batch.committed for event in committed.events]
    assert not {TransferOpened, OrderClosed} & set(map(type, events))
    clocks = [row[2] for row in batch.changes.journal]
    assert len(clocks) == 2, clocks
    return sum(isinstance(event, TransferAdvanced) for event in events)
