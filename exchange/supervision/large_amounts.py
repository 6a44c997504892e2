"""Large amounts: what a party has paid or received for units in one day, all deals together.

The amount is the settled consideration with its accrued income, without fees. Source: AML-01; PBOC
order 3 of 2016 (金融机构大额交易和可疑交易报告管理办法), article 5: by client, in one day, each
way by itself.
"""

import msgspec

from exchange.events import AnyEvent, TransferSettled
from exchange.supervision.alerts import Alert, AlertKind, Direction
from exchange.supervision.known import Known, Moment
from exchange.supervision.parameters import LargeAmountTerms
from exchange.types import Fen, PartyId
from registry.types import DayNumber, TransferId


class DayTotal(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """What a party has paid, or received, so far today."""

    amount: Fen = Fen(0)
    unreported: list[TransferId] = msgspec.field(default_factory=list)


class LargeAmounts(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """Finds LARGE_AMOUNT: each deal from the one on that reaches the threshold, the first of them
    with those of the day that came before. Bounded by the deals that settle in one day."""

    day: DayNumber = DayNumber(0)
    totals: dict[tuple[PartyId, Direction], DayTotal] = msgspec.field(default_factory=dict)

    def observe(
        self, event: AnyEvent, at: Moment, known: Known, terms: LargeAmountTerms
    ) -> list[Alert]:
        """What is to be reported because of the event. Cost: O(1)."""
        if not isinstance(event, TransferSettled):
            return []
        if at.day != self.day:
            self.day = at.day
            self.totals.clear()
        amount = known.considerations[event.transfer_id]
        sides = ((event.buyer_id, Direction.PAID), (event.seller_id, Direction.RECEIVED))
        alerts = []
        for party_id, direction in sides:
            total = self.totals.setdefault((party_id, direction), DayTotal())
            total.amount = Fen(total.amount + amount)
            total.unreported.append(event.transfer_id)
            threshold = threshold_of(party_id, known, terms)
            if total.amount < threshold:
                continue
            alerts.append(
                Alert(
                    kind=AlertKind.LARGE_AMOUNT,
                    sequence=at.sequence,
                    at_ns=at.at_ns,
                    party_ids=(party_id,),
                    direction=direction,
                    transfer_ids=tuple(total.unreported),
                    amount=total.amount,
                    measured=total.amount,
                    limit=threshold,
                )
            )
            total.unreported.clear()
        return alerts


def threshold_of(party_id: PartyId, known: Known, terms: LargeAmountTerms) -> Fen:
    """From where on the party's money of a day is reported. Cost: O(1)."""
    is_natural = party_id in known.natural
    return terms.natural_person_fen if is_natural else terms.institution_fen
