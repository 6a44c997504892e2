"""What the rules said of a transfer of a venue's past, at each stage that was taken.

The part of the journal that it takes is executed again, byte for byte as it was: from the newest
snapshot before its orders, or from the first command, until the transfer has ended. Reads one
committed state and writes nothing; the venue may go on meanwhile.
"""

from dataclasses import dataclass
from pathlib import Path

from exchange.codec import CHAIN_START, decode_events
from exchange.commands import CreateProduct
from exchange.events import CommandRefused, OrderFilled, TransferOpened
from exchange.limits import TRANSFER_IDS_PER_COMMAND
from exchange.ports import Snapshot
from exchange.recovery import (
    JOURNAL_START,
    apply_again,
    is_of_this_version,
    load_snapshot,
    stored_command,
    verified_rows,
)
from exchange.rules.types import Rule
from exchange.rulings import Asked, RuleName, Rulings
from exchange.state import State
from exchange.store.database import open_reader
from exchange.store.read import StoreReader
from exchange.store.rows import take_rows
from exchange.types import PartyId, Sequence
from exchange.what_if import FORGOTTEN_EVERY_COMMANDS
from matching import BUY, OrderId
from registry.types import TransferId


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRulings:
    """Of one transfer."""

    transfer_id: TransferId
    terms: CreateProduct
    """Of its product."""
    seller_id: PartyId
    buyer_id: PartyId
    asked: tuple[Asked, ...]
    """In the order in which it happened."""
    rules: dict[RuleName, Rule]
    """By which was judged, each as it was."""


def past_rulings(database: Path, transfer_id: TransferId) -> PastRulings | None:
    """What was said of the transfer until now; None: there is no such transfer.

    Args:
        database: the journaled SQLite file.

    Raises:
        JournalCorrupt: what is executed contradicts itself; it names the sequence.
        StoreFault: it cannot be read.

    Cost: some 30 µs for each command between the snapshot and the transfer's end; memory O(state).
    """
    read = StoreReader(open_reader(database))
    try:
        read.pin()
        opened = _opening(read, transfer_id)
        if opened is None:
            return None
        order_ids = _orders_of(read, opened)
        # An order has the number of the command that has made it.
        first = Sequence(min(_sequence_of(transfer_id), *order_ids))
        snapshot = _snapshot_before(read, first)
        return _execute(read, snapshot, opened, order_ids)
    finally:
        read.close()


def _execute(
    read: StoreReader,
    snapshot: Snapshot | None,
    opened: TransferOpened,
    order_ids: frozenset[OrderId],
) -> PastRulings:
    if snapshot is None:
        state, after, previous = State(), JOURNAL_START, CHAIN_START
    else:
        state, _ = load_snapshot(snapshot)
        after, previous = snapshot.sequence, snapshot.hash
    transfer_id = opened.transfer_id
    rulings, opened_by = Rulings(state, transfer_id, order_ids), _sequence_of(transfer_id)
    for row in verified_rows(read, after=after, previous=previous):
        events = apply_again(state, stored_command(row), row)
        if events and isinstance(events[0], CommandRefused):
            rulings.forget(row.sequence)
        if row.sequence >= opened_by and transfer_id not in state.register.transfers:
            break
        if row.sequence % FORGOTTEN_EVERY_COMMANDS == 0:
            take_rows(state)
    return PastRulings(
        transfer_id=transfer_id,
        terms=state.products[opened.product_id].terms,
        seller_id=opened.seller_id,
        buyer_id=opened.buyer_id,
        asked=tuple(rulings.asked),
        rules=rulings.rules,
    )


def _opening(read: StoreReader, transfer_id: TransferId) -> TransferOpened | None:
    sequence = _sequence_of(transfer_id)
    if not JOURNAL_START < sequence <= read.head().sequence:
        return None
    for event in decode_events(read.journal_row(sequence).events):
        if isinstance(event, TransferOpened) and event.transfer_id == transfer_id:
            return event
    return None


def _orders_of(read: StoreReader, opened: TransferOpened) -> frozenset[OrderId]:
    """The two that have made it; of one whose buyer has taken another's place, the seller's."""
    first = opened
    while first.preempts is not None:
        before = _opening(read, first.preempts)
        assert before is not None, first  # it was open when its buyer was replaced
        first = before
    for event in decode_events(read.journal_row(_sequence_of(first.transfer_id)).events):
        if isinstance(event, OrderFilled) and event.transfer_id == first.transfer_id:
            maker_id, taker_id = event.maker_order_id, event.taker_order_id
            if first is opened:
                return frozenset({maker_id, taker_id})
            return frozenset({maker_id if event.taker_side is BUY else taker_id})
    raise AssertionError(first)  # every transfer is the fill of two orders, or takes one's place


def _snapshot_before(read: StoreReader, sequence: Sequence) -> Snapshot | None:
    """The newest of this version of the program that is older than the command."""
    return next(
        (
            each
            for each in read.snapshots()
            if each.sequence < sequence and is_of_this_version(each)
        ),
        None,
    )


def _sequence_of(transfer_id: TransferId) -> Sequence:
    """Of the command that has opened the transfer."""
    return Sequence(transfer_id // TRANSFER_IDS_PER_COMMAND)
