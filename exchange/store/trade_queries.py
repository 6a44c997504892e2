"""The trades that were ever matched, read from the rows of their transfers."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, select

from exchange.candles import MatchedTrade
from registry.store.tables import transfers

ROWS_AT_A_TIME: Final = 10_000


def matched_trades(connection: Connection) -> Iterator[MatchedTrade]:
    """Every trade of every product, in the order of the matches; a transfer that took the place of
    another is no trade of its own. Cost: some 2 µs a transfer."""
    wanted = (
        select(
            transfers.c.product_id,
            transfers.c.trade_number,
            transfers.c.price,
            transfers.c.units,
            transfers.c.matched_at_ns,
        )
        .where(transfers.c.preempts.is_(None))
        .order_by(transfers.c.transfer_id)
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    for row in connection.execute(wanted):
        yield MatchedTrade(*row)
