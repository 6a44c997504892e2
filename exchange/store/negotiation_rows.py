"""The rows of negotiations and offers, from what a batch touched: column order of
negotiation_tables.py."""

from exchange.negotiation_state import Negotiation, Negotiations
from exchange.offer import Offer
from exchange.ports import Row


def take_negotiation_rows(negotiations: Negotiations) -> dict[str, list[Row]]:
    """The changed rows by table; they then count as written. Cost: O(objects touched)."""
    rows: dict[str, list[Row]] = {
        "negotiations": [_negotiation_row(each) for each in negotiations.touched.values()],
        "negotiation_parties": [
            (negotiation.negotiation_id, party_id)
            for negotiation in negotiations.touched_named.values()
            for party_id in negotiation.named
        ],
        "offers": [_offer_row(each) for each in negotiations.touched_offers.values()],
    }
    negotiations.touched.clear()
    negotiations.touched_named.clear()
    negotiations.touched_offers.clear()
    return rows


def _negotiation_row(negotiation: Negotiation) -> Row:
    return (
        negotiation.negotiation_id,
        negotiation.product_id,
        negotiation.mode._value_,
        negotiation.opener_id,
        negotiation.side._value_,
        negotiation.price,
        negotiation.quantity,
        negotiation.open_quantity,
        1 if negotiation.parts else 0,
        None if negotiation.acceptance is None else int(negotiation.acceptance),
        0 if negotiation.named else 1,
        negotiation.lapses_ns,
        negotiation.opened_at_ns,
        negotiation.changed_at_ns,
        negotiation.state._value_,
        negotiation.version,
        negotiation.transfer_id,
    )


def _offer_row(offer: Offer) -> Row:
    return (
        offer.offer_id,
        offer.negotiation_id,
        offer.party_id,
        offer.price,
        offer.quantity,
        offer.lapses_ns,
        offer.made_at_ns,
        offer.changed_at_ns,
        offer.state._value_,
    )
