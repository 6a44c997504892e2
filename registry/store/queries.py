"""Every SELECT about title, for people to read: committed state only."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from itertools import product
from typing import Final

from sqlalchemy import ColumnElement, Connection, Select, case, func, not_, or_, select, true
from sqlalchemy.engine.row import RowMapping

from registry.encumbrance import Encumbrance, EncumbranceKind
from registry.lots import Buckets, Lot, buckets
from registry.store.as_of import SEQUENCE_MAX, holders_as_of
from registry.store.rows import decode_draws
from registry.store.tables import (
    ENCUMBRANCE_STANDS,
    LOT_LIVES,
    TRANSFER_ENDED,
    TRANSFER_OPEN,
    encumbrances,
    lot_claims,
    lots,
    reversals,
    transfers,
)
from registry.transfer import Overlay, TransferState, Who
from registry.turnaround import Ended
from registry.types import (
    DayNumber,
    EncumbranceId,
    HolderId,
    LotId,
    ProductId,
    TimeNs,
    TransferId,
    Units,
)

HOLDERS_AT_ONCE: Final = 500
"""In one statement."""


class Reader(Enum):
    """Which transfers somebody may see."""

    OPERATOR = 1  # all of them
    TRUST_COMPANY = 2  # those of its products
    PARTY = 3  # those in which it sells or buys


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingRow:
    """What one holder has of one product, by bucket, and what it cost him, in fen."""

    product_id: ProductId
    buckets: Buckets
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRow:
    """A transfer, pending or decided, with its money in fen and its price in 1/10000 yuan."""

    transfer_id: TransferId
    product_id: ProductId
    trade_number: int
    seller_id: HolderId
    buyer_id: HolderId
    trust_company_id: int
    units: Units
    price: int
    consideration: int
    buyer_fee_venue: int
    buyer_fee_trust_company: int
    seller_fee_venue: int
    seller_fee_trust_company: int
    paid: int
    """By the buyer into escrow."""
    state: TransferState
    version: int
    matched_at_ns: TimeNs
    deadline_ns: TimeNs | None
    notices: int
    overlays: Overlay
    """For the operator: everybody else is told `overlays.told`."""
    overlay_ns: TimeNs | None
    rescindable: bool
    rescind_until_ns: TimeNs | None
    signed: Who
    consented: Who
    documents_overdue: bool
    returned_to: Who
    fault: Who
    fault_fee: int
    fault_fee_owed: int
    forfeited: int
    """Of what was paid, to the seller."""
    returns: int
    return_reason: int | None
    decided_at_ns: TimeNs | None
    officer: str | None
    reason: int | None
    cost_moved: int | None
    """What the units had cost the seller; None: they did not move."""
    registration_due_ns: TimeNs | None
    registered_at_ns: TimeNs | None
    reversed_at_ns: TimeNs | None = None
    paid_back: int | None = None
    """What the buyer got back by a reversal."""
    preempts: TransferId | None = None
    """The transfer whose buyer this one's has replaced."""
    accrued: int = 0
    """What the buyer pays besides a clean price; of another nothing, and the next are None."""
    accrued_days: int | None = None
    priced_on: DayNumber | None = None
    buy_order_id: int | None = None
    """That has made it; None: the buyer took another one's place, or it is not read."""
    sell_order_id: int | None = None

    @property
    def due_to_seller(self) -> int:
        """What the buyer pays for the units and their income, without fees. Cost: O(1)."""
        return self.consideration + self.accrued


IDS_PER_STATEMENT: Final = 500
"""Drivers bound the parameters of a statement."""
SETTLED_STATES: Final = (TransferState.SETTLED.value, TransferState.REGISTERED.value)
IS_REVERSED: Final = reversals.c.transfer_id.is_not(None)
REVERSED_OR_NOT: Final = {
    "state": case((IS_REVERSED, TransferState.REVERSED.value), else_=transfers.c.state),
    "version": func.coalesce(reversals.c.version, transfers.c.version),
    "reversed_at_ns": reversals.c.reversed_at_ns,
    "paid_back": reversals.c.amount,
}
"""What a reversal says of a transfer besides its own row."""
TRANSFER_COLUMNS: Final = [
    REVERSED_OR_NOT[field.name].label(field.name)
    if field.name in REVERSED_OR_NOT
    else transfers.c[field.name]
    for field in fields(TransferRow)
]
TRANSFER_KINDS: Final[dict[str, Callable[[int], object]]] = {
    "state": TransferState,
    "overlays": Overlay,
    "rescindable": bool,
    "documents_overdue": bool,
    **dict.fromkeys(("signed", "consented", "returned_to", "fault"), Who),
}
"""What the columns are that are no plain numbers."""


