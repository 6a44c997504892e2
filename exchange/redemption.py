"""A plan has ended and a transfer of its units is confirmed: it settles in cash.

The trust company has given its word for the transfer, so the seller has his price; the units that
the buyer was to have are paid out, so he has what they bring. One record does all of it:

    seller's units ──▶ buyer ──▶ redeemed        buyer's escrow ──▶ seller, venue, trust company
                                                 trust company's money ──▶ buyer

A plan has ended when its day of maturity has come, or before it, where it is redeemed early or
wound up: then the venue has suspended the product. What PRD-04 has against settling so late counts
no more, and a transfer that it holds need not be let go first; anything else that would hold it
does. Until it is redeemed, buyer and seller may agree to cancel.

Source: D6 of the domain, "CONFIRMED but unsettled at M"; decision 0048.
"""

from exchange.clearances import end_asked_about
from exchange.events import TransferRedeemed
from exchange.means import check_money
from exchange.refusals import Refusal
from exchange.settlement import Emit, redeem
from exchange.state import Product, State
from exchange.transfer_commands import RedeemTransfer
from exchange.transfer_desk import advance, refusal_of
from exchange.transfer_hold import may_be_redeemed
from exchange.types import Fen, PartyId
from registry.calendar import day_in_shanghai, day_of_date
from registry.product import ProductState
from registry.transfer import Overlay, Transfer, TransferEvent
from registry.types import TimeNs


def refuse_redemption(
    state: State, transfer: Transfer, *, proceeds: Fen, at_ns: TimeNs
) -> Refusal | None:
    """Why an open transfer is not redeemed for so much, or None. Cost: O(rules + encumbrances of
    the buyer's holding).

    Refuses: TRANSFER_NOT_IN_STATE where it is not confirmed, TRANSFER_HELD where anything but the
    plan's end holds it, PRODUCT_NOT_IN_STATE where the plan has not ended, UNITS_NOT_AVAILABLE
    where a freeze waits for what the buyer gets, MONEY_NOT_AVAILABLE.
    """
    refusal = refusal_of(state, transfer, TransferEvent.REDEEM)
    if refusal is not None:
        return refusal
    product = state.products[transfer.product_id]
    if transfer.overlays & ~Overlay.HELD or not may_be_redeemed(state, transfer, at_ns=at_ns):
        return Refusal.TRANSFER_HELD
    if not _has_ended(product, at_ns):
        return Refusal.PRODUCT_NOT_IN_STATE
    key = transfer.product_id, transfer.buyer_id
    if any(each.lot_id is None for each in state.register.encumbrances.waiting(key)):
        return Refusal.UNITS_NOT_AVAILABLE
    return check_money(state, product.terms.trust_company_id, proceeds)


def settle_in_cash(
    state: State, transfer: Transfer, command: RedeemTransfer, *, at_ns: TimeNs, emit: Emit
) -> None:
    """Settle a transfer that is not refused, and redeem its units. Cost: O(sources)."""
    leg = state.leg_of(transfer)
    end_asked_about(state, transfer, at_ns=at_ns, emit=emit)
    transfer.overlays = Overlay(0)  # HELD at most, on which no clock depends
    refusal = advance(
        state, transfer, TransferEvent.REDEEM, officer=command.officer, at_ns=at_ns, emit=emit
    )
    assert refusal is None, (transfer.transfer_id, refusal)
    redeem(state, transfer, proceeds=command.proceeds, trust_company_id=leg.trust_company_id)
    emit(
        TransferRedeemed(
            transfer_id=transfer.transfer_id,
            product_id=transfer.product_id,
            trade_number=leg.trade_number,
            seller_id=PartyId(transfer.seller_id),
            buyer_id=PartyId(transfer.buyer_id),
            trust_company_id=leg.trust_company_id,
            units=transfer.units,
            proceeds=command.proceeds,
            officer=command.officer,
            version=transfer.version,
        )
    )


def _has_ended(product: Product, at_ns: TimeNs) -> bool:
    if product.standing.state is ProductState.SUSPENDED:
        return True
    matures = product.terms.maturity_date
    return matures is not None and day_of_date(matures) <= day_in_shanghai(at_ns)
