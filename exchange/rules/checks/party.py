"""Who the parties are to the venue and to the trust company: PTY-02, PTY-04."""

from exchange.rules.check import NOT_APPLICABLE, Answer, Aspect, NoParams, check
from exchange.rules.facts import Deal, PartyFacts
from exchange.rules.types import Cure, CureKind
from registry.types import DayNumber


@check("PTY-04", NoParams, looks_at={Aspect.PARTY}, confidential=True)
def parties_are_cleared(deal: Deal, _params: NoParams) -> Answer:
    """No party is listed, and the due diligence of each is current. Which of them it is, and why,
    no finding says: whoever is listed must not learn of it."""
    cleared = all(_is_cleared(party, deal.day) for party in deal.parties())
    return Answer(cleared, {}, (Cure(CureKind.ASK_THE_VENUE),))


@check("PTY-02", NoParams, "trust_company_id", looks_at={Aspect.PARTY})
def buyer_is_no_affiliate(deal: Deal, _params: NoParams) -> Answer:
    """The buyer is not the trustee with its own funds, nor belongs to it, nor buys for it. Source:
    资管新规 Art. 19."""
    if deal.buyer is None:
        return NOT_APPLICABLE
    trustee, profile = deal.product.trust_company_id, deal.buyer.profile
    is_of_it = trustee in (deal.buyer.party_id, profile.owner_id, *profile.affiliate_of)
    return Answer(not is_of_it, {"trust_company_id": trustee})


def _is_cleared(party: PartyFacts, day: DayNumber) -> bool:
    diligence = party.profile.due_diligence
    return not party.profile.listed and diligence is not None and day <= diligence.review_by
