"""Deals within one beneficial owner: nothing changes hands but the price that the market sees.

A party's deal with itself is refused (PTY-01); this finds what goes by the name of another one.
Source: AML-02, wash and self trade.
"""

from exchange.events import AnyEvent, TransferOpened
from exchange.supervision.alerts import Alert, AlertKind
from exchange.supervision.known import Known, Moment


def find_same_owner(event: AnyEvent, at: Moment, known: Known) -> list[Alert]:
    """SAME_OWNER, at the match: also of a deal that never settles the market has seen the price.
    Remembers nothing. Cost: O(1)."""
    if not isinstance(event, TransferOpened):
        return []
    if known.owner_of(event.seller_id) != known.owner_of(event.buyer_id):
        return []
    return [
        Alert(
            kind=AlertKind.SAME_OWNER,
            sequence=at.sequence,
            at_ns=at.at_ns,
            party_ids=(event.seller_id, event.buyer_id),
            product_id=event.product_id,
            transfer_ids=(event.transfer_id,),
            amount=event.consideration,
            measured=event.consideration,
            limit=0,
        )
    ]
