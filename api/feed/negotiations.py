"""The channel `negotiations`: offers, listings, requests for quotes and auctions, for a party that
trades.

One private stream a party: it hears of what it has opened, of what it is named in, and of what is
open to all, and sees of each what is for it to see. A number of its own would say how much others
deal: `seq` is the number of the command.
"""

from api.feed.messages import encode, format_time
from api.feed.negotiation_messages import (
    BiddingItem,
    NegotiationItem,
    NegotiationsSnapshot,
    NegotiationsUpdate,
    OfferItem,
)
from api.feed.private import Owner, PrivateStream
from api.feed.snapshot_reason import SnapshotReason
from api.feed.stream import in_parts
from api.quote_access import QuoteAccess
from api.schemas.decimals import format_decimal, format_price
from exchange.market_change import MarketChange
from exchange.negotiation_view import BiddingView, NegotiationChange, NegotiationView


class NegotiationsStream(PrivateStream):
    """What a party may hear of deals in the making."""

    channel = "negotiations"

    def __init__(self, owner: Owner, quotes: QuoteAccess) -> None:
        super().__init__(owner)
        self._quotes = quotes

    def take(self, market: MarketChange, now_ns: int) -> None:
        """Publish what of it is news to the party, if anything."""
        shown = [view for each in market.negotiations if (view := self._news(each)) is not None]
        if not shown:
            return
        update = NegotiationsUpdate(
            s=self.name,
            epoch=self.epoch,
            prev=self.last_seq,
            seq=market.sequence,
            eseq=market.sequence,
            time=format_time(market.at_ns),
            sent=format_time(now_ns),
            negotiations=[self._item(each) for each in shown],
        )
        self._publish(update, now_ns)

    def _news(self, change: NegotiationChange) -> NegotiationView | None:
        before, after = change
        shown = self._seen(after)
        seen = None if before is None else self._seen(before)
        return None if shown == seen else shown

    def _seen(self, view: NegotiationView) -> NegotiationView | None:
        """What of it the party may see: what is open to all is a quote."""
        product = self._view.products[view.product_id]
        if not view.is_about(self.party_id) and self._quotes.hides(
            product, self.party_id, self.kind
        ):
            return None
        return view.shown_to(self.party_id)

    def _make_snapshot(self, reason: SnapshotReason, now_ns: int) -> list[str]:
        every = self._view.negotiations.open.values()
        shown = [seen for each in every if (seen := self._seen(each)) is not None]
        texts = []
        for items, part, parts in in_parts([self._item(each) for each in shown]):
            snapshot = NegotiationsSnapshot(
                s=self.name,
                epoch=self.epoch,
                seq=self.last_seq,
                eseq=self._view.eseq,
                time=format_time(self._view.at_ns),
                sent=format_time(now_ns),
                reason=reason,
                negotiations=items,
                part=part,
                parts=parts,
            )
            texts.append(encode(snapshot).decode("utf-8"))
        return texts

    def _item(self, view: NegotiationView) -> NegotiationItem:
        terms = self._view.products[view.product_id].terms
        scale = terms.quantity_scale
        return NegotiationItem(
            negotiation_id=str(view.negotiation_id),
            symbol=terms.symbol,
            market_mode=view.mode.name,
            opener_id=str(view.opener_id),
            side=view.side.name,
            price=None if view.price is None else format_price(view.price),
            quantity=format_decimal(view.quantity, scale=scale),
            open_quantity=format_decimal(view.open_quantity, scale=scale),
            parts=view.parts,
            acceptance=None if view.acceptance is None else view.acceptance.name,
            open_to_all=view.is_open_to_all,
            state=view.state.name,
            lapses_at=format_time(view.lapses_ns),
            transfer_id=None if view.transfer_id is None else str(view.transfer_id),
            offers=[
                OfferItem(
                    offer_id=str(offer.offer_id),
                    party_id=str(offer.party_id),
                    price=format_price(offer.price),
                    quantity=format_decimal(offer.quantity, scale=scale),
                    state=offer.state.name,
                    lapses_at=format_time(offer.lapses_ns),
                )
                for offer in view.offers
            ],
            bidding=None if view.bidding is None else _bidding(view.bidding),
        )


def _bidding(seen: BiddingView) -> BiddingItem:
    terms, leading = seen.terms, seen.leading_price
    return BiddingItem(
        increment=format_price(terms.increment),
        reserve_price=None if terms.reserve_price is None else format_price(terms.reserve_price),
        starts_at=format_time(terms.starts_ns),
        ends_at=format_time(terms.ends_ns),
        latest_at=format_time(terms.latest_ns),
        leading_offer_id=None if seen.leader_id is None else str(seen.leader_id),
        leading_price=None if leading is None else format_price(leading),
        reserve_reached=seen.is_reached,
    )
