"""Who may take the buyer's place in a deal: what he is asked, and what his answer does.

In the words of the rulebook: offered to those whom the product lists, silence waives; exercised, a
new transfer to the right-holder is made on the same terms, and the buyer gets everything back.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec

from exchange.limits import TRANSFER_IDS_PER_COMMAND
from exchange.refusals import Refusal
from exchange.transfer_commands import AnswerPreemption
from exchange.types import PreemptionAnswer
from registry.types import HolderId, TransferId
from tests.model.deals import Deals, asked
from tests.model.desk import Applies
from tests.model.halt import is_suspended
from tests.model.ledger import OPERATOR, ModelTransfer


def rules_for_answer(ledger: Deals, command: AnswerPreemption) -> Applies:
    """Each refusal, and whether it applies."""
    transfer = ledger.transfers.get(command.transfer_id)
    if transfer is None or transfer not in ledger.pending_transfers():
        return [(Refusal.UNKNOWN_TRANSFER, True)]
    holder_id = HolderId(command.actor)
    offered = transfer.state.name == "PREEMPTION_OPEN"
    if not offered or holder_id not in asked(transfer):
        company = transfer.product.terms.trust_company_id
        knows = {transfer.buy.party_id, transfer.sell.party_id, company, OPERATOR}
        unknown = command.actor not in knows
        return [(Refusal.UNKNOWN_TRANSFER if unknown else Refusal.NOT_PERMITTED, True)]
    buys = command.answer is PreemptionAnswer.EXERCISE
    limits, own = ledger.limits, own_transfers(ledger, command)
    bought = [each for each in own if each.buy.party_id == command.actor]
    product_id = transfer.product.product_id
    lots = ledger.register.lots_of(product_id, holder_id, as_of=ledger.sequence)
    lots_to_come = len(lots) + sum(each.product is transfer.product for each in bought)
    return [
        (Refusal.TRANSFER_VERSION_STALE, transfer.version != command.version),
        (Refusal.TRANSFER_HELD, bool(transfer.overlays)),
        (Refusal.ALREADY_DONE, holder_id in transfer.waived),
        (Refusal.PARTY_SUSPENDED, buys and is_suspended(ledger, command.actor)),
        (
            Refusal.MONEY_NOT_AVAILABLE,
            buys and transfer.cost > ledger.money_available(command.actor),
        ),
        (Refusal.TRANSFERS_OPEN_MAX, buys and len(own) >= limits.transfers_open_per_party_max),
        (Refusal.LOTS_MAX, buys and lots_to_come >= limits.lots_per_holding_max),
    ]


def own_transfers(ledger: Deals, command: AnswerPreemption) -> list[ModelTransfer]:
    """What whoever answers has under way, as buyer or seller."""
    return [
        each
        for each in ledger.pending_transfers()
        if command.actor in (each.buy.party_id, each.sell.party_id)
    ]


def answer(ledger: Deals, transfer: ModelTransfer, command: AnswerPreemption) -> None:
    """He lets it go, or the deal is his."""
    if command.answer is PreemptionAnswer.WAIVE:
        transfer.waived.append(HolderId(command.actor))
        ledger.happens(transfer, "DECLINE")
        return
    ledger.happens(transfer, "EXERCISE")
    placed = msgspec.structs.replace(transfer.buy.placed, actor=command.actor)
    own = ModelTransfer(
        transfer_id=TransferId(ledger.sequence * TRANSFER_IDS_PER_COMMAND),
        trade_number=transfer.trade_number,
        buy=replace(transfer.buy, placed=placed),
        sell=transfer.sell,
        price=transfer.price,
        units=transfer.units,
        consideration=transfer.consideration,
        buyer_fee_venue=transfer.buyer_fee_venue,
        buyer_fee_trust_company=transfer.buyer_fee_trust_company,
        seller_fee_venue=transfer.seller_fee_venue,
        seller_fee_trust_company=transfer.seller_fee_trust_company,
        matched_at_ns=transfer.matched_at_ns,
        matures_ns=transfer.matures_ns,
        sources=transfer.sources,
        preempts=transfer.transfer_id,
        income=transfer.income,
        funded=True,
    )
    ledger.transfers[own.transfer_id] = own
    ledger.happens(own, "SUCCEED")
