"""Files of a trust company's register as commands, for tests that need holders."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from exchange.fees import whole_fen
from exchange.register_commands import PostRegister
from exchange.types import OPERATOR_ID, PartyId
from registry.posting import AnyRow, Hold, Posting, Subscribe
from registry.types import DayNumber, HolderId, ProductId, Units

ACQUIRED_ON: Final = DayNumber(19_000)  # 2022-01-08


def holders_file(
    key: str,
    product_id: ProductId,
    holdings: Sequence[tuple[PartyId, int]],
    *,
    outstanding: int = 0,
    par_value: int = 10_000,
    scale: int = 0,
    actor: PartyId = OPERATOR_ID,
) -> PostRegister:
    """A file that gives each of these holders a contract of so many units at par.

    Args:
        outstanding: what the register has; nothing: the file is its opening.
    """
    kind = Subscribe if outstanding else Hold
    rows = []
    for number, (holder_id, units) in enumerate(holdings):
        par = whole_fen(par_value * max(units, 0), quantity_scale=scale)
        row = kind(
            holder_id=HolderId(holder_id),
            contract=f"{key}/{number}",
            units=units,
            principal=par,
            cost=par,
            acquired_on=ACQUIRED_ON,
        )
        rows.append(row)
    total = outstanding + sum(units for _, units in holdings)
    posting = Posting.CHANGES if outstanding else Posting.OPENING
    return register_file(key, product_id, posting, rows, total=total, actor=actor)


def register_file(
    key: str,
    product_id: ProductId,
    posting: Posting,
    rows: Sequence[AnyRow],
    *,
    total: int,
    actor: PartyId = OPERATOR_ID,
) -> PostRegister:
    """A file with these rows; its digest is made from the key."""
    return PostRegister(
        actor=actor,
        key=key,
        product_id=product_id,
        posting=posting,
        rows=tuple(rows),
        units_outstanding=Units(total),
        file_sha256=sha256(key.encode()).digest(),
        key_id="0123456789abcdef",
        signature=bytes(64),
    )
