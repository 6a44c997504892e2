"""The desk of the feed with the database besides: rows are stored, then told, as the exchange does.

What a stream of an account begins with is read when a test says so, for it may take its time.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Engine, StaticPool, create_engine, insert, text

from api.feed.private import AccountStream
from api.schemas.cash import cash_of
from api.schemas.holdings import holding_of
from api.schemas.orders import order_of
from exchange.ports import Changes, Head
from exchange.sequencer import Batch
from exchange.sequencer import Committed as CommittedCommand
from exchange.store.queries import account_of, as_of, orders_before
from exchange.store.rows import take_rows
from exchange.store.tables import accounts, orders, stream
from exchange.types import OrderStatus, PartyId, PartyKind
from exchange.types import Sequence as SequenceNumber
from registry.store.queries import holdings_of
from registry.store.tables import lot_claims, lots, metadata
from registry.types import HolderId
from tests.api.feed.desk import Client, Desk
from tests.api.listener import Listener

STORED: Final = (orders, accounts, lots, lot_claims)
MANY: Final = 10_000
ACCOUNT_CHANNELS: Final = ({"channel": "orders"}, {"channel": "holdings"}, {"channel": "cash"})
OPEN: Final = (OrderStatus.OPEN, OrderStatus.PARTIALLY_MATCHED)


class AccountDesk(Desk):
    """A market whose accounts can be watched."""

    def __init__(self, **options: Any) -> None:
        self.reader: Engine = create_engine("sqlite://", poolclass=StaticPool)
        with self.reader.begin() as connection:
            metadata.create_all(connection)
        self._committed: list[Batch] = []
        super().__init__(**options)

    def publish(self) -> None:
        """All commands since the last time are stored, and become public, as one batch."""
        self.store()
        self.tell()

    def store(self) -> None:
        """They are durable, and nobody is told of it yet."""
        commands = self.market.published[self._stored :]
        if not commands:
            return
        rows = take_rows(self.market.state)
        with self.reader.begin() as connection:
            for table in STORED:
                if rows[table.name]:
                    names = table.c.keys()
                    written = insert(table).prefix_with("OR REPLACE")
                    values = [dict(zip(names, row, strict=True)) for row in rows[table.name]]
                    connection.execute(written, values)
            connection.execute(text("DELETE FROM stream"))
            head = {"id": 1, "term": 1, "last_sequence": commands[-1].sequence}
            connection.execute(insert(stream).values(**head, last_hash=b"", epoch="e1"))
        before, after = commands[0].sequence - 1, commands[-1].sequence
        changes = Changes(
            before=Head(1, SequenceNumber(before), b""),
            after=Head(1, after, b""),
            journal=[],
            rows=rows,
            outbox=[],
            outbox_taken=0,
        )
        committed = [CommittedCommand(each.sequence, each.at_ns, each.events) for each in commands]
        self._committed.append(Batch(changes, commands[-1].at_ns, committed, [], []))

    def tell(self) -> None:
        """What is durable becomes public, batch by batch."""
        batches, self._committed = self._committed, []
        for batch in batches:
            changes = [self.view.apply(committed) for committed in batch.committed]
            self.publisher.publish(changes, self.now_ns)
            self.publisher.private.publish_batch(batch, self.now_ns)
            self._published += len(batch.committed)

    @property
    def _stored(self) -> int:
        return self._published + sum(len(batch.committed) for batch in self._committed)

    def read_stored(self) -> None:
        """What was just opened begins."""
        unread = self.publisher.private.unread
        while unread:
            self.hand_over(*self.look_up(unread.pop()))

    def look_up(self, opened: AccountStream) -> tuple[AccountStream, Any, SequenceNumber]:
        """What a stream begins with, read now and handed over later."""
        sequence, rows = as_of(self.reader, opened.read)
        return opened, rows, sequence

    def hand_over(self, opened: AccountStream, rows: Any, sequence: SequenceNumber) -> None:
        """What was read."""
        self.publisher.private.begin(opened, rows, sequence, self.now_ns)

    def watch(self, trader: int) -> Client:
        """A trader with the channels of his account, which have begun."""
        client = self.connect()
        client.sign_in(self.market.trader_ids[trader], PartyKind.NATURAL_PERSON)
        client.subscribe(*ACCOUNT_CHANNELS)
        self.read_stored()
        client.read()
        return client

    def told_by_rest(self, party_id: PartyId) -> dict[str, Any]:
        """What REST would answer of the account as it is stored; what units cost the feed does not
        say."""
        with self.reader.connect() as connection:
            found = orders_before(
                connection, party_id=party_id, before=None, product_id=None, status=None, limit=MANY
            )
            held = holdings_of(connection, HolderId(party_id), after=0, limit=MANY)
            account = account_of(connection, party_id)
        assert account is not None
        terms = {key: product.terms for key, product in self.view.products.items()}
        return {
            "orders": {
                str(row.order_id): order_of(row, terms[row.product_id]).model_dump()
                for row in found
                if row.status in OPEN
            },
            "holdings": {
                terms[row.product_id].symbol: holding_of(
                    row, symbol=terms[row.product_id].symbol, quantity_scale=0
                ).model_dump(exclude={"cost"})
                for row in held
            },
            "cash": cash_of(account).model_dump(),
        }


def told_by_feed(client: Client | Listener, party_id: int) -> dict[str, Any]:
    """The same, as the client's mirrors have it."""
    streams: dict[str, Any] = client.mirror.streams
    return {
        "orders": {
            key: _as_rest(order, party_id)
            for key, order in streams[f"orders:{party_id}"].open.items()
        },
        "holdings": streams[f"holdings:{party_id}"].held,
        "cash": streams[f"cash:{party_id}"].cash,
    }


def _as_rest(order: dict[str, Any], party_id: int) -> dict[str, Any]:
    """Times have six decimals there; it says whose an order is, and of open ones no end."""
    times = ("placed_at", "changed_at", "expires_at")
    cut = {name: order[name] and f"{order[name][:-4]}Z" for name in times}
    return order | cut | {"party_id": str(party_id), "findings": None, "means": None}
