"""The right of pre-emption: who is asked whether he takes the buyer's place in a transfer.

A product's terms name those who have the right (ROFR-01 of domain D1). Units that stay among them
are offered to nobody: so a transfer in which one of them has taken the buyer's place opens no
pre-emption again.
"""

from typing import Final

from registry.terms import TransferTerms
from registry.transfer import Step, Transfer
from registry.types import HolderId

PREEMPTION: Final = Step.PREEMPTION
"""Looking a member up on its Enum costs ten times the comparison."""


def asked_of(
    terms: TransferTerms, *, seller_id: HolderId, buyer_id: HolderId
) -> tuple[HolderId, ...]:
    """Who may take this buyer's place in a transfer of this seller's, in the order of the terms:
    the right-holders but the seller; nobody where the buyer is one of them. Cost:
    O(right-holders)."""
    if buyer_id in terms.right_holders:
        return ()
    return tuple(each for each in terms.right_holders if each != seller_id)


def those_asked(terms: TransferTerms, transfer: Transfer) -> tuple[HolderId, ...]:
    """Who may take the buyer's place in the transfer, as `asked_of`."""
    return asked_of(terms, seller_id=transfer.seller_id, buyer_id=transfer.buyer_id)


def all_waived(terms: TransferTerms, transfer: Transfer) -> bool:
    """Whether everybody who was asked makes no use of his right. Cost: O(right-holders)."""
    return set(those_asked(terms, transfer)) <= set(transfer.waived)


def steps_of(
    transfer: Transfer, terms: TransferTerms, *, steps: frozenset[Step]
) -> frozenset[Step]:
    """The steps of the transfer's way, of those that its product uses: where nobody is to be asked,
    nobody is. Cost: O(1), or O(right-holders)."""
    if PREEMPTION not in steps or those_asked(terms, transfer):
        return steps
    return steps - {PREEMPTION}
