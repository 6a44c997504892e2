"""The trades that were ever matched, read from the rows of their transfers."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Select, select

from exchange.candles import MatchedTrade
from registry.store.tables import transfers
from registry.types import ProductId

ROWS_AT_A_TIME: Final = 10_000


def matched_trades(connection: Connection) -> Iterator[MatchedTrade]:
    """Every trade of every product, in the order of the matches; a transfer that took the place of
    another is no trade of its own. Cost: some 2 µs a transfer."""
    wanted = _trades().order_by(transfers.c.transfer_id).execution_options(yield_per=ROWS_AT_A_TIME)
    for row in connection.execute(wanted):
        yield MatchedTrade(*row)


def newest_trades(
    connection: Connection, product_id: ProductId, *, trades_max: int
) -> list[MatchedTrade]:
    """A product's newest trades, newest first; a transfer that took the place of another is none.

    Cost: O(the venue's transfers since the oldest of them). No index says less: ask for as many as
    there are, which its candles know, and nothing is looked for in vain.
    """
    wanted = (
        _trades()
        .where(transfers.c.product_id == product_id)
        .order_by(transfers.c.transfer_id.desc())
        .limit(trades_max)
    )
    return [MatchedTrade(*row) for row in connection.execute(wanted)]


def _trades() -> Select[*tuple[Any, ...]]:
    return select(
        transfers.c.product_id,
        transfers.c.trade_number,
        transfers.c.price,
        transfers.c.units,
        transfers.c.matched_at_ns,
    ).where(transfers.c.preempts.is_(None))
