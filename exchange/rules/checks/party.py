"""Who the parties are to the venue and to the trust company: PTY-02, PTY-04."""

from typing import Annotated

import msgspec

from exchange.profile import REVIEW_MONTHS, CddRisk, counts_until
from exchange.rules.check import NOT_APPLICABLE, Answer, Aspect, NoParams, check
from exchange.rules.checks.price import price_of_benchmark
from exchange.rules.facts import Deal, PartyFacts
from exchange.rules.types import Cure, CureKind
from exchange.types import PartyId
from registry.types import DayNumber


class ReviewAge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How old the due diligence of a party of each risk may be."""

    cdd_review_months_low: Annotated[int, msgspec.Meta(ge=1, le=REVIEW_MONTHS[CddRisk.LOW])] = 36
    cdd_review_months_medium: Annotated[
        int, msgspec.Meta(ge=1, le=REVIEW_MONTHS[CddRisk.MEDIUM])
    ] = 24
    cdd_review_months_high: Annotated[int, msgspec.Meta(ge=1, le=REVIEW_MONTHS[CddRisk.HIGH])] = 12

    def of(self, risk: CddRisk) -> int:
        """In months, of a party of this risk."""
        match risk:
            case CddRisk.LOW:
                return self.cdd_review_months_low
            case CddRisk.MEDIUM:
                return self.cdd_review_months_medium
            case CddRisk.HIGH:
                return self.cdd_review_months_high


@check("PTY-04", ReviewAge, looks_at={Aspect.PARTY}, confidential=True)
def parties_are_cleared(deal: Deal, params: ReviewAge) -> Answer:
    """No party is listed, and the due diligence of each is current, and no older than N months by
    its risk. Which of them it is, and why, no finding says: whoever is listed must not learn of
    it."""
    cleared = all(_is_cleared(party, params, deal.day) for party in deal.parties())
    return Answer(cleared, {}, (Cure(CureKind.ASK_THE_VENUE),))


@check("PTY-02", NoParams, "trust_company_id", looks_at={Aspect.PARTY})
def buyer_is_no_affiliate(deal: Deal, _params: NoParams) -> Answer:
    """The buyer is not the trustee with its own funds, nor belongs to it, nor buys for it. Source:
    资管新规 Art. 19."""
    if deal.buyer is None:
        return NOT_APPLICABLE
    trustee = deal.product.trust_company_id
    return Answer(not is_of(deal.buyer, trustee), {"trust_company_id": trustee})


@check(
    *("PTY-GUARANTEE-02", NoParams, "limit_price", "whole_price"),
    looks_at={Aspect.AFFILIATION},
)
def no_affiliate_makes_holders_whole(deal: Deal, _params: NoParams) -> Answer:
    """Of a product in trouble, the trustee and who belongs to it buy below par and benchmark: at
    that price or above it would be a guarantee in disguise. No person lets it pass. Source:
    资管新规 Art. 19; (2020)辽民终1015号."""
    product = deal.product
    if not product.known.distressed or deal.buyer is None or deal.offer is None:
        return NOT_APPLICABLE
    if not is_of(deal.buyer, product.trust_company_id):
        return NOT_APPLICABLE
    price, whole = deal.offer.price, price_of_benchmark(product, deal.day)
    return Answer(price < whole, {"limit_price": price, "whole_price": whole})


def is_of(party: PartyFacts, trustee: PartyId) -> bool:
    """Whether the party is the trustee, buys for it or belongs to it. Cost: O(those to which it
    belongs)."""
    profile = party.profile
    return trustee in (party.party_id, profile.owner_id, *profile.affiliate_of)


def _is_cleared(party: PartyFacts, params: ReviewAge, day: DayNumber) -> bool:
    known, diligence = party.profile, party.profile.due_diligence
    if known.listed or diligence is None:
        return False
    months = params.of(diligence.risk)
    return day <= counts_until(diligence.review_by, since=known.reviewed_on, months=months)
