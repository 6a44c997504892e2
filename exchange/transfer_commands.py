"""Commands about a transfer: what its parties, the trust company and the operator may do besides
the decision itself.

Every one names the version that was read: what has changed since is looked at first.
"""

from typing import TypeAlias

from exchange.command import Command
from exchange.types import Fen, OfficerId, PartyId, PreemptionAnswer, ReturnReason
from registry.transfer import Overlay, Who
from registry.types import EncumbranceId, HolderId, ProductId, TransferId, Units


class SignAgreement(Command, frozen=True, kw_only=True, tag=1201):
    """Sign the transfer agreement, as the buyer or the seller."""

    transfer_id: TransferId
    version: int


class CancelTransfer(Command, frozen=True, kw_only=True, tag=1301):
    """Agree to cancel: when the other side has agreed too, all goes back. By the buyer in his
    cooling-off: withdraw, which needs nobody else."""

    transfer_id: TransferId
    version: int


class FundTransfer(Command, frozen=True, kw_only=True, tag=1401):
    """Put the rest that is due for the transfer in escrow. By the buyer, who has paid a deposit."""

    transfer_id: TransferId
    version: int


class ResubmitTransfer(Command, frozen=True, kw_only=True, tag=1501):
    """The pack that the trust company returned is complete. By buyer, seller or operator."""

    transfer_id: TransferId
    version: int


class RescindTransfer(Command, frozen=True, kw_only=True, tag=1601):
    """The buyer has waited long enough: all goes back, his fees too."""

    transfer_id: TransferId
    version: int


class AnswerPreemption(Command, frozen=True, kw_only=True, tag=1701):
    """Take the buyer's place in a transfer on its terms, or let it go. By a holder of the right of
    pre-emption, while it is offered."""

    transfer_id: TransferId
    version: int
    answer: PreemptionAnswer


class SetOverlay(Command, frozen=True, kw_only=True, tag=1801):
    """Stop the clocks of a transfer, by whoever may set this overlay (OVERLAY_MOVERS)."""

    transfer_id: TransferId
    version: int
    overlay: Overlay
    officer: str
    """The id of the key that asks for it."""


class LiftOverlay(Command, frozen=True, kw_only=True, tag=1901):
    """What stopped the clocks is over. By whoever may set it; a dispute, by who raised it."""

    transfer_id: TransferId
    version: int
    overlay: Overlay
    officer: str


class CancelTrade(Command, frozen=True, kw_only=True, tag=2101):
    """Cancel an erroneous trade: all goes back, the fees too. By the operator."""

    transfer_id: TransferId
    version: int
    officer: str


class DeclareSellerDefault(Command, frozen=True, kw_only=True, tag=2201):
    """The units were not the seller's to sell: the buyer gets everything back. By the operator."""

    transfer_id: TransferId
    version: int
    officer: str


class ReturnTransfer(Command, frozen=True, kw_only=True, tag=3401):
    """Want the pack completed, before deciding. By the product's trust company, where the product
    has review by a maker or a checker."""

    transfer_id: TransferId
    version: int
    officer: str
    officer_id: OfficerId | None = None
    """Whose key it is; None: nobody's in person."""
    reason: ReturnReason
    returned_to: Who
    """Who must complete it: buyer, seller or both."""


class AcknowledgeRegistration(Command, frozen=True, kw_only=True, tag=2001):
    """The change registration of a settled transfer is done. By the product's trust company."""

    transfer_id: TransferId
    version: int | None
    """None: by a sheet, whose row says of the deal what was sent; nothing of a settled deal
    changes."""
    officer: str


class ReverseTransfer(Command, frozen=True, kw_only=True, tag=2301):
    """Undo a settled transfer, by a court's order or for a proven error. By the operator, with an
    officer of the trust company.

    The state has forgotten most settled transfers: `registered` to `cost_moved` say what the
    transfer's row says.
    """

    transfer_id: TransferId
    version: int
    registered: bool
    """Whether its change registration is acknowledged."""
    product_id: ProductId
    trade_number: int
    seller_id: HolderId
    buyer_id: HolderId
    units: Units
    cost_moved: Fen
    """What the units had cost the seller, and cost him again."""
    payer_id: PartyId
    """Who pays the buyer: the seller, the trust company or the operator."""
    amount: Fen
    """What the buyer gets back of what he paid; the rest is a claim outside the venue."""
    authority: bytes
    """SHA-256 of the document that orders or proves it."""
    confirmed_by: OfficerId
    """The trust company's officer who stands for it."""
    released: tuple[EncumbranceId, ...]
    """The freezes of the buyer's units that end with it."""
    officer: str


class RedeemTransfer(Command, frozen=True, kw_only=True, tag=2401):
    """Settle a confirmed transfer whose plan has ended, and pay its units out to the buyer. By the
    product's trust company, from the money that it has at the venue."""

    transfer_id: TransferId
    version: int
    proceeds: Fen
    """What the units bring: all of it is the buyer's."""
    officer: str


TransferCommand: TypeAlias = (
    SignAgreement
    | CancelTransfer
    | FundTransfer
    | ResubmitTransfer
    | RescindTransfer
    | AnswerPreemption
    | SetOverlay
    | LiftOverlay
    | CancelTrade
    | DeclareSellerDefault
    | ReturnTransfer
    | AcknowledgeRegistration
    | ReverseTransfer
    | RedeemTransfer
)
"""The family, for the union that the codec decodes."""
