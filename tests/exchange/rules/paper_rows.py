"""The rows that attack what is asked of a product's admission and of a transfer's papers."""

from __future__ import annotations

from typing import Final

from exchange.modes.types import MarketMode
from exchange.price_types import Disclaimer, QuoteBasis
from exchange.rules.types import Cure, CureKind
from exchange.types import PartyKind, VenueProfile
from matching import Quantity
from registry.terms import ChecklistItem, DocumentKind
from registry.transfer import Who
from tests.exchange.rules.deals import (
    BUYER,
    SELLER,
    admission,
    bid,
    listing,
    on_the_way,
    party,
    product,
)
from tests.exchange.rules.row import BLOCK, NOT_APPLICABLE, PASS, Row, Turn

COMPANY: Final = PartyKind.INSTITUTION
OWN_FUNDS: Final = ChecklistItem(DocumentKind.OWN_FUNDS, Who.BUYER)
RISKS: Final = ChecklistItem(DocumentKind.RISK_STATEMENT, Who.BUYER)
RECORDING: Final = ChecklistItem(DocumentKind.DUAL_RECORDING, Who.BUYER)
CONSENT: Final = ChecklistItem(DocumentKind.AUTHORITY, Who.SELLER)
RESOLUTION: Final = ChecklistItem(DocumentKind.AUTHORITY, Who.BUYER)
OF_THE_SELLER: Final = ChecklistItem(DocumentKind.NO_REPURCHASE, Who.SELLER)
OF_BOTH: Final = ChecklistItem(DocumentKind.NO_REPURCHASE, None)
NOTICE: Final = ChecklistItem(DocumentKind.FIXED_DATE, Who.SELLER)


def wants(*kinds: DocumentKind) -> tuple[Cure, ...]:
    """These are to be handed in."""
    return tuple(Cure(CureKind.HAND_IN, kind) for kind in kinds)


PAPER_ROWS: Final = (
    Row("PRD-01", "signed off, with its code", admission(), PASS),
    Row("PRD-01", "nobody has signed it off", admission(is_signed_off=False), BLOCK),
    Row("PRD-01", "no code", admission(ctrc_code=None), BLOCK),
    Row(
        "PRD-01",
        "no code where none is wanted",
        admission(ctrc_code=None),
        PASS,
        {"ctrc_code_required": False},
    ),
    Row("PRD-01", "a bid is no admission", bid(), NOT_APPLICABLE),
    Row("PRD-06", "a benchmark with its disclaimer", admission(), PASS),
    Row("PRD-06", "no benchmark", admission(disclaimer=None), PASS),
    Row("PRD-06", "a name that promises", admission(names=("保 本 一号", "No. 1")), BLOCK),
    Row(
        "PRD-06",
        "an old plan keeps its expected yield",
        admission(disclaimer=Disclaimer.LEGACY_EXPECTED_YIELD),
        PASS,
    ),
    Row(
        "PRD-06",
        "a new plan has none",
        admission(disclaimer=Disclaimer.LEGACY_EXPECTED_YIELD),
        BLOCK,
        {"legacy_yield_allowed": False},
    ),
    Row("PRD-06", "a listing is no admission", listing(), NOT_APPLICABLE),
    Row("PRC-03", "full prices take nothing", admission(), PASS),
    Row(
        "PRC-03",
        "a discount to a value that nobody knows",
        admission(quote_basis=QuoteBasis.NAV_DISCOUNT, can_be_quoted=False),
        BLOCK,
    ),
    Row("PRC-03", "a bid is no admission", bid(), NOT_APPLICABLE),
    Row("VEN-01", "a book at an approved venue", admission(), PASS),
    Row("VEN-01", "a book at one that names no approval", admission(is_approved=False), BLOCK),
    Row(
        "VEN-01",
        "a listed price at an ordinary venue",
        admission(licence=VenueProfile.CN_VENUE_38, mode=MarketMode.LISTED_PRICE),
        PASS,
        {"licence": "CN_VENUE_38"},
    ),
    Row(
        "VEN-01",
        "a book at a sandbox under the pack of an ordinary venue",
        admission(licence=VenueProfile.SANDBOX),
        BLOCK,
        {"licence": "CN_VENUE_38"},
    ),
    Row("VEN-01", "a bid is no admission", bid(), NOT_APPLICABLE),
    Row("VEN-05", "a lot of one", admission(of=product(lot=Quantity(1))), PASS),
    Row("VEN-05", "a lot of a hundred", admission(), BLOCK),
    Row("VEN-05", "a bid is no admission", bid(), NOT_APPLICABLE),
    Row("QI-03", "the buyer has declared it", on_the_way(OWN_FUNDS), PASS),
    Row("QI-03", "nobody has", on_the_way(RISKS), BLOCK, cures=wants(DocumentKind.OWN_FUNDS)),
    Row("QI-03", "the seller is not asked", on_the_way(seller=party(SELLER)), NOT_APPLICABLE),
    Row("QI-03", "where it is not wanted", on_the_way(), NOT_APPLICABLE, {"own_funds": False}),
    Row("SUI-04", "told and recorded", on_the_way(RISKS, RECORDING), PASS),
    Row(
        "SUI-04",
        "told and not recorded",
        on_the_way(RISKS),
        BLOCK,
        cures=wants(DocumentKind.DUAL_RECORDING),
    ),
    Row(
        "SUI-04",
        "neither",
        on_the_way(),
        BLOCK,
        cures=wants(DocumentKind.RISK_STATEMENT, DocumentKind.DUAL_RECORDING),
    ),
    Row("SUI-04", "where none is recorded", on_the_way(RISKS), PASS, {"dual_recording": False}),
    Row("SUI-04", "a company", on_the_way(buyer=party(BUYER, kind=COMPANY)), NOT_APPLICABLE),
    Row("SUI-05", "a day after both have signed", on_the_way(), PASS),
    Row("SUI-05", "the terms give less", on_the_way(cooling_off_hours=23), BLOCK, cures=()),
    Row("SUI-05", "the buyer has not signed", on_the_way(signed=Who.SELLER), BLOCK),
    Row("SUI-05", "a company", on_the_way(buyer=party(BUYER, kind=COMPANY)), NOT_APPLICABLE),
    Row("OWN-04", "a spouse consents", on_the_way(CONSENT, seller=party(SELLER)), PASS),
    Row(
        "OWN-04",
        "nobody has asked the spouse",
        on_the_way(RESOLUTION, seller=party(SELLER)),
        BLOCK,
        cures=wants(DocumentKind.AUTHORITY),
    ),
    Row(
        "OWN-04",
        "a company sells without a resolution",
        on_the_way(seller=party(SELLER, kind=COMPANY)),
        BLOCK,
    ),
    Row(
        "OWN-04",
        "a company buys by a resolution",
        on_the_way(RESOLUTION, buyer=party(BUYER, kind=COMPANY)),
        PASS,
    ),
    Row("OWN-04", "a person who buys is not asked", on_the_way(), NOT_APPLICABLE),
    Row("OWN-04", "a bid has no papers", bid(), NOT_APPLICABLE),
    Row("PTY-03", "one declaration for both", on_the_way(OF_BOTH), PASS),
    Row("PTY-03", "his own", on_the_way(OF_THE_SELLER, seller=party(SELLER)), PASS),
    Row(
        "PTY-03",
        "only the other side has declared it",
        on_the_way(OF_THE_SELLER),
        BLOCK,
        cures=wants(DocumentKind.NO_REPURCHASE),
    ),
    Row("PTY-03", "a bid has no papers", bid(), NOT_APPLICABLE),
    Row("AML-03", "an account of his own", on_the_way(), PASS),
    Row(
        "AML-03",
        "none that is proven to be his",
        on_the_way(has_own_account=False),
        BLOCK,
        cures=(Cure(CureKind.VERIFY_ACCOUNT),),
    ),
    Row(
        "AML-03",
        "where it is not wanted",
        on_the_way(has_own_account=False),
        NOT_APPLICABLE,
        {"same_name": False},
    ),
    Row("REG-04", "a notice with a fixed date", on_the_way(NOTICE, seller=party(SELLER)), PASS),
    Row(
        "REG-04",
        "a notice that anybody may date",
        on_the_way(seller=party(SELLER)),
        BLOCK,
        cures=wants(DocumentKind.FIXED_DATE),
    ),
    Row("REG-04", "the buyer is not asked", on_the_way(), NOT_APPLICABLE),
)

