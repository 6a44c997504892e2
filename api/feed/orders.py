"""The channel `orders`: a party's open orders, then what happens to them, fills among it.

One frame a command, with its number, so that it joins the frames of `book`, `trades` and
`transfers` that the same command caused. What has happened is said by the command's events; how an
order stands then, by the row that its commit has stored: it comes with the last command of the
commit that touched the order, which is nearly always the only one.
"""

from collections.abc import Iterable, Mapping
from typing import cast

from sqlalchemy import Connection

from api.feed.account_messages import OrderEvent, OrderItem, OrdersSnapshot, OrdersUpdate
from api.feed.messages import encode, format_time
from api.feed.order_events import told_of
from api.feed.private import AccountStream, Owner
from api.feed.snapshot_reason import SnapshotReason
from api.feed.stream import in_parts
from api.schemas.decimals import format_decimal, format_money, format_price
from exchange.market_view import MarketView
from exchange.ports import Row
from exchange.sequencer import Batch
from exchange.store.account_queries import ORDER_PARTY, Rows, open_order_rows
from exchange.store.queries import OPEN_STATUSES, OrderRow, order_in
from exchange.types import PartyId
from matching import OrderId, Side
from registry.types import TimeNs


class OrdersStream(AccountStream):
    """The orders of one party."""

    channel = "orders"

    def __init__(self, owner: Owner) -> None:
        super().__init__(owner)
        self._open: dict[OrderId, OrderRow] = {}

    def read(self, connection: Connection) -> Rows:
        """Its open orders."""
        return open_order_rows(connection, self.party_id)

    def _hold(self, rows: Rows) -> None:
        orders = map(order_in, rows["orders"])
        self._open = {order.order_id: order for order in orders}

    def follow(self, row: Row) -> OrderRow | None:
        """Take a row that a commit has stored; None: the order is as it was."""
        order = order_in(row)
        if self._open.get(order.order_id) == order:
            return None
        if order.status in OPEN_STATUSES:
            self._open[order.order_id] = order
        else:
            self._open.pop(order.order_id, None)
        return order

    def tell(
        self,
        events: list[OrderEvent],
        orders: Iterable[OrderRow],
        *,
        seq: int,
        at_ns: TimeNs,
        now_ns: int,
    ) -> None:
        """Publish what the command `seq` did."""
        update = OrdersUpdate(
            s=self.name,
            epoch=self.epoch,
            prev=self.last_seq,
            seq=seq,
            eseq=seq,
            time=format_time(at_ns),
            sent=format_time(now_ns),
            events=events,
            orders=[self._item(order) for order in orders],
        )
        self._publish(update, now_ns)

    def _make_snapshot(self, reason: SnapshotReason, now_ns: int) -> list[str]:
        orders = [self._open[key] for key in sorted(self._open)]
        texts = []
        for items, part, parts in in_parts([self._item(each) for each in orders]):
            snapshot = OrdersSnapshot(
                s=self.name,
                epoch=self.epoch,
                seq=self.last_seq,
                eseq=self.eseq,
                time=format_time(self._view.at_ns),
                sent=format_time(now_ns),
                reason=reason,
                orders=items,
                part=part,
                parts=parts,
            )
            texts.append(encode(snapshot).decode("utf-8"))
        return texts

    def _item(self, order: OrderRow) -> OrderItem:
        terms = self._view.products[order.product_id].terms
        scale = terms.quantity_scale
        buys = order.side is Side.BUY
        minimum, expires_ns = order.minimum_quantity, order.expires_at_ns
        return OrderItem(
            order_id=str(order.order_id),
            client_order_id=order.client_order_id,
            symbol=terms.symbol,
            side=order.side.name,
            price=format_price(order.price),
            quantity=format_decimal(order.quantity, scale=scale),
            open_quantity=format_decimal(order.open_quantity, scale=scale),
            filled_quantity=format_decimal(order.filled_quantity, scale=scale),
            reserved_money=format_money(order.reserved) if buys else None,
            reserved_units=None if buys else format_decimal(order.reserved, scale=scale),
            consideration=format_money(order.consideration),
            accrued=format_money(order.accrued),
            fees=format_money(order.fees),
            time_in_force=order.time_in_force.name,
            post_only=order.post_only,
            expires_at=None if expires_ns is None else format_time(expires_ns),
            minimum_quantity=format_decimal(minimum, scale=scale) if minimum else None,
            all_or_none=order.all_or_none,
            whole_only=order.whole_only,
            status=order.status.name,
            version=order.version,
            placed_at=format_time(order.placed_at_ns),
            changed_at=format_time(order.changed_at_ns),
        )


class _News:
    """What a commit did to the orders of one party."""

    def __init__(self, stream: OrdersStream) -> None:
        self.stream = stream
        self.events: dict[int, list[OrderEvent]] = {}
        """By the command."""
        self.orders: dict[OrderId, OrderRow] = {}
        self.last: dict[OrderId, int] = {}
        """The last command that touched it."""


def publish_orders(
    streams: Mapping[PartyId, OrdersStream], batch: Batch, view: MarketView, now_ns: int
) -> None:
    """Tell these parties what a commit did to their orders.

    Cost: 0.1 µs an order that it changed, and 0.2 µs an event where any is theirs; 40 µs a frame.
    """
    news: dict[PartyId, _News] = {}
    owners: dict[OrderId, _News] = {}
    for row in batch.changes.rows["orders"]:
        stream = streams.get(cast(PartyId, row[ORDER_PARTY]))
        if stream is None:
            continue
        told = news.setdefault(stream.party_id, _News(stream))
        order = stream.follow(row)
        if order is not None:
            told.orders[order.order_id] = order
            owners[order.order_id] = told
    if not owners:
        return
    moments: dict[int, TimeNs] = {}
    for command in batch.committed:
        moments[command.sequence] = command.at_ns
        for order_id, event in told_of(command.events, owners, view.products):
            told = owners[order_id]
            told.events.setdefault(command.sequence, []).append(event)
            told.last[order_id] = command.sequence
    for told in news.values():
        _publish(told, moments, last=batch.changes.after.sequence, now_ns=now_ns)


def _publish(told: _News, moments: Mapping[int, TimeNs], *, last: int, now_ns: int) -> None:
    by_command: dict[int, list[OrderRow]] = {sequence: [] for sequence in told.events}
    for order_id, order in told.orders.items():
        # What no event speaks of, the commit's last command says.
        by_command.setdefault(told.last.get(order_id, last), []).append(order)
    for sequence in sorted(by_command):
        told.stream.tell(
            told.events.get(sequence, []),
            by_command[sequence],
            seq=sequence,
            at_ns=moments[sequence],
            now_ns=now_ns,
        )
