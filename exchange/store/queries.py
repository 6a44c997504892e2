"""Every SELECT about parties, money, orders, moments and the outbox, for people and messengers to
read: committed state only.

Nothing is decided from what these return: the engine decides from its own state.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import BigInteger, Connection, Engine, Select, bindparam, func, select

from exchange.codec import decode_command, decode_event, decode_events
from exchange.commands import CreateProduct
from exchange.events import AnyEvent
from exchange.ports import JournalRow, Row
from exchange.store.calendar_rows import calendar_in
from exchange.store.calendar_tables import calendars
from exchange.store.tables import (
    accounts,
    journal,
    orders,
    outbox,
    parties,
    products,
    register_files,
    stream,
)
from exchange.types import Fen, OrderStatus, PartyId, PartyKind, Sequence
from matching import OrderId, Price, Quantity, Side, TimeInForce
from registry.calendar import Calendar
from registry.store.queries import IDS_PER_STATEMENT
from registry.types import ProductId, TimeNs

Found = TypeVar("Found")

OPEN_STATUSES: Final = (OrderStatus.OPEN.value, OrderStatus.PARTIALLY_MATCHED.value)
ORDER_COLUMNS: Final = tuple(orders.c.keys())
ACCOUNT_COLUMNS: Final = tuple(accounts.c.keys())
HEAD_SEQUENCE: Final = select(stream.c.last_sequence)
MOMENT: Final = select(journal.c.at_ns).where(
    journal.c.sequence == bindparam("sequence", type_=BigInteger)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """The money of one party, by bucket."""

    deposited: Fen
    available: Fen
    reserved: Fen
    escrow: Fen
    frozen: Fen
    withdrawn: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order, open or not, as of the last committed command."""

    order_id: OrderId
    party_id: PartyId
    client_order_id: str
    product_id: ProductId
    side: Side
    price: Price
    quantity: Quantity
    open_quantity: Quantity
    filled_quantity: Quantity
    reserved: int
    """Fen of a buy, units of a sell."""
    consideration: Fen
    accrued: Fen
    """Besides a clean price."""
    fees: Fen
    time_in_force: TimeInForce
    post_only: bool
    minimum_quantity: Quantity
    all_or_none: bool
    whole_only: bool
    expires_at_ns: TimeNs | None
    status: OrderStatus
    version: int
    placed_at_ns: TimeNs
    changed_at_ns: TimeNs


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """Something that those who are concerned have to be told."""

    outbox_id: int
    sequence: Sequence
    at_ns: TimeNs
    event: AnyEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedEvents:
    """What one command of the journal has caused."""

    sequence: Sequence
    at_ns: TimeNs
    events: tuple[AnyEvent, ...]


def kind_of(connection: Connection, party_id: PartyId) -> PartyKind | None:
    """What the party is, or None if there is none of this id."""
    kind = connection.scalar(select(parties.c.kind).where(parties.c.party_id == party_id))
    return None if kind is None else PartyKind(kind)


def parties_of_kind(connection: Connection, kind: PartyKind) -> list[PartyId]:
    """All parties of the kind, oldest first. Cost: O(parties)."""
    wanted = select(parties.c.party_id).where(parties.c.kind == int(kind))
    return [PartyId(each) for each in connection.scalars(wanted.order_by(parties.c.party_id))]


def kinds_of(connection: Connection, party_ids: Iterable[int]) -> dict[PartyId, PartyKind]:
    """What these parties are, those that there are."""
    asked, kinds = list(party_ids), parties.c.kind
    found: dict[PartyId, PartyKind] = {}
    for begin in range(0, len(asked), IDS_PER_STATEMENT):
        among = parties.c.party_id.in_(asked[begin : begin + IDS_PER_STATEMENT])
        for party_id, kind in connection.execute(select(parties.c.party_id, kinds).where(among)):
            found[PartyId(party_id)] = PartyKind(kind)
    return found


def is_posted(connection: Connection, file_sha256: bytes) -> bool:
    """Whether a file with this digest is in the register."""
    found = select(register_files.c.sequence).where(register_files.c.file_sha256 == file_sha256)
    return connection.scalar(found) is not None


def parties_after(
    connection: Connection, *, after: int, limit: int, among: Collection[PartyId] | None = None
) -> list[tuple[PartyId, PartyKind]]:
    """Parties with larger ids than `after`, smallest first; of all, or of those among these."""
    wanted = (
        select(parties.c.party_id, parties.c.kind)
        .where(parties.c.party_id > after)
        .order_by(parties.c.party_id)
        .limit(limit)
    )
    if among is not None:
        wanted = wanted.where(parties.c.party_id.in_(among))
    return [(PartyId(row.party_id), PartyKind(row.kind)) for row in connection.execute(wanted)]


