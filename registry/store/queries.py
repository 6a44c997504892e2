"""Every SELECT about title, for people to read: committed state only."""

from dataclasses import dataclass
from enum import Enum

from sqlalchemy import ColumnElement, Connection, or_, select, true
from sqlalchemy.engine.row import RowMapping

from registry.store.tables import holdings, transfers
from registry.transfer import TransferState
from registry.types import HolderId, ProductId, TimeNs, TransferId, Units


class Reader(Enum):
    """Which transfers somebody may see."""

    OPERATOR = 1  # all of them
    TRUST_COMPANY = 2  # those of its products
    PARTY = 3  # those in which it sells or buys


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingRow:
    """What one holder has of one product, by bucket."""

    product_id: ProductId
    available: Units
    reserved: Units
    locked: Units


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
    state: TransferState
    version: int
    matched_at_ns: TimeNs
    deadline_ns: TimeNs | None
    notices: int
    decided_at_ns: TimeNs | None
    officer: str | None
    reason: int | None


def holdings_of(
    connection: Connection, holder_id: HolderId, *, after: int, limit: int
) -> list[HoldingRow]:
    """The holder's holdings of products with larger ids than `after`, smallest first.

    Cost: O(holdings of the venue): the table is kept by product, and hot enough for a second index
    to cost more than it would give.
    """
    wanted = (
        select(holdings)
        .where(holdings.c.holder_id == holder_id, holdings.c.product_id > after)
        .order_by(holdings.c.product_id)
        .limit(limit)
    )
    return [
        HoldingRow(
            product_id=ProductId(row.product_id),
            available=Units(row.available),
            reserved=Units(row.reserved),
            locked=Units(row.locked),
        )
        for row in connection.execute(wanted)
    ]


def units_available(connection: Connection, *, product_id: ProductId, holder_id: HolderId) -> Units:
    """Units of the product that the holder may list for transfer."""
    wanted = select(holdings.c.available).where(
        holdings.c.product_id == product_id, holdings.c.holder_id == holder_id
    )
    return Units(connection.scalar(wanted) or 0)


def transfer_of(
    connection: Connection, *, reader: Reader, party_id: int, transfer_id: int
) -> TransferRow | None:
    """The transfer, if this reader may see it: to anybody else it does not exist."""
    wanted = select(transfers).where(
        transfers.c.transfer_id == transfer_id, or_(*_visible(reader, party_id))
    )
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else _transfer(row)


def transfers_after(
    connection: Connection,
    *,
    reader: Reader,
    party_id: int,
    after: int,
    product_id: ProductId | None,
    state: TransferState | None,
    limit: int,
) -> list[TransferRow]:
    """Transfers that this reader may see with larger ids than `after`, oldest first."""
    wanted = select(transfers).where(transfers.c.transfer_id > after)
    if product_id is not None:
        wanted = wanted.where(transfers.c.product_id == product_id)
    if state is not None:
        wanted = wanted.where(transfers.c.state == int(state))
    wanted = wanted.order_by(transfers.c.transfer_id).limit(limit)
    # One statement an index: a single one with OR would sort all of a party's transfers.
    found = (
        connection.execute(wanted.where(visible)).mappings()
        for visible in _visible(reader, party_id)
    )
    rows = [_transfer(row) for part in found for row in part]
    rows.sort(key=lambda row: row.transfer_id)
    return rows[:limit]


def _visible(reader: Reader, party_id: int) -> tuple[ColumnElement[bool], ...]:
    """Conditions of which at most one holds for a transfer: nobody buys from himself."""
    match reader:
        case Reader.OPERATOR:
            return (true(),)
        case Reader.TRUST_COMPANY:
            return (transfers.c.trust_company_id == party_id,)
        case Reader.PARTY:
            return (transfers.c.seller_id == party_id, transfers.c.buyer_id == party_id)


def _transfer(row: RowMapping) -> TransferRow:
    return TransferRow(**{**row, "state": TransferState(row["state"])})
