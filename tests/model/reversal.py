"""A settled deal is undone: what the operator must show, and what goes back.

In the words of the rulebook: a compensating record, never a deletion; four eyes and an officer of
the trust company; what the buyer has sold on does not come back.
"""

from __future__ import annotations

from exchange.events import TransferReversed
from exchange.limits import TRANSFER_IDS_PER_COMMAND
from exchange.refusals import Refusal
from exchange.transfer_commands import ReverseTransfer
from registry.types import LotId
from tests.model.desk import Applies, rules_for_officer
from tests.model.encumbrance import ModelClaim
from tests.model.holder import holder_of, take_what_waits
from tests.model.ledger import OPERATOR, Ledger, ModelTransfer
from tests.model.liens import Liens
from tests.model.register import day_in_shanghai


def rules_for_reversal(ledger: Ledger, command: ReverseTransfer) -> Applies:
    """Each refusal, and whether it applies."""
    if command.actor != OPERATOR:
        return [(Refusal.NOT_PERMITTED, True)]
    company = ledger.products[command.product_id].terms.trust_company_id
    payers = (command.seller_id, company, OPERATOR)
    paid = command.payer_id in payers
    return [
        *rules_for_officer(ledger, company, command.confirmed_by),
        (Refusal.UNKNOWN_ENCUMBRANCE, released(ledger, command) is None),
        (Refusal.UNKNOWN_PARTY, not paid),
        (Refusal.AMOUNT_OUT_OF_RANGE, command.amount < 0),
        (
            Refusal.MONEY_NOT_AVAILABLE,
            paid and command.amount > ledger.money_available(command.payer_id),
        ),
        (Refusal.EVIDENCE_OUT_OF_RANGE, len(command.authority) != 32),
        *_rules_of_transfer(ledger, command),
        *_rules_of_lot(ledger, command),
    ]


def _rules_of_transfer(ledger: Ledger, command: ReverseTransfer) -> Applies:
    """What the venue still has in mind is compared; of the others the lot is, and whether they have
    been registered, which ends their being in mind where registration is waited for."""
    transfer = ledger.transfers.get(command.transfer_id)
    is_pending = transfer in ledger.pending_transfers()
    waits = transfer in ledger.unregistered_transfers()
    if transfer is None or not (is_pending or waits):
        registers = ledger.products[command.product_id].terms.transfer_terms.registration
        return [(Refusal.TRANSFER_VERSION_STALE, registers is not command.registered)]
    said = (command.registered, command.trade_number, command.units, command.cost_moved)
    cost = ledger.register.cost_moved(transfer.transfer_id)
    return [
        (Refusal.TRANSFER_VERSION_STALE, transfer.version != command.version),
        (Refusal.TRANSFER_NOT_IN_STATE, is_pending),
        (Refusal.CRITERIA_STALE, said != (False, transfer.trade_number, transfer.units, cost)),
    ]


def _rules_of_lot(ledger: Ledger, command: ReverseTransfer) -> Applies:
    """The buyer's lot has the number of the deal; all of it must be there, and free."""
    lot = ledger.lots().get(LotId(command.transfer_id))
    if lot is None or lot[0] == 0 or lot[0] != command.units:
        return [(Refusal.LOT_NOT_HELD, True)]
    _, _, cost, _, _, reserved, locked = lot
    ending = released(ledger, command) or []
    others = [
        each
        for each in holder_of(ledger, (command.product_id, command.buyer_id)).claims
        if each not in ending
    ]
    wanted = any(
        each.has[command.transfer_id] > 0
        or (each.has.total() < each.wanted and each.lot in (None, command.transfer_id))
        for each in others
    )
    return [
        (Refusal.AMOUNT_OUT_OF_RANGE, command.amount > cost),
        (Refusal.UNITS_NOT_AVAILABLE, reserved + locked > 0 or wanted),
    ]


def released(ledger: Ledger, command: ReverseTransfer) -> list[ModelClaim] | None:
    """The freezes that are to end, each once; None: one of them is no freeze of the buyer's."""
    standing = ledger.standing_claims((command.product_id, command.buyer_id))
    freezes = {each.number: each for each in standing if each.is_freeze}
    numbers = [int(number) for number in command.released]
    if len(set(numbers)) < len(numbers) or any(each not in freezes for each in numbers):
        return None
    return [freezes[number] for number in numbers]


def undo(ledger: Liens, transfer: ModelTransfer, command: ReverseTransfer) -> None:
    """Units and money go back, and the deal's own record stays."""
    for claim in released(ledger, command) or []:
        ledger.release(claim, command.authority)
    transfer.reversal = command
    number = ledger.sequence * TRANSFER_IDS_PER_COMMAND
    received = ledger.lot(
        number,
        transfer.product.product_id,
        transfer.sell.party_id,
        acquired_on=day_in_shanghai(ledger.at_ns),
    )
    ledger.register.give_back(
        received,
        LotId(transfer.transfer_id),
        transfer.units,
        sequence=ledger.sequence,
        cost=command.cost_moved,
    )
    take_what_waits(ledger, transfer.sold)
    ledger.events.append(
        TransferReversed(
            transfer_id=transfer.transfer_id,
            product_id=transfer.product.product_id,
            trade_number=command.trade_number,
            seller_id=transfer.sell.party_id,
            buyer_id=transfer.buy.party_id,
            trust_company_id=transfer.product.terms.trust_company_id,
            units=transfer.units,
            lot_id=LotId(number),
            payer_id=command.payer_id,
            amount=command.amount,
            authority=command.authority,
            confirmed_by=command.confirmed_by,
            officer=command.officer,
            version=command.version + 1,
        )
    )
