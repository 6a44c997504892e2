"""Another pack is asked of a stored journal: all of it or nothing, and nothing is changed."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from exchange import what_if as module
from exchange.alternative import Alternative, Judged, JudgedDeal, JudgedOrder
from exchange.codec import decode_command, decode_events
from exchange.commands import PlaceOrder, ReplaceOrder
from exchange.errors import JournalCorrupt
from exchange.events import CommandRefused, OrderFilled
from exchange.store.database import migrate, open_reader, open_writer
from exchange.store.read import StoreReader
from exchange.types import Sequence
from exchange.what_if import symbols, what_if
from tests.exchange.desk import order
from tests.exchange.rules.test_alternative import DRAFT, PACKS
from tests.exchange.stored import LAST_SEQUENCE, StoredVenue, open_store, traded
from tests.exchange.test_recovery import alter


def asked(path: Path, pack_id: str = DRAFT, *, symbol: str | None = None) -> list[Judged]:
    """All that the pack says of the journal."""
    return list(what_if(path, Alternative(PACKS[pack_id], PACKS, symbol=symbol)))


def test_every_order_that_was_taken_and_every_deal_is_judged_once(tmp_path: Path) -> None:
    path = traded(tmp_path)
    orders: list[int] = []
    deals: list[int] = []
    read = StoreReader(open_reader(path))
    for row in read.journal(after=Sequence(0)):
        events = decode_events(row.events)
        is_order = isinstance(decode_command(row.command), PlaceOrder | ReplaceOrder)
        if is_order and not isinstance(events[0], CommandRefused):
            orders.append(row.sequence)
        deals += [each.transfer_id for each in events if isinstance(each, OrderFilled)]
    read.close()
    judged = asked(path)
    assert [each.sequence for each in judged if isinstance(each, JudgedOrder)] == orders
    assert [each.transfer_id for each in judged if isinstance(each, JudgedDeal)] == deals
    assert len(orders) > 20
    assert len(deals) > 5


def test_what_was_touched_is_forgotten_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = traded(tmp_path)
    at_the_end = asked(path)
    monkeypatch.setattr(module, "FORGOTTEN_EVERY_COMMANDS", 1)
    assert asked(path) == at_the_end


def test_a_pack_that_the_venue_keeps_by_itself_finds_nothing(tmp_path: Path) -> None:
    judged = asked(traded(tmp_path), "SANDBOX")
    assert judged
    assert [each.findings for each in judged] == [()] * len(judged)


def test_only_one_product_is_looked_at(tmp_path: Path) -> None:
    path = traded(tmp_path)
    everything = asked(path)
    by_symbol = {symbol: asked(path, symbol=symbol) for symbol in symbols(path)}
    assert {each.terms.symbol for each in everything} <= by_symbol.keys()
    for symbol, judged in by_symbol.items():
        assert judged == [each for each in everything if each.terms.symbol == symbol]


def test_a_damaged_record_is_refused_before_anything_is_told(tmp_path: Path) -> None:
    path = traded(tmp_path)
    statement = "UPDATE journal SET events = events || x'00' WHERE sequence = ?"
    alter(path, statement, LAST_SEQUENCE)
    judged = what_if(path, Alternative(PACKS[DRAFT], PACKS, symbol=None))
    with pytest.raises(JournalCorrupt) as fault:
        next(judged)
    assert fault.value.sequence == LAST_SEQUENCE


def test_a_journal_that_was_cut_is_refused(tmp_path: Path) -> None:
    path = traded(tmp_path)
    alter(path, "DELETE FROM journal WHERE sequence > 140")
    with pytest.raises(JournalCorrupt) as fault:
        asked(path)
    assert fault.value.sequence == 141


def test_nothing_is_changed_or_left_behind(tmp_path: Path) -> None:
    path = traded(tmp_path)
    before = sha256(path.read_bytes()).digest()
    asked(path)
    assert sha256(path.read_bytes()).digest() == before
    beside = {"venue.sqlite3-shm", "venue.sqlite3-wal"}
    assert {each.name for each in tmp_path.iterdir()} - beside == {"venue.sqlite3"}


def test_a_venue_may_go_on_meanwhile(tmp_path: Path) -> None:
    venue = StoredVenue(traded(tmp_path))
    path = tmp_path / "venue.sqlite3"
    everything = asked(path)
    judged = what_if(path, Alternative(PACKS[DRAFT], PACKS, symbol=None))
    first = next(judged)
    venue.give(order("a"))
    assert [first, *judged] == everything
    assert len(asked(path)) > len(everything)
    venue.close()


def test_of_a_venue_in_which_nothing_has_happened_there_is_nothing_to_tell(tmp_path: Path) -> None:
    path = tmp_path / "venue.sqlite3"
    writer = open_writer(path)
    migrate(writer)
    writer.dispose()
    store = open_store(path)
    store.take_over()
    store.close()
    assert asked(path) == []
    assert symbols(path) == frozenset()