def holdings_of(
    connection: Connection, holder_id: HolderId, *, after: int, limit: int
) -> list[HoldingRow]:
    """The holder's holdings of products with larger ids than `after`, smallest first.

    Cost: O(the holder's lots of these products).
    """
    live = lots.c.holder_id == holder_id, LOT_LIVES
    products = (
        select(lots.c.product_id)
        .distinct()
        .where(*live, lots.c.product_id > after)
        .order_by(lots.c.product_id)
        .limit(limit)
    )
    wanted = _lots().where(*live, lots.c.product_id.in_(products))
    by_product: dict[ProductId, list[Lot]] = {}
    for lot in _read_lots(connection, wanted):
        by_product.setdefault(lot.product_id, []).append(lot)
    return [
        HoldingRow(
            product_id=product_id,
            buckets=Buckets(*map(sum, zip(*map(buckets, by_product[product_id]), strict=True))),
            cost=sum([lot.cost for lot in by_product[product_id]]),
        )
        for product_id in sorted(by_product)
    ]


def lots_of(
    connection: Connection,
    *,
    product_id: ProductId,
    holder_id: HolderId,
    after: int = 0,
    limit: int | None = None,
) -> list[Lot]:
    """The holder's lots of a product with larger numbers than `after`, smallest first, with what
    lies on them."""
    wanted = (
        _lots()
        .where(
            lots.c.holder_id == holder_id,
            lots.c.product_id == product_id,
            LOT_LIVES,
            lots.c.lot_id > after,
        )
        .order_by(lots.c.lot_id)
        .limit(limit)
    )
    return _read_lots(connection, wanted)


def lots_of_product(connection: Connection, product_id: ProductId) -> list[Lot]:
    """Everybody's lots of a product, with what lies on them. Cost: O(holders + lots)."""
    holders = holders_as_of(connection, product_id, sequence=SEQUENCE_MAX)
    holder_ids = [holder.holder_id for holder in holders]
    return lots_among(connection, product_id=product_id, holder_ids=holder_ids)


def lots_among(
    connection: Connection, *, product_id: ProductId, holder_ids: Sequence[HolderId]
) -> list[Lot]:
    """The lots of a product that these holders have. Cost: O(holders + lots)."""
    found: list[Lot] = []
    for start in range(0, len(holder_ids), HOLDERS_AT_ONCE):
        some = holder_ids[start : start + HOLDERS_AT_ONCE]
        of_them = lots.c.holder_id.in_(some), lots.c.product_id == product_id, LOT_LIVES
        wanted = _lots().where(*of_them).order_by(lots.c.lot_id)
        found += _read_lots(connection, wanted)
    return found


def transfer_of(
    connection: Connection, *, reader: Reader, party_id: int, transfer_id: int
) -> TransferRow | None:
    """The transfer, if this reader may see it: to anybody else it does not exist."""
    wanted = _transfers().where(
        transfers.c.transfer_id == transfer_id, or_(*_visible(reader, party_id))
    )
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else _transfer(row)


def transfers_among(
    connection: Connection, *, reader: Reader, party_id: int, transfer_ids: Sequence[int]
) -> dict[TransferId, TransferRow]:
    """Those of these transfers that this reader may see. Cost: O(transfer_ids)."""
    found: dict[TransferId, TransferRow] = {}
    for begin in range(0, len(transfer_ids), IDS_PER_STATEMENT):
        wanted = _transfers().where(
            transfers.c.transfer_id.in_(transfer_ids[begin : begin + IDS_PER_STATEMENT]),
            or_(*_visible(reader, party_id)),
        )
        for row in connection.execute(wanted).mappings():
            transfer = _transfer(row)
            found[transfer.transfer_id] = transfer
    return found


