"""The channel `transfers`: the way of title, for a seller, a buyer or a trust company, and what is
offered to those with a right of pre-emption.

One private stream a party. Who is on the other side is told to the parties of the deal and to their
trust company, and to nobody else; each is told its own fees. Who has a right of pre-emption is told
what he would pay, while it is offered and that it is no more: nothing before, and not how it ended.
"""

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from api.feed.messages import encode, format_time
from api.feed.private import Owner, PrivateStream
from api.feed.snapshot_reason import SnapshotReason
from api.feed.stream import part_count, part_of
from api.feed.transfer_messages import (
    PreemptionItem,
    TransferItem,
    TransfersSnapshot,
    TransfersUpdate,
)
from api.schemas.decimals import format_decimal, format_money, format_price
from exchange.market_change import MarketChange
from exchange.market_view import MarketView
from exchange.product_view import TransferView
from exchange.types import OfficerId, PartyId
from registry.transfer import TransferState
from registry.types import HolderId


class TransfersStream(PrivateStream):
    """The pending transfers of one party and what becomes of them."""

    channel = "transfers"

    def __init__(self, owner: Owner) -> None:
        super().__init__(owner, last_seq=owner.view.party_seq(owner.party_id))

    def take(
        self, transfers: Sequence[TransferView], market: MarketChange, *, seq: int, now_ns: int
    ) -> None:
        """Publish these transfers of the party, all that one command touched."""
        update = TransfersUpdate(
            s=self.name,
            epoch=self.epoch,
            prev=self.last_seq,
            seq=seq,
            eseq=market.sequence,
            time=format_time(market.at_ns),
            sent=format_time(now_ns),
            transfers=[self._item(each) for each in transfers if self._is_party(each)],
            offers=[self._offer(each) for each in transfers if not self._is_party(each)] or UNSET,
        )
        self._publish(update, now_ns)

    def _make_snapshot(self, reason: SnapshotReason, now_ns: int) -> list[str]:
        pending = [self._item(transfer) for transfer in self._view.transfers_of(self.party_id)]
        offers = [self._offer(transfer) for transfer in self._view.offered_to(self.party_id)]
        # A part has transfers or offers: with as many of both it would be too long.
        first_of_offers = part_count(len(pending))
        parts = max(1, first_of_offers + part_count(len(offers)))
        texts = []
        for part in range(parts):
            offered = part_of(offers, part - first_of_offers) if part >= first_of_offers else []
            snapshot = TransfersSnapshot(
                s=self.name,
                epoch=self.epoch,
                seq=self.last_seq,
                eseq=self._view.eseq,
                time=format_time(self._view.at_ns),
                sent=format_time(now_ns),
                reason=reason,
                transfers=part_of(pending, part),
                offers=offered or UNSET,
                part=UNSET if parts == 1 else part + 1,
                parts=UNSET if parts == 1 else parts,
            )
            texts.append(encode(snapshot).decode("utf-8"))
        return texts

    def _is_party(self, transfer: TransferView) -> bool:
        return self.party_id in transfer.parties()

    def _offer(self, transfer: TransferView) -> PreemptionItem:
        terms = self._view.products[transfer.product_id].terms
        offered = transfer.state is TransferState.PREEMPTION_OPEN
        deadline_ns = transfer.deadline_ns if offered else None
        return PreemptionItem(
            transfer_id=str(transfer.transfer_id),
            symbol=terms.symbol,
            units=format_decimal(transfer.units, scale=terms.quantity_scale),
            price=format_price(transfer.price),
            consideration=format_money(transfer.consideration),
            accrued=_accrued(transfer),
            venue_fee=format_money(transfer.buyer_fee_venue),
            trust_company_fee=format_money(transfer.buyer_fee_trust_company),
            deadline=None if deadline_ns is None else format_time(deadline_ns),
            version=transfer.version,
            waived=offered and HolderId(self.party_id) in transfer.waived,
            offered=offered,
        )

    def _item(self, transfer: TransferView) -> TransferItem:
        return transfer_item(self._view, transfer, self.party_id)


def transfer_item(view: MarketView, transfer: TransferView, party_id: PartyId) -> TransferItem:
    """The transfer as one of its parties, or their trust company, sees it."""
    terms = view.products[transfer.product_id].terms
    venue_fee: int | None = None
    if party_id == transfer.seller_id:
        role = "seller"
        venue_fee = transfer.seller_fee_venue
        trust_company_fee: int = transfer.seller_fee_trust_company
    elif party_id == transfer.buyer_id:
        role = "buyer"
        venue_fee = transfer.buyer_fee_venue
        trust_company_fee = transfer.buyer_fee_trust_company
    else:
        assert party_id == transfer.trust_company_id, (party_id, transfer)
        role = "trust_company"
        trust_company_fee = transfer.seller_fee_trust_company + transfer.buyer_fee_trust_company
    deadline_ns, decided_at_ns = transfer.deadline_ns, transfer.decided_at_ns
    reason = transfer.rejection_reason
    review = transfer.review if role == "trust_company" else None
    return TransferItem(
        transfer_id=str(transfer.transfer_id),
        symbol=terms.symbol,
        trade_id=str(transfer.trade_number),
        role=role,
        state=transfer.state.name,
        version=transfer.version,
        seller_id=str(transfer.seller_id),
        buyer_id=str(transfer.buyer_id),
        trust_company_id=str(transfer.trust_company_id),
        units=format_decimal(transfer.units, scale=terms.quantity_scale),
        price=format_price(transfer.price),
        consideration=format_money(transfer.consideration),
        accrued=_accrued(transfer),
        venue_fee=UNSET if venue_fee is None else format_money(venue_fee),
        trust_company_fee=format_money(trust_company_fee),
        opened_at=format_time(transfer.opened_at_ns),
        deadline=None if deadline_ns is None else format_time(deadline_ns),
        notices=transfer.notices,
        overlays=[str(overlay.name) for overlay in transfer.overlays.told],
        rescindable=transfer.rescindable,
        decided_at=None if decided_at_ns is None else format_time(decided_at_ns),
        rejection_reason=None if reason is None else reason.name,
        claimed_by=_officer(None if review is None else review.claimed_by),
        made_by=_officer(None if review is None else review.made_by),
        checked_by=_officer(None if review is None else review.checked_by),
        approvals_lapsed=(UNSET if review is None or review.lapsed is None else review.lapsed.name),
    )


def _officer(officer_id: OfficerId | None) -> str | UnsetType:
    return UNSET if officer_id is None else str(officer_id)


def _accrued(transfer: TransferView) -> str | UnsetType:
    return UNSET if transfer.accrued is None else format_money(transfer.accrued.amount)
