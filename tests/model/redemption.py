"""A plan has ended and a deal is confirmed: what its trust company must show, and what each has.

In the words of the rulebook: what is confirmed and unsettled at maturity becomes cash; the seller
gets the price and the buyer what the units bring, or both agree to cancel.
"""

from __future__ import annotations

from exchange.events import TransferRedeemed
from exchange.refusals import Refusal
from exchange.transfer_commands import RedeemTransfer
from registry.calendar import day_of_date
from registry.types import HolderId
from tests.model.deals import Deals
from tests.model.desk import Applies
from tests.model.holder import may_lack_units
from tests.model.ledger import ModelTransfer
from tests.model.register import day_in_shanghai


def rules_for_redemption(
    ledger: Deals, command: RedeemTransfer, transfer: ModelTransfer
) -> Applies:
    """Each refusal of the trust company that redeems a confirmed deal."""
    product = transfer.product
    matures = product.terms.maturity_date
    is_mature = matures is not None and day_of_date(matures) <= day_in_shanghai(ledger.at_ns)
    bought = product.product_id, HolderId(transfer.buy.party_id)
    wanted = [
        claim
        for claim in ledger.standing_claims(bought)
        if claim.lot is None and claim.has.total() < claim.wanted
    ]
    has = ledger.money_available(product.terms.trust_company_id)
    return [
        (Refusal.AMOUNT_OUT_OF_RANGE, not 1 <= command.proceeds <= 10**14),
        (Refusal.TRANSFER_HELD, not transfer.overlays <= {"HELD"}),
        (Refusal.TRANSFER_HELD, may_lack_units(ledger, transfer)),
        (Refusal.PRODUCT_NOT_IN_STATE, not is_mature and product.standing != "SUSPENDED"),
        (Refusal.UNITS_NOT_AVAILABLE, bool(wanted)),
        (Refusal.MONEY_NOT_AVAILABLE, command.proceeds > has),
    ]


def redeem(ledger: Deals, transfer: ModelTransfer, command: RedeemTransfer) -> None:
    """It settles, whatever held it; then the units are no more, and the buyer is paid for them."""
    transfer.overlays = set()
    ledger.happens(transfer, "REDEEM", officer=command.officer)
    ledger.register.redeem(transfer.transfer_id, transfer.units, sequence=ledger.sequence)
    transfer.redeemed_for = command.proceeds
    ledger.events.append(
        TransferRedeemed(
            transfer_id=transfer.transfer_id,
            product_id=transfer.product.product_id,
            trade_number=transfer.trade_number,
            seller_id=transfer.sell.party_id,
            buyer_id=transfer.buy.party_id,
            trust_company_id=transfer.product.terms.trust_company_id,
            units=transfer.units,
            proceeds=command.proceeds,
            officer=command.officer,
            version=transfer.version,
        )
    )