def account_of(connection: Connection, party_id: PartyId) -> AccountRow | None:
    """The party's money, or None if there is no such party."""
    wanted = select(accounts).where(accounts.c.party_id == party_id)
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else _account(row)


def head_sequence(connection: Connection) -> Sequence:
    """Of the last committed command."""
    return Sequence(connection.scalar(HEAD_SEQUENCE) or 0)


def sequence_at(connection: Connection, at_ns: int) -> Sequence:
    """The last command that was journaled at this moment or before it; 0: none was. Cost: a seek
    for every doubling of the journal."""
    none_after, first_after = 0, head_sequence(connection) + 1
    while none_after + 1 < first_after:
        middle = (none_after + first_after) // 2
        if connection.execute(MOMENT, {"sequence": middle}).scalar_one() <= at_ns:
            none_after = middle
        else:
            first_after = middle
    return Sequence(none_after)


def moments_of(connection: Connection, sequences: Iterable[int]) -> dict[int, TimeNs]:
    """When these commands were journaled."""
    wanted = select(journal.c.sequence, journal.c.at_ns).where(
        journal.c.sequence.in_(sorted(set(sequences)))
    )
    return {row.sequence: TimeNs(row.at_ns) for row in connection.execute(wanted)}


def order_of(connection: Connection, *, party_id: PartyId | None, order_id: int) -> OrderRow | None:
    """The order of this id, or None; of a party, if one is named, its own alone: somebody else's
    is as good as none."""
    wanted = _orders_of(party_id).where(orders.c.order_id == order_id)
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else _order(row)


def orders_before(
    connection: Connection,
    *,
    party_id: PartyId | None,
    before: int | None,
    product_id: ProductId | None,
    status: OrderStatus | None,
    limit: int,
) -> list[OrderRow]:
    """The party's orders, or everybody's, with smaller ids than `before`, newest first."""
    wanted = _orders_of(party_id)
    if before is not None:
        wanted = wanted.where(orders.c.order_id < before)
    if product_id is not None:
        wanted = wanted.where(orders.c.product_id == product_id)
    if status is not None:
        wanted = wanted.where(orders.c.status == int(status))
    wanted = wanted.order_by(orders.c.order_id.desc()).limit(limit)
    return [_order(row) for row in connection.execute(wanted).mappings()]


def open_orders_of(
    connection: Connection, party_id: PartyId
) -> list[tuple[ProductId, Side, Price]]:
    """Product, side and price of the party's open orders, oldest first."""
    wanted = (
        select(orders.c.product_id, orders.c.side, orders.c.price)
        .where(orders.c.party_id == party_id, orders.c.status.in_(OPEN_STATUSES))
        .order_by(orders.c.order_id)
    )
    return [
        (ProductId(row.product_id), Side(row.side), Price(row.price))
        for row in connection.execute(wanted)
    ]


def open_orders_by_party(
    connection: Connection, product_id: ProductId, party_ids: Iterable[int]
) -> dict[PartyId, int]:
    """How many open orders of the product these parties have, those that have any. Cost: O(orders
    that they ever placed)."""
    asked = list(party_ids)
    found: dict[PartyId, int] = {}
    for begin in range(0, len(asked), IDS_PER_STATEMENT):
        wanted = (
            select(orders.c.party_id, func.count())
            .where(
                orders.c.party_id.in_(asked[begin : begin + IDS_PER_STATEMENT]),
                orders.c.product_id == product_id,
                orders.c.status.in_(OPEN_STATUSES),
            )
            .group_by(orders.c.party_id)
        )
        found.update((PartyId(party_id), count) for party_id, count in connection.execute(wanted))
    return found


def outbox_after(connection: Connection, *, after: int, limit: int) -> list[OutboxRow]:
    """The rows of the outbox with larger ids than `after`, smallest first. Cost: O(limit)."""
    wanted = (
        select(outbox.c.outbox_id, outbox.c.sequence, journal.c.at_ns, outbox.c.event)
        .join(journal, journal.c.sequence == outbox.c.sequence)
        .where(outbox.c.outbox_id > after)
        .order_by(outbox.c.outbox_id)
        .limit(limit)
    )
    return [
        OutboxRow(
            outbox_id=row.outbox_id,
            sequence=Sequence(row.sequence),
            at_ns=TimeNs(row.at_ns),
            event=decode_event(row.event),
        )
        for row in connection.execute(wanted)
    ]


def newest_outbox_id(connection: Connection) -> int:
    """The largest id in the outbox; 0 if nobody has to be told of anything. Cost: O(log n)."""
    return connection.scalar(select(func.max(outbox.c.outbox_id))) or 0