def transfers_after(
    connection: Connection,
    *,
    reader: Reader,
    party_id: int,
    after: int,
    product_id: ProductId | None,
    state: TransferState | None,
    limit: int,
    newest_first: bool = False,
    is_open: bool | None = None,
    of_party: int | None = None,
) -> list[TransferRow]:
    """Transfers that this reader may see with larger ids than `after`, oldest first.

    Args:
        newest_first: those with smaller ids instead, the newest of them first.
        is_open: only those that are open, or only those that have ended.
        of_party: only those in which this party sells or buys.
    """
    wanted = _past(after, newest_first=newest_first)
    if product_id is not None:
        wanted = wanted.where(transfers.c.product_id == product_id)
    if state is not None:
        wanted = wanted.where(REVERSED_OR_NOT["state"] == int(state))
    if is_open is not None:
        wanted = wanted.where(TRANSFER_OPEN if is_open else TRANSFER_ENDED)
    # One statement an index: a single one with OR would sort all of a party's transfers.
    found = [
        wanted.where(visible, concerned).limit(limit)
        for visible in _visible(reader, party_id)
        for concerned in _concerned(of_party)
    ]
    return _merged(connection, found, newest_first=newest_first)[:limit]


def open_transfers_after(
    connection: Connection,
    *,
    trust_company_ids: Iterable[int],
    states: Iterable[TransferState],
    after: int,
    product_id: ProductId | None,
    limit: int | None,
    newest_first: bool = False,
    of_party: int | None = None,
) -> list[TransferRow]:
    """Transfers of these trust companies in these states, which are open ones, with larger ids than
    `after`, oldest first; without a limit all. Cost: O(limit) for each trust company and state; of
    one product or party O(those of its trust company).

    Args:
        newest_first: those with smaller ids instead, the newest of them first.
        of_party: only those in which this party sells or buys.
    """
    wanted = _past(after, newest_first=newest_first).where(
        TRANSFER_OPEN, or_(*_concerned(of_party))
    )
    if product_id is not None:
        wanted = wanted.where(transfers.c.product_id == product_id)
    # One statement a stretch of the index: a single one with IN would sort all that there are.
    found = [
        wanted.where(
            transfers.c.trust_company_id == trust_company_id, transfers.c.state == state.value
        ).limit(limit)
        for trust_company_id, state in product(trust_company_ids, states)
    ]
    return _merged(connection, found, newest_first=newest_first)[:limit]


def _past(place: int, *, newest_first: bool) -> Select[*tuple[object, ...]]:
    """The transfers past this place of the list."""
    number = transfers.c.transfer_id
    if newest_first:
        return _transfers().where(number < place).order_by(number.desc())
    else:
        return _transfers().where(number > place).order_by(number)


def _concerned(party_id: int | None) -> tuple[ColumnElement[bool], ...]:
    """Conditions of which at most one holds for a transfer of this party's."""
    return (true(),) if party_id is None else _visible(Reader.PARTY, party_id)


def _merged(
    connection: Connection, found: Iterable[Select[*tuple[object, ...]]], *, newest_first: bool
) -> list[TransferRow]:
    rows = [_transfer(row) for part in found for row in connection.execute(part).mappings()]
    rows.sort(key=lambda row: row.transfer_id, reverse=newest_first)
    return rows


def units_coming_to(
    connection: Connection, *, product_id: ProductId, trust_company_id: int, buyer_id: HolderId
) -> int:
    """Units of the product that are on their way to a buyer. Cost: O(open transfers of its trust
    company)."""
    wanted = select(func.sum(transfers.c.units)).where(
        TRANSFER_OPEN,
        transfers.c.trust_company_id == trust_company_id,
        transfers.c.product_id == product_id,
        transfers.c.buyer_id == buyer_id,
    )
    return int(connection.execute(wanted).scalar_one() or 0)


def transfers_ended(
    connection: Connection, *, trust_company_id: int, from_ns: int, until_ns: int
) -> Iterator[Ended]:
    """Transfers that the trust company had and that ended in this time, its end excluded, oldest
    first. Cost: O(transfers found)."""
    wanted = (
        select(*(transfers.c[name] for name in Ended._fields))
        .where(
            transfers.c.trust_company_id == trust_company_id,
            transfers.c.decided_at_ns >= from_ns,
            transfers.c.decided_at_ns < until_ns,
            transfers.c.submitted_at_ns.is_not(None),
        )
        .order_by(transfers.c.decided_at_ns)
    )
    for product_id, state, fault, *rest in connection.execute(wanted):
        yield Ended(product_id, TransferState(state), Who(fault), *rest)


