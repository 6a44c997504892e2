"""Money for a party from an account that is not its own. Source: AML-02, third-party payer, and
AML-03."""

from exchange.events import AnyEvent
from exchange.money_events import PaymentUnmatched
from exchange.money_types import UnmatchedReason
from exchange.supervision.alerts import Alert, AlertKind, Direction
from exchange.supervision.known import Moment


def find_third_party(event: AnyEvent, at: Moment) -> list[Alert]:
    """THIRD_PARTY_PAYER, when a statement shows it. The money credits nobody, whoever resolves it.
    Remembers nothing. Cost: O(1)."""
    if not isinstance(event, PaymentUnmatched):
        return []
    party_id = event.party_ref
    if event.reason is not UnmatchedReason.THIRD_PARTY or party_id is None:
        return []
    return [
        Alert(
            kind=AlertKind.THIRD_PARTY_PAYER,
            sequence=at.sequence,
            at_ns=at.at_ns,
            party_ids=(party_id,),
            direction=Direction.PAID,
            payment_id=event.payment_id,
            amount=event.amount,
            measured=event.amount,
            limit=0,
        )
    ]
