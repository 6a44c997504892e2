"""What holds a transfer back that is about to go on: to the trust company, by its word, to its
settlement.

At each of these stages the rules that have it are asked again of seller and buyer, each for
himself: those that look at who, at the product and at the day, and those that look at the
transfer's papers, in the version then in force. So are the rules of the pair, over all lots of the
seller: what they say is told of both. What does not pass is HELD, its clocks stopped, and what each
rule said is told (TransferJudged); whoever lets go of it has them asked once more.

    The transfer comes to SUBMITTED, or an overlay over it is lifted there     U
    The transfer comes to CONFIRMED, or likewise                               C
    It is to settle                                                            S

Source: the head of domain D: eligibility at every stage; D4: "check fails → HELD".
"""

from typing import Final, NamedTuple

from exchange.judging import findings_on_the_way
from exchange.pair_judging import findings_of_transfer
from exchange.rules.types import Stage
from exchange.rules_events import TransferJudged
from exchange.rules_state import HeldBack
from exchange.settlement import Emit
from exchange.slot_keeping import may_settle
from exchange.state import State
from exchange.types import PartyId
from matching import BUY, SELL
from registry.backing import may_lack_units
from registry.transfer import Overlay, Transfer, TransferEvent, TransferState
from registry.types import TimeNs


class _Asked(NamedTuple):
    """Which rules are asked in a state, and after which events."""

    stage: Stage
    events: frozenset[TransferEvent]


ASKED_AFTER: Final = {
    TransferState.SUBMITTED: _Asked(
        Stage.SUBMIT,
        frozenset(
            {
                *(TransferEvent.AGREED, TransferEvent.FUND),
                *(TransferEvent.RESUBMIT, TransferEvent.LIFT_OVERLAY),
            }
        ),
    ),
    TransferState.CONFIRMED: _Asked(
        Stage.CONFIRM,
        frozenset({TransferEvent.CONFIRM, TransferEvent.WAIVE, TransferEvent.LIFT_OVERLAY}),
    ),
}
"""Of a new transfer, that may begin there, `held_as_new` asks."""
SUBMITTED: Final = TransferState.SUBMITTED


def held_as_new(state: State, transfer: Transfer, *, at_ns: TimeNs, emit: Emit) -> Overlay | None:
    """What keeps from the trust company a transfer that has begun just now. Cost: O(1) for a
    product without packs; else O(rules)."""
    if transfer.state is not SUBMITTED or transfer.product_id not in state.rules.products:
        return None
    passes = _passes(state, transfer, Stage.SUBMIT, at_ns=at_ns, emit=emit)
    return None if passes else Overlay.HELD


def held_on_arrival(
    state: State,
    transfer: Transfer,
    event: TransferEvent,
    *,
    settles: bool,
    at_ns: TimeNs,
    emit: Emit,
) -> Overlay | None:
    """What keeps a transfer from going on where this event has led it; under an overlay it does not
    go on anyway.

    Args:
        settles: whether it would settle at once.

    Cost: O(1) for a product without packs that does not settle; else as `held_at_settlement`.
    """
    if transfer.product_id in state.rules.products and not transfer.overlays:
        asked = ASKED_AFTER.get(transfer.state)
        stage = None if asked is None or event not in asked.events else asked.stage
        if stage is not None and not _passes(state, transfer, stage, at_ns=at_ns, emit=emit):
            return Overlay.HELD
    return held_at_settlement(state, transfer, at_ns=at_ns, emit=emit) if settles else None


def held_at_settlement(
    state: State, transfer: Transfer, *, at_ns: TimeNs, emit: Emit
) -> Overlay | None:
    """What keeps a confirmed transfer from settling now. Cost: O(sources); and O(rules) for a
    product with packs."""
    if _is_unmarked(state, transfer):
        return Overlay.COURT_FREEZE
    if not may_settle(state, transfer):
        return Overlay.HELD
    if transfer.product_id not in state.rules.products:
        return None
    passes = _passes(state, transfer, Stage.SETTLE, at_ns=at_ns, emit=emit)
    return None if passes else Overlay.HELD


def _passes(state: State, transfer: Transfer, stage: Stage, *, at_ns: TimeNs, emit: Emit) -> bool:
    """Whether the rules let the transfer go on; if not, what they said of each is told."""
    passes = True
    of_pair = findings_of_transfer(state, stage, transfer, at_ns=at_ns)
    for side, holder_id in ((SELL, transfer.seller_id), (BUY, transfer.buyer_id)):
        findings = findings_on_the_way(state, transfer, stage, side, at_ns=at_ns)
        findings += of_pair
        if findings:
            passes = False
            emit(
                TransferJudged(
                    transfer_id=transfer.transfer_id,
                    product_id=transfer.product_id,
                    party_id=PartyId(holder_id),
                    stage=stage,
                    findings=findings,
                )
            )
    if not passes:
        held = HeldBack(transfer.transfer_id, state.register.sequence)
        state.rules.held.append(held)
    return passes


def _is_unmarked(state: State, transfer: Transfer) -> bool:
    """Whether the transfer may lack units, and it is not yet seen whether it does: it is held until
    it is (exchange/marking.py). Cost: O(sources)."""
    marking = state.register.encumbrances.marking
    if not marking or (transfer.product_id, transfer.seller_id) not in marking:
        return False
    return may_lack_units(state.register, transfer)