def transfers_settled(
    connection: Connection, *, trust_company_id: int, from_ns: int
) -> list[TransferRow]:
    """The trust company's transfers that have settled since this moment and are not undone, oldest
    first. Cost: O(transfers that have ended since)."""
    wanted = (
        _transfers()
        .where(
            transfers.c.trust_company_id == trust_company_id,
            transfers.c.decided_at_ns >= from_ns,
            REVERSED_OR_NOT["state"].in_(SETTLED_STATES),
        )
        .order_by(transfers.c.decided_at_ns)
    )
    return [_transfer(row) for row in connection.execute(wanted).mappings()]


def _visible(reader: Reader, party_id: int) -> tuple[ColumnElement[bool], ...]:
    """Conditions of which at most one holds for a transfer: nobody buys from himself."""
    match reader:
        case Reader.OPERATOR:
            return (true(),)
        case Reader.TRUST_COMPANY:
            return (transfers.c.trust_company_id == party_id,)
        case Reader.PARTY:
            return (transfers.c.seller_id == party_id, transfers.c.buyer_id == party_id)


def _transfers() -> Select[*tuple[object, ...]]:
    return select(*TRANSFER_COLUMNS).outerjoin(
        reversals, reversals.c.transfer_id == transfers.c.transfer_id
    )


def _lots() -> Select[*tuple[object, ...]]:
    claims = (
        func.coalesce(lot_claims.c.reserved, 0).label("reserved"),
        func.coalesce(lot_claims.c.locked, 0).label("locked"),
    )
    return select(lots, *claims).outerjoin(lot_claims, lot_claims.c.lot_id == lots.c.lot_id)


def _read_lots(connection: Connection, wanted: Select[*tuple[object, ...]]) -> list[Lot]:
    return [
        Lot(
            lot_id=LotId(row["lot_id"]),
            product_id=ProductId(row["product_id"]),
            holder_id=HolderId(row["holder_id"]),
            contract=row["contract"],
            acquired_on=DayNumber(row["acquired_on"]),
            units=row["units"],
            principal=row["principal"],
            cost=row["cost"],
            reserved=row["reserved"],
            locked=row["locked"],
            pledged=row["pledged"],
            frozen=row["frozen"],
        )
        for row in connection.execute(wanted).mappings()
    ]


def _transfer(row: RowMapping) -> TransferRow:
    read = {name: kind(row[name]) for name, kind in TRANSFER_KINDS.items()}
    return TransferRow(**{**row, **read})


def encumbrances_after(
    connection: Connection,
    *,
    after: int,
    limit: int | None = None,
    holder_id: HolderId | None = None,
    product_ids: Collection[ProductId] | None = None,
    stands: bool | None = None,
) -> list[Encumbrance]:
    """Pledges and freezes with larger numbers than `after`, smallest first.

    Args:
        holder_id: of this holder alone.
        product_ids: of these products alone.
        stands: only those that stand, or only those that have ended.

    Cost: O(those of the holder), or O(all).
    """
    wanted = select(encumbrances).where(encumbrances.c.encumbrance_id > after)
    if holder_id is not None:
        wanted = wanted.where(encumbrances.c.holder_id == holder_id)
    if product_ids is not None:
        wanted = wanted.where(encumbrances.c.product_id.in_(product_ids))
    if stands is not None:
        wanted = wanted.where(ENCUMBRANCE_STANDS if stands else not_(ENCUMBRANCE_STANDS))
    wanted = wanted.order_by(encumbrances.c.encumbrance_id).limit(limit)
    return [_encumbrance(row) for row in connection.execute(wanted).mappings()]


def encumbrance_of(connection: Connection, encumbrance_id: EncumbranceId) -> Encumbrance | None:
    """The pledge or freeze, or None if there is none."""
    wanted = select(encumbrances).where(encumbrances.c.encumbrance_id == encumbrance_id)
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else _encumbrance(row)


def _encumbrance(row: RowMapping) -> Encumbrance:
    until_on, lot_id = row["until_on"], row["lot_id"]
    return Encumbrance(
        encumbrance_id=EncumbranceId(row["encumbrance_id"]),
        kind=EncumbranceKind(row["kind"]),
        product_id=ProductId(row["product_id"]),
        holder_id=HolderId(row["holder_id"]),
        lot_id=None if lot_id is None else LotId(lot_id),
        units=row["units"],
        authority=row["authority"],
        placed_at_ns=TimeNs(row["placed_at_ns"]),
        until_on=None if until_on is None else DayNumber(until_on),
        ends_ns=row["ends_ns"],
        draws=decode_draws(row["draws"]),
        released_at_ns=row["released_at_ns"],
        release_authority=row["release_authority"],
    )
