"""From what is on the disk back to the state: the newest snapshot, then the journal after it,
every byte compared.

The whole hash chain is verified from the first row, the commands after the snapshot are executed
again and must give the event bytes that were stored, and the rows of everything that lives must
say what the state says. Anything else refuses the start, naming the sequence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from typing import Final

import msgspec

from exchange.codec import CHAIN_START, chain, decode_command, encode_events
from exchange.commands import AnyCommand
from exchange.engine import apply
from exchange.errors import JournalCorrupt, ReplayDiffers, StoreFault
from exchange.events import AnyEvent
from exchange.market_view import MarketView, MarketViewState
from exchange.ports import Head, JournalRow, Reader, Row, Snapshot
from exchange.rules_following import book_classed
from exchange.sequencer import Committed
from exchange.snapshot import decode_state, encode_state, is_of_another_version
from exchange.state import State
from exchange.store.rows import take_rows
from exchange.types import Sequence
from registry.types import ProductId

JOURNAL_START: Final = Sequence(0)


@dataclass(frozen=True, slots=True)
class Recovered:
    """What the disk says."""

    state: State
    view: MarketView
    replayed: int
    """Commands executed again after the snapshot."""


def recover(read: Reader, head: Head, *, whole_chain: bool = True) -> Recovered:
    """The state as of the stream head.

    Args:
        whole_chain: verify the journal from its first row, not only from the newest snapshot.

    Raises:
        JournalCorrupt: what is stored contradicts itself.

    Cost: some 2 µs a journal row before the snapshot, some 30 µs after it.
    """
    snapshot = _newest_snapshot(read, head)
    state, view = (State(), MarketView()) if snapshot is None else load_snapshot(snapshot)
    replayed = 0
    first_executed = state.sequence + 1
    belongs = snapshot is None
    if snapshot is None or whole_chain:
        last, previous = JOURNAL_START, CHAIN_START
    else:
        belongs = True
        last, previous = snapshot.sequence, snapshot.hash
    for row in verified_rows(read, after=last, previous=previous):
        last, previous = row.sequence, row.hash
        if row.sequence > state.sequence:
            execute_again(state, view, row)
            replayed += 1
        elif snapshot is not None and (row.sequence, row.hash) == (
            snapshot.sequence,
            snapshot.hash,
        ):
            belongs = True
    if last != head.sequence:
        raise JournalCorrupt(last + 1, f"missing, or the head is wrong: {head.sequence}")
    if not belongs:
        raise JournalCorrupt(first_executed - 1, "the snapshot is of another journal")
    if previous != head.hash:
        raise JournalCorrupt(head.sequence, "its hash is not that of the stream head")
    take_rows(state)
    compare_live_rows(read, state)
    return Recovered(state, view, replayed)


def is_of_this_version(snapshot: Snapshot) -> bool:
    """Whether the snapshot is to be looked at: one that another version of the program made says
    nothing that the journal does not."""
    return not (_are_bytes(snapshot.state) and is_of_another_version(snapshot.state))


def load_snapshot(snapshot: Snapshot) -> tuple[State, MarketView]:
    """The state and view of a snapshot, whose digest is compared.

    Raises:
        JournalCorrupt: it is not what was saved.
    """
    if not _are_bytes(snapshot.state, snapshot.view):
        raise JournalCorrupt(snapshot.sequence, "the snapshot is no bytes")
    stored = sha256(snapshot.state + snapshot.view).digest()
    if stored != snapshot.digest:
        raise JournalCorrupt(snapshot.sequence, "the snapshot's digest is another")
    try:
        state = decode_state(snapshot.state)
        view = view_of(msgspec.msgpack.decode(snapshot.view, type=MarketViewState), state)
    except (ValueError, LookupError, AssertionError) as error:  # msgspec's errors are ValueErrors
        raise JournalCorrupt(snapshot.sequence, f"the snapshot is none: {error!r}") from error
    if encode_state(state) != snapshot.state or state.sequence != snapshot.sequence:
        raise JournalCorrupt(snapshot.sequence, "the snapshot does not give its state again")
    return state, view


def view_of(image: MarketViewState, state: State) -> MarketView:
    """The view of a snapshot; what it says of classes is in the state of the same moment. Cost:
    O(view + orders that rest)."""
    view = MarketView.from_state(image)
    for product in state.products.values():
        if product.veto is not None and product.veto.classes is not None:
            view.restore_classes(book_classed(product))
    return view


def snapshot_of(state: State, view: MarketView, head: Head) -> Snapshot:
    """The snapshot of a state at rest: nothing formed and not yet published."""
    assert state.sequence == head.sequence == view.eseq, (state.sequence, head, view.eseq)
    encoded = encode_state(state)
    encoded_view = msgspec.msgpack.encode(view.to_state())
    return Snapshot(
        sequence=head.sequence,
        hash=head.hash,
        digest=sha256(encoded + encoded_view).digest(),
        state=encoded,
        view=encoded_view,
    )


def verified_rows(
    read: Reader, *, after: Sequence = JOURNAL_START, previous: bytes = CHAIN_START
) -> Iterator[JournalRow]:
    """The journal's rows, each the successor of the one before and hashed over it.

    Args:
        after: the sequence before the first row, and
        previous: its hash.

    Raises:
        JournalCorrupt: a row is missing or was altered.
    """
    expected = after + 1
    rows = read.journal(after=after)
    while (row := _next_row(read, rows, expected)) is not None:
        if row.sequence != expected:
            raise JournalCorrupt(expected, "missing")
        if not _is_well_typed(row):
            raise JournalCorrupt(expected, "its values are of other types")
        previous = chain(
            previous,
            sequence=row.sequence,
            at_ns=row.at_ns,
            command=row.command,
            events=row.events,
        )
        if previous != row.hash:
            raise JournalCorrupt(row.sequence, "its bytes do not give its hash")
        expected += 1
        yield row


def _newest_snapshot(read: Reader, head: Head) -> Snapshot | None:
    try:
        return next(filter(is_of_this_version, read.snapshots()), None)
    except StoreFault as fault:
        raise JournalCorrupt(head.sequence, f"a snapshot cannot be read: {fault}") from fault


def _next_row(read: Reader, rows: Iterator[JournalRow], expected: int) -> JournalRow | None:
    try:
        return next(rows, None)
    except StoreFault as fault:
        # Rows are fetched many at a time: which of them it was is found one by one.
        sequence = next(each for each in count(expected) if not _can_be_read(read, each))
        raise JournalCorrupt(sequence, f"it cannot be read: {fault}") from fault


def _can_be_read(read: Reader, sequence: int) -> bool:
    try:
        read.journal_row(Sequence(sequence))
    except StoreFault:
        return False
    else:
        return True


def _is_well_typed(row: JournalRow) -> bool:
    # SQLite stores any type in any column, and the hash of a rendering would not notice.
    at_ns: object = row.at_ns
    return isinstance(at_ns, int) and _are_bytes(row.command, row.events, row.hash)


def _are_bytes(*values: object) -> bool:
    return all(isinstance(value, bytes) for value in values)


def execute_again(state: State, view: MarketView, row: JournalRow) -> tuple[AnyEvent, ...]:
    """Apply a stored command; its events, which must be the stored bytes.

    Raises:
        ReplayDiffers: it does not.
    """
    events = apply_again(state, stored_command(row), row)
    view.apply(Committed(row.sequence, row.at_ns, events))
    return events


def stored_command(row: JournalRow) -> AnyCommand:
    """The command of a row.

    Raises:
        ReplayDiffers: its bytes are none.
    """
    try:
        return decode_command(row.command)
    except ValueError as error:  # msgspec's errors are ValueErrors
        raise _not_executed(row, error) from error


def apply_again(state: State, command: AnyCommand, row: JournalRow) -> tuple[AnyEvent, ...]:
    """Apply the command of a row; the events, which must be the stored bytes.

    Raises:
        ReplayDiffers: they are not.
    """
    try:
        events = apply(state, command, sequence=row.sequence, at_ns=row.at_ns)
    except (ValueError, LookupError, AssertionError) as error:
        raise _not_executed(row, error) from error
    if encode_events(events) != row.events:
        raise ReplayDiffers(row.sequence, "executed again, it causes other events")
    return events


def _not_executed(row: JournalRow, error: Exception) -> ReplayDiffers:
    return ReplayDiffers(row.sequence, f"it cannot be executed again: {error!r}")


def compare_live_rows(read: Reader, state: State) -> None:
    """Compare the rows of parties, products, accounts, lots and claims on them, pledges and
    freezes, open orders, transfers that are open or not registered, officers, open proposals,
    exceptions, cases, profiles, open applications, open negotiations, halts that stand, calendars
    and fee schedules with the state, and with its holdings the last entries of the register.

    Raises:
        ReplayDiffers: a row says something else than the state.
        JournalCorrupt: a row cannot be read.
    """
    touch_all(state)
    expected = take_rows(state)
    # The history is not in the state; of its end, the holdings are.
    assert not expected.pop("register")
    assert not expected.pop("register_files")
    assert not expected.pop("reversals")
    assert not expected.pop("signed_decisions")
    assert not expected.pop("disclosures")
    assert not expected.pop("market_claims")
    assert not expected.pop("disqualified_orders")
    assert not expected.pop("held_transfers")
    assert not expected.pop("suspended_products")
    for table, rows in expected.items():
        try:
            stored: set[Row] = set(read.rows(table, live_only=True))
        except StoreFault as fault:
            raise JournalCorrupt(state.sequence, f"{table} cannot be read: {fault}") from fault
        if stored != set(rows):
            wrong = min(stored.symmetric_difference(rows), key=repr)
            raise ReplayDiffers(state.sequence, f"a row of {table} differs: {wrong}")

    _compare_register(read, state)


def _compare_register(read: Reader, state: State) -> None:
    held: dict[ProductId, set[Row]] = {product_id: set() for product_id in state.products}
    for (product_id, holder_id), holding in state.register.holdings.items():
        encumbered = holding.pledged, holding.frozen
        row = (holder_id, holding.total, holding.principal, *encumbered, len(holding.lots))
        held[product_id].add(row)
    for product_id, expected in held.items():
        try:
            entered = set(read.holders(product_id))
        except StoreFault as fault:
            raise JournalCorrupt(state.sequence, f"register cannot be read: {fault}") from fault
        if entered != expected:
            wrong = min(entered.symmetric_difference(expected), key=repr)
            what = f"the register of product {product_id} differs: {wrong}"
            raise ReplayDiffers(state.sequence, what)


def touch_all(state: State) -> None:
    """Mark everything that lives, so that its rows can be taken."""
    touched = state.touched
    touched.parties.update(state.parties)
    touched.products.update(state.products)
    touched.orders.update(state.orders)
    touched.halts.update(state.halts.standing)
    touched.fees.extend(state.fees.dated)
    state.days.touched.update(state.calendars)
    state.cash.touched.update(state.cash.accounts)
    for holding in state.register.holdings.values():
        state.register.touched_lots.update(holding.lots)
        claimed = {
            lot_id: lot for lot_id, lot in holding.lots.items() if lot.reserved or lot.locked
        }
        state.register.touched_claims.update(claimed)
    encumbrances = state.register.encumbrances
    encumbrances.touched.update(encumbrances.by_id)
    state.desk.touch_all()
    state.negotiations.touch_all()
    touched.money.touch_all(state.money)
    state.evidence.touched.update(state.evidence.links)
    state.clients.touch_all()
    state.rules.touch_all()
    for transfers in (state.register.transfers, state.register.unregistered):
        for transfer_id, transfer in transfers.items():
            touched.transfers[transfer_id] = (transfer, state.leg_of(transfer))
