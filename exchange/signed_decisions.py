"""Decisions that officers sign: demanded where a product's terms say so, and kept wherever one
comes. Whether the signature is the officer's, the edge has found out."""

from typing import TypeAlias

from exchange.commands import ConfirmTransfer, RejectTransfer
from exchange.decision_signature import DecisionAct, SignedDecision
from exchange.refusals import Refusal
from exchange.review_commands import ProposeDecision
from exchange.state import State
from exchange.types import RejectionReason, Sequence
from registry.transfer import Transfer
from registry.types import TimeNs

Signable: TypeAlias = ConfirmTransfer | RejectTransfer | ProposeDecision
"""What an officer can sign."""


def refuse_unsigned(state: State, transfer: Transfer, command: Signable) -> Refusal | None:
    """Refuse SIGNATURE_MISSING what no officer has signed where the product asks for it, and a
    signature of nobody or over nothing that was read anywhere. Cost: O(1)."""
    asked_for = state.products[transfer.product_id].terms.transfer_terms.signed_decisions
    return None if is_signed(command, asked_for=asked_for) else Refusal.SIGNATURE_MISSING


def is_signed(command: Signable, *, asked_for: bool) -> bool:
    """Whether a decision is signed as it has to be."""
    if command.signature is None:
        return not asked_for
    return command.officer_id is not None and command.criteria is not None


def keep_signature(state: State, command: Signable, sequence: Sequence, at_ns: TimeNs) -> None:
    """Write down what was signed, of a decision or proposal that is taken."""
    if command.signature is None:
        return
    assert command.officer_id is not None, sequence
    assert command.criteria is not None, sequence
    state.desk.signed_decisions.append(
        SignedDecision(
            sequence=sequence,
            transfer_id=command.transfer_id,
            act=act_of(command),
            officer_id=command.officer_id,
            criteria=command.criteria,
            reason=reason_of(command),
            key_id=command.signature.key_id,
            signature=command.signature.signature,
            signed_at_ns=at_ns,
        )
    )


def act_of(command: Signable) -> DecisionAct:
    """What is signed by it."""
    is_proposal = isinstance(command, ProposeDecision)
    return DecisionAct.PROPOSAL if is_proposal else DecisionAct.DECISION


def reason_of(command: Signable) -> RejectionReason | None:
    """Of a rejection; None: it is to confirm."""
    return None if isinstance(command, ConfirmTransfer) else command.reason
