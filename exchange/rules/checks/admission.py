"""Whether a product may be traded here at all, as it is admitted: PRD-01, PRD-06, PRC-03, VEN-01,
VEN-05. Stage P."""

import msgspec

from exchange.modes.matrix import may_run
from exchange.price_types import Disclaimer
from exchange.rules.check import NOT_APPLICABLE, Answer, Aspect, NoParams, check
from exchange.rules.facts import Deal
from exchange.types import VenueProfile
from exchange.wording import banned_words_in

NONE = "NONE"


class Admitted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a product brings."""

    ctrc_code_required: bool = True
    """The code under which the trust registration has it."""


@check("PRD-01", Admitted, "ctrc_code", "signed_off", looks_at={Aspect.ADMISSION})
def product_is_signed_off(deal: Deal, params: Admitted) -> Answer:
    """The product's trust company stands by its terms, and they name its registration. Source:
    信托登记管理办法."""
    if deal.admission is None:
        return NOT_APPLICABLE
    code, signed_off = deal.admission.ctrc_code, deal.admission.is_signed_off
    return Answer(
        signed_off and (code is not None or not params.ctrc_code_required),
        {"ctrc_code": NONE if code is None else code, "signed_off": signed_off},
    )


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a product may speak of what it brings."""

    legacy_yield_allowed: bool = True
    """An old product whose papers speak of an expected yield may keep that name."""


@check("PRD-06", Wording, "banned_words", "disclaimer", looks_at={Aspect.ADMISSION})
def nothing_is_promised(deal: Deal, params: Wording) -> Answer:
    """Its names have no banned word, and its benchmark goes with the words that it is no promise.
    Source: 资管新规 Art. 2, 19."""
    if deal.admission is None:
        return NOT_APPLICABLE
    words, disclaimer = banned_words_in(deal.admission.names), deal.admission.disclaimer
    is_legacy = disclaimer is Disclaimer.LEGACY_EXPECTED_YIELD
    return Answer(
        not words and (params.legacy_yield_allowed or not is_legacy),
        {
            "banned_words": " ".join(words) or NONE,
            "disclaimer": NONE if disclaimer is None else disclaimer.name,
        },
    )


@check("PRC-03", NoParams, "quote_basis", looks_at={Aspect.ADMISSION})
def quote_basis_is_declared(deal: Deal, _params: NoParams) -> Answer:
    """What its prices mean is declared, and all is known that they take."""
    if deal.admission is None:
        return NOT_APPLICABLE
    return Answer(deal.admission.can_be_quoted, {"quote_basis": deal.admission.quote_basis.name})


class Licence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For what licence a pack speaks."""

    licence: str | None = None
    """The name of a VenueProfile; None: the venue's own alone."""

    def __post_init__(self) -> None:
        if self.licence is not None and self.licence not in VenueProfile.__members__:
            raise ValueError(f"no licence: {self.licence}")


@check("VEN-01", Licence, "mode", "venue_licence", "approved", looks_at={Aspect.ADMISSION})
def mode_is_licensed(deal: Deal, params: Licence) -> Answer:
    """The venue's licence allows the mode in which the product's deals are made, and so does that
    for which the pack speaks. Source: 38号文, 37号文; the matrix of
    exchange/modes/matrix.py."""
    if deal.admission is None:
        return NOT_APPLICABLE
    mode, is_approved = deal.admission.mode, deal.admission.is_approved
    licences = {deal.admission.licence}
    if params.licence is not None:
        licences.add(VenueProfile[params.licence])
    return Answer(
        all(may_run(licence, mode, is_approved=is_approved) for licence in licences),
        {
            "mode": mode.name,
            "venue_licence": deal.admission.licence.name,
            "approved": is_approved,
        },
    )


@check("VEN-05", NoParams, "lot_units", looks_at={Aspect.ADMISSION})
def venue_sets_no_lot(deal: Deal, _params: NoParams) -> Answer:
    """The lot is the product's smallest unit, so that the seller sets the block. Source:
    37号文."""
    if deal.admission is None:
        return NOT_APPLICABLE
    return Answer(deal.product.lot == 1, {"lot_units": deal.product.lot})
