"""The channel `confirmations`: which transfers wait for a trust company's decision, who works on
them, and until when.

One private stream a trust company. What it tells of a transfer, `transfers` tells it too; but that
tells of all, and this of those alone that officers have to do something about. `seq` is the number
of the command.
"""

from msgspec import UNSET

from api.feed.confirmation_messages import (
    ConfirmationItem,
    ConfirmationsSnapshot,
    ConfirmationsUpdate,
)
from api.feed.messages import encode, format_time
from api.feed.private import Owner, PrivateStream
from api.feed.snapshot_reason import SnapshotReason
from api.feed.stream import in_parts
from api.feed.transfers import transfer_item
from exchange.market_change import MarketChange
from exchange.product_view import TransferView
from exchange.store.review_queries import UNDECIDED
from exchange.types import OfficerId
from registry.types import TransferId


class ConfirmationsStream(PrivateStream):
    """The queue of one trust company's officers."""

    channel = "confirmations"

    def __init__(self, owner: Owner) -> None:
        super().__init__(owner)
        # Its own, for the view is ahead of a command that is told: a batch is folded as a whole.
        self._queue: dict[TransferId, TransferView] = {
            transfer.transfer_id: transfer
            for transfer in owner.view.transfers_of(owner.party_id)
            if self._waits(transfer)
        }

    def take(self, market: MarketChange, now_ns: int) -> None:
        """Publish what the command did to the queue, if anything."""
        items = [
            self._item(transfer, change)
            for transfer in market.transfers
            if transfer.trust_company_id == self.party_id
            and (change := self._follow(transfer)) is not None
        ]
        if not items:
            return
        update = ConfirmationsUpdate(
            s=self.name,
            epoch=self.epoch,
            prev=self.last_seq,
            seq=market.sequence,
            eseq=market.sequence,
            time=format_time(market.at_ns),
            sent=format_time(now_ns),
            confirmations=items,
        )
        self._publish(update, now_ns)

    def _waits(self, transfer: TransferView) -> bool:
        return transfer.trust_company_id == self.party_id and transfer.state in UNDECIDED

    def _follow(self, after: TransferView) -> str | None:
        """What this means to the queue, which follows."""
        before = self._queue.pop(after.transfer_id, None)
        if not self._waits(after):
            return None if before is None else "gone"
        self._queue[after.transfer_id] = after
        if before is None:
            return "added"
        officer_id = _claimed_by(after)
        if officer_id == _claimed_by(before):
            return "changed"
        return "released" if officer_id is None else "claimed"

    def _make_snapshot(self, reason: SnapshotReason, now_ns: int) -> list[str]:
        waiting = [self._queue[key] for key in sorted(self._queue)]
        texts = []
        for items, part, parts in in_parts([self._item(each, "added") for each in waiting]):
            snapshot = ConfirmationsSnapshot(
                s=self.name,
                epoch=self.epoch,
                seq=self.last_seq,
                eseq=self._view.eseq,
                time=format_time(self._view.at_ns),
                sent=format_time(now_ns),
                reason=reason,
                confirmations=items,
                part=part,
                parts=parts,
            )
            texts.append(encode(snapshot).decode("utf-8"))
        return texts

    def _item(self, transfer: TransferView, change: str) -> ConfirmationItem:
        review = transfer.review
        until_ns = None if review is None else review.claimed_until_ns
        return ConfirmationItem(
            change=change,
            claimed_until=UNSET if until_ns is None else format_time(until_ns),
            transfer=transfer_item(self._view, transfer, self.party_id),
        )


def _claimed_by(transfer: TransferView) -> OfficerId | None:
    return None if transfer.review is None else transfer.review.claimed_by
