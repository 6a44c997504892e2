"""The channels `holdings` and `cash`: what a party has, and the whole of what has changed.

One frame a commit, as absolute values: a batch becomes public at once, and nobody sees an account
between two of its commands. `eseq` is the last of them.
"""

from collections.abc import Mapping
from typing import Final, cast

from sqlalchemy import Connection

from api.feed.account_messages import (
    CashItem,
    CashSnapshot,
    CashUpdate,
    HoldingItem,
    HoldingsSnapshot,
    HoldingsUpdate,
)
from api.feed.messages import encode, format_time
from api.feed.private import AccountStream, Owner
from api.feed.snapshot_reason import SnapshotReason
from api.feed.stream import in_parts
from api.schemas.cash import CURRENCY
from api.schemas.decimals import format_decimal, format_money
from exchange.ports import Row
from exchange.sequencer import Batch
from exchange.store.account_queries import LOT_HOLDER, Rows, account_rows, lot_rows
from exchange.store.queries import AccountRow, account_in
from exchange.types import PartyId
from registry.lots import Buckets, Lot, buckets
from registry.store.rows import ClaimRow, LotRow, lot_in
from registry.types import LotId, ProductId

NOTHING: Final = Buckets(0, 0, 0, 0, 0)


class HoldingsStream(AccountStream):
    """What one party holds, by product.

    Args:
        owners: of all such streams together, whose a lot is: what lies on it does not say.
    """

    channel = "holdings"

    def __init__(self, owner: Owner, owners: dict[LotId, PartyId]) -> None:
        super().__init__(owner)
        self._owners = owners
        self._lots: dict[LotId, Lot] = {}
        self._by_product: dict[ProductId, dict[LotId, Lot]] = {}
        self._holdings: dict[ProductId, Buckets] = {}

    def close(self) -> None:
        """Nobody wants it any more."""
        for lot_id in self._lots:
            del self._owners[lot_id]

    def read(self, connection: Connection) -> Rows:
        """Its lots, and what lies on them."""
        return lot_rows(connection, self.party_id)

    def take(self, rows: Rows, *, seq: int, at_ns: int, now_ns: int) -> None:
        """Publish what these rows, all of its lots, make of its holdings."""
        before = {key: self._holdings.get(key, NOTHING) for key in self._follow(rows)}
        changed = {}
        for product_id, held in before.items():
            after = self._count(product_id)
            if after != held:
                changed[product_id] = after
        if not changed:
            return
        update = HoldingsUpdate(
            s=self.name,
            epoch=self.epoch,
            prev=self.last_seq,
            seq=seq,
            eseq=seq,
            time=format_time(at_ns),
            sent=format_time(now_ns),
            holdings=[self._item(product_id, held) for product_id, held in changed.items()],
        )
        self._publish(update, now_ns)

    def _hold(self, rows: Rows) -> None:
        for product_id in self._follow(rows):
            self._count(product_id)

    def _follow(self, rows: Rows) -> list[ProductId]:
        """Take rows of its lots; the products that they are of, smallest first."""
        touched: set[ProductId] = set()
        for row in rows["lots"]:
            lot = lot_in(cast(LotRow, row))
            touched.add(lot.product_id)
            of_product = self._by_product.setdefault(lot.product_id, {})
            known = self._lots.pop(lot.lot_id, None)
            if known is not None:
                lot.reserved, lot.locked = known.reserved, known.locked
                del of_product[lot.lot_id], self._owners[lot.lot_id]
            if lot.units:
                self._lots[lot.lot_id] = of_product[lot.lot_id] = lot
                self._owners[lot.lot_id] = self.party_id
        for row in rows["lot_claims"]:
            lot_id, reserved, locked = cast(ClaimRow, row)
            claimed = self._lots.get(LotId(lot_id))
            if claimed is not None:  # else it is empty
                claimed.reserved, claimed.locked = reserved, locked
                touched.add(claimed.product_id)
        return sorted(touched)

    def _count(self, product_id: ProductId) -> Buckets:
        """What is held of a product now, which is remembered. Cost: O(its lots)."""
        lots = self._by_product.get(product_id)
        if not lots:
            self._by_product.pop(product_id, None)
            self._holdings.pop(product_id, None)
            return NOTHING
        held = Buckets(*map(sum, zip(*map(buckets, lots.values()), strict=True)))
        self._holdings[product_id] = held
        return held

    def _make_snapshot(self, reason: SnapshotReason, now_ns: int) -> list[str]:
        held = [self._item(key, self._holdings[key]) for key in sorted(self._holdings)]
        texts = []
        for items, part, parts in in_parts(held):
            snapshot = HoldingsSnapshot(
                s=self.name,
                epoch=self.epoch,
                seq=self.last_seq,
                eseq=self.eseq,
                time=format_time(self._view.at_ns),
                sent=format_time(now_ns),
                reason=reason,
                holdings=items,
                part=part,
                parts=parts,
            )
            texts.append(encode(snapshot).decode("utf-8"))
        return texts

    def _item(self, product_id: ProductId, held: Buckets) -> HoldingItem:
        terms = self._view.products[product_id].terms
        scale = terms.quantity_scale
        return HoldingItem(
            symbol=terms.symbol,
            total=format_decimal(sum(held), scale=scale),
            available=format_decimal(held.available, scale=scale),
            reserved=format_decimal(held.reserved, scale=scale),
            locked=format_decimal(held.locked, scale=scale),
            pledged=format_decimal(held.pledged, scale=scale),
            frozen=format_decimal(held.frozen, scale=scale),
        )


