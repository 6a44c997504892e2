"""The rows of one party's account, as they are stored: what a reader of commits begins with, in the
form in which commits carry what they change."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, select

from exchange.ports import Row
from exchange.store.queries import OPEN_STATUSES
from exchange.store.tables import accounts, orders
from exchange.types import PartyId
from registry.store.tables import LOT_LIVES, lot_claims, lots

Rows = Mapping[str, Sequence[Row]]
"""By the name of their table, in column order."""

ORDER_PARTY: Final = orders.c.keys().index("party_id")
LOT_HOLDER: Final = lots.c.keys().index("holder_id")
"""Where in a row it is said whose it is; that of an account begins with it."""


def open_order_rows(connection: Connection, party_id: PartyId) -> Rows:
    """The party's open orders, oldest first. Cost: O(orders that it ever placed)."""
    wanted = (
        select(orders)
        .where(orders.c.party_id == party_id, orders.c.status.in_(OPEN_STATUSES))
        .order_by(orders.c.order_id)
    )
    return {"orders": [tuple(row) for row in connection.execute(wanted)]}


def lot_rows(connection: Connection, party_id: PartyId) -> Rows:
    """The party's lots, smallest number first, and what orders and transfers hold of them. Cost:
    O(those)."""
    own = lots.c.holder_id == party_id, LOT_LIVES
    held = select(lots).where(*own).order_by(lots.c.lot_id)
    claims = (
        select(lot_claims)
        .join(lots, lots.c.lot_id == lot_claims.c.lot_id)
        .where(*own)
        .order_by(lot_claims.c.lot_id)
    )
    return {
        "lots": [tuple(row) for row in connection.execute(held)],
        "lot_claims": [tuple(row) for row in connection.execute(claims)],
    }


def account_rows(connection: Connection, party_id: PartyId) -> Rows:
    """The party's money. Cost: O(1)."""
    wanted = select(accounts).where(accounts.c.party_id == party_id)
    return {"accounts": [tuple(row) for row in connection.execute(wanted)]}
