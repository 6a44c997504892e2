"""Whether the venue may do business with the parties at all: PTY-04."""

from exchange.rules.check import Answer, NoParams, check
from exchange.rules.facts import Deal, PartyFacts
from exchange.rules.types import Cure, CureKind
from registry.types import DayNumber


@check("PTY-04", NoParams, of_party=True, confidential=True)
def parties_are_cleared(deal: Deal, _params: NoParams) -> Answer:
    """No party is listed, and the due diligence of each is current. Which of them it is, and why,
    no finding says: whoever is listed must not learn of it."""
    cleared = all(_is_cleared(party, deal.day) for party in deal.parties())
    return Answer(cleared, {}, (Cure(CureKind.ASK_THE_VENUE),))


def _is_cleared(party: PartyFacts, day: DayNumber) -> bool:
    diligence = party.profile.due_diligence
    return not party.profile.listed and diligence is not None and day <= diligence.review_by
