"""What a transfer has with it on its way: QI-03, SUI-04, SUI-05, OWN-04, PTY-03, AML-03, REG-04.
Stages U and S.

The product's terms and its checklist say what is asked for before a transfer goes on (registry/
terms.py, exchange/checklist.py); these rules require it, whatever the terms say.
"""

from collections.abc import Iterable
from typing import Annotated

import msgspec

from exchange.rules.check import NOT_APPLICABLE, Answer, Aspect, NoParams, check
from exchange.rules.facts import Deal, PartyFacts, TransferFacts
from exchange.rules.types import Cure, CureKind
from exchange.types import PartyKind
from registry.terms import ChecklistItem, DocumentKind
from registry.transfer import EITHER, Who

NOTHING = "NONE"
Hours = Annotated[int, msgspec.Meta(ge=0, le=240)]


class OwnFunds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the buyer declares it."""

    own_funds: bool = True


@check("QI-03", OwnFunds, "missing", looks_at={Aspect.PAPERS})
def buyer_pays_with_his_own(deal: Deal, params: OwnFunds) -> Answer:
    """The buyer has declared for this purchase that the money is his own, and not borrowed. Source:
    资管新规 Art. 5."""
    if deal.transfer is None or deal.buyer is None or not params.own_funds:
        return NOT_APPLICABLE
    return _has(deal.transfer, Who.BUYER, [DocumentKind.OWN_FUNDS])


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it is proven that a natural buyer knows the risks."""

    dual_recording: bool = True


@check("SUI-04", Told, "missing", looks_at={Aspect.PAPERS})
def natural_buyer_was_told(deal: Deal, params: Told) -> Answer:
    """A natural buyer has signed the risk statement and was recorded while he was told."""
    if deal.transfer is None or deal.buyer is None or not _is_natural(deal.buyer):
        return NOT_APPLICABLE
    recording = [DocumentKind.DUAL_RECORDING] if params.dual_recording else []
    return _has(deal.transfer, Who.BUYER, [DocumentKind.RISK_STATEMENT, *recording])


class CoolingOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a natural buyer may think better of it."""

    cooling_off_hours: Hours = 24


@check("SUI-05", CoolingOff, "cooled_off_hours", looks_at={Aspect.PAPERS})
def natural_buyer_has_cooled_off(deal: Deal, params: CoolingOff) -> Answer:
    """Both have signed, and after that a natural buyer could withdraw for N hours: a transfer comes
    to the trust company only when the product's cooling-off is over."""
    if deal.transfer is None or deal.buyer is None or not _is_natural(deal.buyer):
        return NOT_APPLICABLE
    hours = deal.transfer.cooling_off_hours if deal.transfer.signed == EITHER else 0
    return Answer(hours >= params.cooling_off_hours, {"cooled_off_hours": hours})


class Authority(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who shows that he may dispose: by a spouse's consent, a resolution, a power of attorney."""

    natural_seller: bool = True
    institution_seller: bool = True
    institution_buyer: bool = True


@check("OWN-04", Authority, "missing", looks_at={Aspect.PAPERS})
def party_shows_its_authority(deal: Deal, params: Authority) -> Answer:
    """A seller who may have a joint owner, and an institution on either side, have handed in what
    shows that they may dispose."""
    if deal.transfer is None:
        return NOT_APPLICABLE
    if deal.seller is not None:
        is_natural = _is_natural(deal.seller)
        is_asked = params.natural_seller if is_natural else params.institution_seller
    else:
        assert deal.buyer is not None, deal
        is_asked = params.institution_buyer and not _is_natural(deal.buyer)
    return (
        _has(deal.transfer, _side(deal), [DocumentKind.AUTHORITY]) if is_asked else NOT_APPLICABLE
    )


@check("PTY-03", NoParams, "missing", looks_at={Aspect.PAPERS})
def nobody_has_promised_to_buy_back(deal: Deal, _params: NoParams) -> Answer:
    """Both have declared that no clause promises to buy back, to top up or to guarantee. Source:
    资管新规 Art. 19; (2020)辽民终1015号."""
    if deal.transfer is None:
        return NOT_APPLICABLE
    return _has(deal.transfer, _side(deal), [DocumentKind.NO_REPURCHASE])


class SameName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether money comes from and goes to an account of the party's own name."""

    same_name: bool = True


@check("AML-03", SameName, looks_at={Aspect.PAPERS})
def party_has_an_account_of_its_own(deal: Deal, params: SameName) -> Answer:
    """The party has an account at a bank that is proven to be its own: the venue credits what comes
    from it, and pays out to it alone."""
    if deal.transfer is None or not params.same_name:
        return NOT_APPLICABLE
    return Answer(deal.transfer.has_own_account, {}, (Cure(CureKind.VERIFY_ACCOUNT),))


class FixedDate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the transfer is to hold against third parties."""

    fixed_date: bool = True


@check("REG-04", FixedDate, "missing", looks_at={Aspect.PAPERS})
def notice_has_a_fixed_date(deal: Deal, params: FixedDate) -> Answer:
    """The notice to the trustee, or his consent, has a fixed date (確定日付); the seller brings it.
    Source: 信託法 Art. 94."""
    if deal.transfer is None or deal.seller is None or not params.fixed_date:
        return NOT_APPLICABLE
    return _has(deal.transfer, Who.SELLER, [DocumentKind.FIXED_DATE])


def _has(transfer: TransferFacts, of: Who, kinds: Iterable[DocumentKind]) -> Answer:
    """Whether each of these is there, of this side or as one document for both."""
    missing = [
        kind
        for kind in kinds
        if ChecklistItem(kind, of) not in transfer.documents
        and ChecklistItem(kind, None) not in transfer.documents
    ]
    return Answer(
        not missing,
        {"missing": " ".join(kind.name for kind in missing) or NOTHING},
        tuple(Cure(CureKind.HAND_IN, kind) for kind in missing),
    )


def _side(deal: Deal) -> Who:
    return Who.SELLER if deal.seller is not None else Who.BUYER


def _is_natural(party: PartyFacts) -> bool:
    return party.kind is PartyKind.NATURAL_PERSON
