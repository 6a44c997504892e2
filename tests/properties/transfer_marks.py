"""What stands over a transfer, and who has done or must do what: of the state and of the model, in
one form."""

from exchange.state import MoneyLeg
from registry.transfer import Overlay, Transfer, Who
from tests.model.deals import flags
from tests.model.ledger import ModelTransfer

Row = tuple[object, ...]


def marks_row(transfer: Transfer, leg: MoneyLeg) -> Row:
    """What stands over a transfer, and who has done or must do what."""
    return (
        transfer.claim_ns,
        transfer.overlays,
        transfer.overlay_ns,
        transfer.overlay_days_left,
        transfer.paused_at_ns,
        transfer.rescindable,
        transfer.rescind_until_ns,
        transfer.disputed_by,
        transfer.signed,
        transfer.consented,
        transfer.documents_overdue,
        transfer.returns,
        transfer.returned_to,
        leg.return_reason,
        leg.fault,
        leg.fault_fee,
        leg.fault_fee_owed,
        leg.paid,
        leg.forfeited,
        transfer.registration_due_ns,
        leg.registered_at_ns,
    )


def model_marks_row(transfer: ModelTransfer) -> Row:
    """The same of the model."""
    return (
        transfer.claim_ns,
        flags(Overlay, transfer.overlays),
        transfer.overdue_ns,
        transfer.overlay_days_left,
        transfer.stopped_ns,
        transfer.is_overdue,
        transfer.rescind_until_ns,
        flags(Who, {transfer.disputed_by} - {""}),
        flags(Who, transfer.signed),
        flags(Who, transfer.consented),
        transfer.waits_for_papers,
        transfer.returns,
        flags(Who, transfer.returned_to),
        transfer.return_reason,
        flags(Who, transfer.fault),
        transfer.fault_fee,
        transfer.fault_fee_owed,
        transfer.paid,
        transfer.forfeited,
        transfer.registration_due_ns,
        transfer.registered_at_ns,
    )
