"""What is told of a transfer once something has happened to it: both its legs, as they are then."""

from exchange.events import TransferAdvanced, TransferFailed, TransferOpened, TransferSettled
from exchange.review_events import Review
from exchange.settlement import credits_of
from exchange.state import MoneyLeg
from exchange.types import Fen, PartyId, RejectionReason, ReturnReason
from registry.transfer import Transfer, TransferEvent


def opened(transfer: Transfer, leg: MoneyLeg) -> TransferOpened:
    """What is told of a new transfer."""
    return TransferOpened(
        transfer_id=transfer.transfer_id,
        product_id=transfer.product_id,
        trade_number=leg.trade_number,
        seller_id=PartyId(transfer.seller_id),
        buyer_id=PartyId(transfer.buyer_id),
        trust_company_id=leg.trust_company_id,
        units=transfer.units,
        price=leg.price,
        consideration=leg.consideration,
        buyer_fee_venue=leg.buyer_fee_venue,
        buyer_fee_trust_company=leg.buyer_fee_trust_company,
        seller_fee_venue=leg.seller_fee_venue,
        seller_fee_trust_company=leg.seller_fee_trust_company,
        paid=leg.paid,
        state=transfer.state,
        deadline_ns=transfer.deadline_ns,
        version=transfer.version,
        preempts=transfer.preempts,
        accrued=leg.accrued,
    )


def advanced(
    transfer: Transfer,
    leg: MoneyLeg,
    event: TransferEvent | None,
    *,
    officer: str | None,
    review: Review | None,
) -> TransferAdvanced:
    """What is told of any other step; without an event: of its clocks that have changed."""
    return TransferAdvanced(
        transfer_id=transfer.transfer_id,
        product_id=transfer.product_id,
        trade_number=leg.trade_number,
        seller_id=PartyId(transfer.seller_id),
        buyer_id=PartyId(transfer.buyer_id),
        trust_company_id=leg.trust_company_id,
        units=transfer.units,
        paid=leg.paid,
        event=event,
        state=transfer.state,
        deadline_ns=transfer.deadline_ns,
        notices=transfer.notices,
        officer=officer,
        overlays=transfer.overlays,
        overlay_ns=transfer.overlay_ns,
        rescindable=transfer.rescindable,
        rescind_until_ns=transfer.rescind_until_ns,
        signed=transfer.signed,
        consented=transfer.consented,
        documents_overdue=transfer.documents_overdue,
        returns=transfer.returns,
        returned_to=transfer.returned_to,
        return_reason=None if leg.return_reason is None else ReturnReason(leg.return_reason),
        version=transfer.version,
        review=review,
        waived=transfer.waived,
    )


def settled(transfer: Transfer, leg: MoneyLeg) -> TransferSettled:
    """What is told of one whose title and money have moved."""
    assert leg.officer is not None, transfer.transfer_id
    credits = credits_of(transfer, leg)
    return TransferSettled(
        transfer_id=transfer.transfer_id,
        product_id=transfer.product_id,
        trade_number=leg.trade_number,
        seller_id=PartyId(transfer.seller_id),
        buyer_id=PartyId(transfer.buyer_id),
        trust_company_id=leg.trust_company_id,
        units=transfer.units,
        seller_credit=credits.seller,
        venue_credit=credits.venue,
        trust_company_credit=credits.trust_company,
        officer=leg.officer,
        registration_due_ns=transfer.registration_due_ns,
        version=transfer.version,
    )


def failed(transfer: Transfer, leg: MoneyLeg, event: TransferEvent) -> TransferFailed:
    """What is told of one that has ended otherwise."""
    return TransferFailed(
        transfer_id=transfer.transfer_id,
        product_id=transfer.product_id,
        trade_number=leg.trade_number,
        seller_id=PartyId(transfer.seller_id),
        buyer_id=PartyId(transfer.buyer_id),
        trust_company_id=leg.trust_company_id,
        units=transfer.units,
        event=event,
        state=transfer.state,
        refund=Fen(leg.paid - leg.forfeited),
        forfeited=leg.forfeited,
        reason=None if leg.reason is None else RejectionReason(leg.reason),
        officer=leg.officer,
        fault=leg.fault,
        fault_fee=leg.fault_fee,
        fault_fee_owed=leg.fault_fee_owed,
        version=transfer.version,
    )
