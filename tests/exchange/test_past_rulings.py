"""What was said of a stored transfer is told from as little of the journal as it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from exchange.codec import decode_events
from exchange.errors import JournalCorrupt, StoreFault
from exchange.events import OrderFilled
from exchange.past_rulings import PastRulings, past_rulings
from exchange.rules.types import Stage
from exchange.store.database import open_reader
from exchange.store.read import StoreReader
from exchange.types import Sequence
from registry.types import TransferId
from tests.exchange.stored import SNAPSHOT_SEQUENCE, traded
from tests.exchange.test_recovery import alter


def fills(path: Path) -> list[OrderFilled]:
    """All of the journal."""
    read = StoreReader(open_reader(path))
    rows = list(read.journal(after=Sequence(0)))
    read.close()
    return [
        event
        for row in rows
        for event in decode_events(row.events)
        if isinstance(event, OrderFilled)
    ]


def told(path: Path, fill: OrderFilled) -> PastRulings:
    past = past_rulings(path, fill.transfer_id)
    assert past is not None
    return past


def test_every_transfer_is_found_with_its_parties_and_its_match(tmp_path: Path) -> None:
    path = traded(tmp_path)
    found = fills(path)
    assert len(found) > 5
    for fill in found:
        past = told(path, fill)
        assert (past.seller_id, past.buyer_id) == (fill.seller_id, fill.buyer_id)
        (met,) = [each for each in past.asked if each.stage is Stage.MATCH]
        assert met.sequence == fill.transfer_id // 1000


def test_a_snapshot_before_its_orders_says_the_same_as_the_whole_journal(tmp_path: Path) -> None:
    path = traded(tmp_path)
    late = [
        each
        for each in fills(path)
        if min(each.maker_order_id, each.taker_order_id) > SNAPSHOT_SEQUENCE
    ]
    assert late
    from_snapshot = [told(path, each) for each in late]
    alter(path, "UPDATE journal SET at_ns = at_ns + 1 WHERE sequence = 20")
    assert [told(path, each) for each in late] == from_snapshot, "it need not be read"
    alter(path, "UPDATE journal SET at_ns = at_ns - 1 WHERE sequence = 20")
    alter(path, "DELETE FROM snapshots")
    assert [told(path, each) for each in late] == from_snapshot


def test_what_was_altered_on_the_way_is_refused(tmp_path: Path) -> None:
    path = traded(tmp_path)
    first = fills(path)[0]
    alter(path, "UPDATE journal SET at_ns = at_ns + 1 WHERE sequence = 5")
    with pytest.raises(JournalCorrupt) as fault:
        past_rulings(path, first.transfer_id)
    assert fault.value.sequence == 5


def test_what_never_was_is_none(tmp_path: Path) -> None:
    path = traded(tmp_path)
    assert past_rulings(path, TransferId(1)) is None
    assert past_rulings(path, TransferId(10**9)) is None
    assert past_rulings(path, TransferId(fills(path)[0].transfer_id + 900)) is None
    with pytest.raises(StoreFault):
        past_rulings(tmp_path / "nowhere.sqlite3", TransferId(1))