PAPER_TURNS: Final = (
    Turn(
        "PRD-01",
        "the code becomes necessary",
        admission(ctrc_code=None),
        admission(ctrc_code=None),
        {"ctrc_code_required": False},
        {"ctrc_code_required": True},
    ),
    Turn(
        "PRD-06",
        "the benchmark is called an expected yield",
        admission(),
        admission(disclaimer=Disclaimer.LEGACY_EXPECTED_YIELD),
        {"legacy_yield_allowed": False},
    ),
    Turn(
        "PRC-03",
        "prices become a discount to a value that nobody knows",
        admission(),
        admission(quote_basis=QuoteBasis.NAV_DISCOUNT, can_be_quoted=False),
    ),
    Turn(
        "VEN-01",
        "the mode becomes an auction of all",
        admission(licence=VenueProfile.CN_VENUE_38, mode=MarketMode.NEGOTIATED),
        admission(licence=VenueProfile.CN_VENUE_38, mode=MarketMode.CALL_AUCTION),
    ),
    Turn(
        "VEN-05",
        "another product comes with a lot of ten",
        admission(of=product(lot=Quantity(1))),
        admission(of=product(lot=Quantity(10))),
    ),
    Turn("QI-03", "the declaration no longer counts", on_the_way(OWN_FUNDS), on_the_way()),
    Turn(
        "SUI-04",
        "the recording no longer counts",
        on_the_way(RISKS, RECORDING),
        on_the_way(RISKS),
    ),
    Turn(
        "SUI-05",
        "a right-holder who signed nothing takes the buyer's place",
        on_the_way(),
        on_the_way(signed=Who(0)),
    ),
    Turn(
        "OWN-04",
        "the consent expires",
        on_the_way(CONSENT, seller=party(SELLER)),
        on_the_way(seller=party(SELLER)),
    ),
    Turn("PTY-03", "the declaration turns out to be forged", on_the_way(OF_BOTH), on_the_way()),
    Turn(
        "AML-03",
        "a right-holder without an account takes the buyer's place",
        on_the_way(),
        on_the_way(has_own_account=False),
    ),
    Turn(
        "REG-04",
        "the notice is found to be faulty",
        on_the_way(NOTICE, seller=party(SELLER)),
        on_the_way(seller=party(SELLER)),
    ),
)