class CashStream(AccountStream):
    """The money of one party."""

    channel = "cash"
    _account: AccountRow

    def read(self, connection: Connection) -> Rows:
        """Its account."""
        return account_rows(connection, self.party_id)

    def take(self, account: AccountRow, *, seq: int, at_ns: int, now_ns: int) -> None:
        """Publish its money if it is other than before."""
        if account == self._account:
            return
        self._account = account
        update = CashUpdate(
            s=self.name,
            epoch=self.epoch,
            prev=self.last_seq,
            seq=seq,
            eseq=seq,
            time=format_time(at_ns),
            sent=format_time(now_ns),
            cash=_cash(account),
        )
        self._publish(update, now_ns)

    def _hold(self, rows: Rows) -> None:
        (row,) = rows["accounts"]
        self._account = account_in(row)

    def _make_snapshot(self, reason: SnapshotReason, now_ns: int) -> list[str]:
        snapshot = CashSnapshot(
            s=self.name,
            epoch=self.epoch,
            seq=self.last_seq,
            eseq=self.eseq,
            time=format_time(self._view.at_ns),
            sent=format_time(now_ns),
            reason=reason,
            cash=_cash(self._account),
        )
        return [encode(snapshot).decode("utf-8")]


def publish_holdings(
    streams: Mapping[PartyId, HoldingsStream],
    owners: Mapping[LotId, PartyId],
    batch: Batch,
    now_ns: int,
) -> None:
    """Tell these parties what a commit did to what they hold.

    Args:
        owners: whose the lots are that they had before it.

    Cost: 0.1 µs a lot that it changed, 2 µs one of theirs, and 30 µs a frame.
    """
    begun: dict[LotId, PartyId] = {}
    own: dict[PartyId, dict[str, list[Row]]] = {}
    for row in batch.changes.rows["lots"]:
        party_id = cast(PartyId, row[LOT_HOLDER])
        if party_id in streams:
            begun[cast(LotId, row[0])] = party_id
            own.setdefault(party_id, {"lots": [], "lot_claims": []})["lots"].append(row)
    for row in batch.changes.rows["lot_claims"]:
        lot_id = cast(LotId, row[0])
        owner_id = owners.get(lot_id) or begun.get(lot_id)
        if owner_id is not None and owner_id in streams:
            own.setdefault(owner_id, {"lots": [], "lot_claims": []})["lot_claims"].append(row)
    last = batch.committed[-1]
    for party_id, rows in own.items():
        streams[party_id].take(rows, seq=last.sequence, at_ns=last.at_ns, now_ns=now_ns)


def publish_cash(streams: Mapping[PartyId, CashStream], batch: Batch, now_ns: int) -> None:
    """Tell these parties what a commit did to their money.

    Cost: 0.1 µs an account that it changed, and 20 µs a frame.
    """
    last = batch.committed[-1]
    for row in batch.changes.rows["accounts"]:
        stream = streams.get(cast(PartyId, row[0]))
        if stream is not None:
            account = account_in(row)
            stream.take(account, seq=last.sequence, at_ns=last.at_ns, now_ns=now_ns)


def _cash(account: AccountRow) -> CashItem:
    total = account.available + account.reserved + account.escrow + account.frozen
    return CashItem(
        currency=CURRENCY,
        total=format_money(total),
        available=format_money(account.available),
        reserved=format_money(account.reserved),
        escrow=format_money(account.escrow),
        frozen=format_money(account.frozen),
        deposited=format_money(account.deposited),
        withdrawn=format_money(account.withdrawn),
    )
