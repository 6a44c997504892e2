"""What the pair of exchanges compares of pledges and freezes: those that stand, the holdings whose
transfers are still to be marked, and every row written."""

from __future__ import annotations

from registry.encumbrance import Encumbrances
from registry.store.rows import EncumbranceRow, encode_sources, encumbrance_row
from registry.types import EncumbranceId, LotId
from tests.model.encumbrance import ModelClaim
from tests.model.ledger import Ledger


class ClaimRows:
    """What SQL would hold of pledges and freezes."""

    def __init__(self) -> None:
        self.rows: dict[EncumbranceId, EncumbranceRow] = {}

    def take(self, encumbrances: Encumbrances) -> None:
        """Write down what was touched; nothing is touched any more."""
        for encumbrance_id, each in encumbrances.touched.items():
            self.rows[encumbrance_id] = encumbrance_row(each)
        encumbrances.touched.clear()

    def check(self, model: Ledger) -> None:
        """Every one that was ever entered has its row, with what became of it."""
        assert self.rows == {claim.number: model_claim_row(claim) for claim in model.claims}


def check_claims(model: Ledger, encumbrances: Encumbrances) -> None:
    """The state holds those that stand, and waits for the same marks in the same order."""
    assert {key: encumbrance_row(each) for key, each in encumbrances.by_id.items()} == {
        claim.number: model_claim_row(claim) for claim in model.standing_claims()
    }
    assert list(encumbrances.marking) == list(model.marking)


def model_claim_row(claim: ModelClaim) -> EncumbranceRow:
    """A pledge or freeze of the model, in column order of the table."""
    entered = claim.entered
    return (
        claim.number,
        int(entered.kind),
        entered.product_id,
        entered.holder_id,
        entered.lot_id,
        entered.units,
        claim.has.total(),
        entered.authority,
        claim.placed_at_ns,
        entered.until_on,
        claim.ends_ns,
        encode_sources(tuple((LotId(lot), units) for lot, units in claim.has.items())),
        claim.ended_at_ns,
        claim.release_authority,
    )
