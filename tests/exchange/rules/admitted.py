"""A market whose packs are whole: its product is signed off, registered and opened as they ask."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from exchange.codec import terms_digest
from exchange.commands import CreateProduct
from exchange.register_commands import OpenProduct, ResumeProduct, SignOffProduct, SuspendProduct
from exchange.rules.packs import shipped
from exchange.types import OPERATOR_ID
from matching import Quantity
from registry.terms import ChecklistItem, DocumentKind, TransferTerms
from registry.transfer import Who
from registry.types import Units
from tests.exchange.register_files import holders_file
from tests.exchange.rules.market import ON_WEEKDAYS, RuledMarket

CODE: Final = "DEMO-ZXD-2026-000123"
CHECKLIST: Final = (
    ChecklistItem(DocumentKind.OWN_FUNDS, Who.BUYER),
    ChecklistItem(DocumentKind.RISK_STATEMENT, Who.BUYER),
    ChecklistItem(DocumentKind.NO_REPURCHASE, None),
    ChecklistItem(DocumentKind.AUTHORITY, Who.SELLER),
)
"""With the recording, all that the packs of mainland China ask of two natural persons."""
CHINAS_TERMS: Final[TransferTerms] = msgspec.structs.replace(
    ON_WEEKDAYS.transfer_terms,
    onboarding=True,
    agreement=True,
    dual_recording=True,
    cooling_off_hours=24,
    checklist=CHECKLIST,
)
CHINAS: Final[CreateProduct] = msgspec.structs.replace(
    ON_WEEKDAYS,
    symbol="ADMITTED",
    lot=Quantity(1),
    ctrc_code=CODE,
    transfer_terms=CHINAS_TERMS,
)
"""A product that every pack of mainland China admits, in a mode that the venue may run."""


class AdmittedMarket(RuledMarket):
    """As its parent, of a venue that names an approval. The product is a draft until `opens`."""

    def __init__(self, *packs: str, terms: CreateProduct = CHINAS, **more: Any) -> None:
        super().__init__(**more)
        self.state.approval_ref = "an approval that was named when the venue was opened"
        for pack_id in packs:
            self.loads(shipped(pack_id))
        self.product_id = self.lists(terms)

    def signs_off(self) -> None:
        """The trust company stands by the terms."""
        terms = self.state.products[self.product_id].terms
        self.does(
            SignOffProduct(
                actor=self.trust_company,
                key=self.key(),
                product_id=self.product_id,
                terms_digest=terms_digest(terms),
            )
        )

    def posts(self, units: int = 500_000) -> None:
        """The opening register: the seller has all of it."""
        self.does(holders_file(self.key(), self.product_id, [(self.seller, units)]))

    def opening(self, units: int = 500_000) -> OpenProduct:
        """The beginning of trade."""
        return OpenProduct(
            actor=OPERATOR_ID,
            key=self.key(),
            product_id=self.product_id,
            units_outstanding=Units(units),
        )

    def opens(self) -> None:
        """The product is signed off, posted and opened."""
        self.signs_off()
        self.posts()
        self.does(self.opening())

    def resuming(self) -> ResumeProduct:
        """Its trade goes on."""
        return ResumeProduct(actor=OPERATOR_ID, key=self.key(), product_id=self.product_id)

    def suspending(self) -> SuspendProduct:
        """Its trade stops."""
        return SuspendProduct(actor=OPERATOR_ID, key=self.key(), product_id=self.product_id)