def journal_after(connection: Connection, *, after: int, limit: int) -> list[CommittedEvents]:
    """What the commands after this one have caused, in order. Cost: O(limit)."""
    wanted = (
        select(journal.c.sequence, journal.c.at_ns, journal.c.events)
        .where(journal.c.sequence > after)
        .order_by(journal.c.sequence)
        .limit(limit)
    )
    return [
        CommittedEvents(
            sequence=Sequence(row.sequence),
            at_ns=TimeNs(row.at_ns),
            events=decode_events(row.events),
        )
        for row in connection.execute(wanted)
    ]


def journal_rows_after(connection: Connection, *, after: int, limit: int) -> list[JournalRow]:
    """The commands after this one as they are stored, in order. Cost: O(limit)."""
    wanted = select(journal).where(journal.c.sequence > after)
    rows = connection.execute(wanted.order_by(journal.c.sequence).limit(limit))
    return [JournalRow(*row) for row in rows]


def journal_rows_of(connection: Connection, sequences: Iterable[int]) -> dict[int, JournalRow]:
    """These commands as they are stored, those that there are."""
    asked = sorted(set(sequences))
    found: dict[int, JournalRow] = {}
    for begin in range(0, len(asked), IDS_PER_STATEMENT):
        among = journal.c.sequence.in_(asked[begin : begin + IDS_PER_STATEMENT])
        for row in connection.execute(select(journal).where(among)):
            found[row.sequence] = JournalRow(*row)
    return found


def calendars_of_venue(connection: Connection) -> dict[str, Calendar]:
    """The calendars of the venue, by their names. Cost: O(their exceptions)."""
    wanted = select(calendars.c.content).order_by(calendars.c.calendar_id)
    found = map(calendar_in, connection.execute(wanted).scalars())
    return {calendar.calendar_id: calendar for calendar in found}


def calendars_in(rows: Iterable[Row]) -> dict[str, Calendar]:
    """The calendars that a commit has written, by their names. Cost: O(their exceptions)."""
    found = [calendar_in(content) for _, content in rows if isinstance(content, bytes)]
    return {calendar.calendar_id: calendar for calendar in found}


def product_terms(connection: Connection, product_id: ProductId) -> CreateProduct:
    """The terms of a product that there is."""
    wanted = select(products.c.terms).where(products.c.product_id == product_id)
    terms = decode_command(connection.execute(wanted).scalar_one())
    assert isinstance(terms, CreateProduct), terms
    return terms


def order_in(row: Row) -> OrderRow:
    """The order that a row says, in column order. Cost: 6 µs."""
    return _order(dict(zip(ORDER_COLUMNS, row, strict=True)))


def account_in(row: Row) -> AccountRow:
    """The money that a row says, in column order."""
    return _account(dict(zip(ACCOUNT_COLUMNS, row, strict=True)))


def as_of(reader: Engine, read: Callable[[Connection], Found]) -> tuple[Sequence, Found]:
    """The last committed command, and what `read` finds as of it: nothing comes between the
    two."""
    with reader.connect() as connection:
        # The driver begins no transaction for what only reads: each statement saw a newer state.
        connection.exec_driver_sql("BEGIN")
        return head_sequence(connection), read(connection)


def _orders_of(party_id: PartyId | None) -> Select[*tuple[object, ...]]:
    wanted = select(orders)
    return wanted if party_id is None else wanted.where(orders.c.party_id == party_id)


def _account(row: Mapping[Any, Any]) -> AccountRow:
    return AccountRow(
        deposited=Fen(row["deposited"]),
        available=Fen(row["available"]),
        reserved=Fen(row["reserved"]),
        escrow=Fen(row["escrow"]),
        frozen=Fen(row["frozen"]),
        withdrawn=Fen(row["withdrawn"]),
    )


def _order(row: Mapping[Any, Any]) -> OrderRow:
    return OrderRow(
        order_id=OrderId(row["order_id"]),
        party_id=PartyId(row["party_id"]),
        client_order_id=row["client_order_id"],
        product_id=ProductId(row["product_id"]),
        side=Side(row["side"]),
        price=Price(row["price"]),
        quantity=Quantity(row["quantity"]),
        open_quantity=Quantity(row["open_quantity"]),
        filled_quantity=Quantity(row["filled_quantity"]),
        reserved=row["reserved"],
        consideration=Fen(row["consideration"]),
        accrued=Fen(row["accrued"]),
        fees=Fen(row["fees"]),
        time_in_force=TimeInForce(row["time_in_force"]),
        post_only=bool(row["post_only"]),
        minimum_quantity=Quantity(row["minimum_quantity"]),
        all_or_none=bool(row["all_or_none"]),
        whole_only=bool(row["whole_only"]),
        expires_at_ns=row["expires_at_ns"],
        status=OrderStatus(row["status"]),
        version=row["version"],
        placed_at_ns=TimeNs(row["placed_at_ns"]),
        changed_at_ns=TimeNs(row["changed_at_ns"]),
    )
