"""Transfers say which orders have made them."""

from typing import Final

import msgspec
import sqlalchemy as sa
from alembic import op

from exchange.codec import decode_events
from exchange.events import OrderFilled
from matching import BUY

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

MARK: Final = msgspec.msgpack.encode(OrderFilled.__struct_config__.tag)
FILL: Final = sa.text(
    "UPDATE transfers SET buy_order_id = :buys, sell_order_id = :sells WHERE transfer_id = :id"
)
SUCCEED: Final = sa.text(
    "UPDATE transfers SET sell_order_id = (SELECT before.sell_order_id FROM transfers AS before "
    "WHERE before.transfer_id = transfers.preempts) WHERE preempts IS NOT NULL"
)


def upgrade() -> None:
    """As the journal's events say, and of who took a buyer's place as the transfer before says."""
    connection = op.get_bind()
    for name in ("buy_order_id", "sell_order_id"):
        op.add_column("transfers", sa.Column(name, sa.BigInteger()))
    journal = sa.text("SELECT events FROM journal ORDER BY sequence")
    rows = [
        _orders_of(event)
        for events in connection.execute(journal).scalars()
        if MARK in events
        for event in decode_events(events)
        if isinstance(event, OrderFilled)
    ]
    if rows:
        connection.execute(FILL, rows)
    connection.execute(SUCCEED)
    with op.batch_alter_table("transfers") as batch:
        batch.alter_column("sell_order_id", existing_type=sa.BigInteger(), nullable=False)


def _orders_of(fill: OrderFilled) -> dict[str, int]:
    bought = fill.taker_side is BUY
    return {
        "id": fill.transfer_id,
        "buys": fill.taker_order_id if bought else fill.maker_order_id,
        "sells": fill.maker_order_id if bought else fill.taker_order_id,
    }
