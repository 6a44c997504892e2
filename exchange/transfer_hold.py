"""What holds a transfer back that is about to go on: to the trust company, by its word, to its
settlement.

At each of these stages the rules that have it are asked again of seller and buyer, each for
himself: those that look at who, at the product and at the day, and those that look at the
transfer's papers, in the version then in force. So are the rules of the pair, over all lots of the
seller: what they say is told of both. What does not pass is HELD, its clocks stopped, and what each
rule said is told (TransferJudged); whoever lets go of it has them asked once more. Once a person
has cleared what a rule left to him, it is let go by itself, if nothing else would hold it
(exchange/clearance_desk.py); what is asked about it ends when it is held no longer.

    The transfer comes to SUBMITTED, or an overlay over it is lifted there     U
    The transfer comes to CONFIRMED, or likewise                               C
    It is to settle                                                            S

Source: the head of domain D: eligibility at every stage; D4: "check fails → HELD".
"""

from typing import Final, NamedTuple

from exchange.clearance_types import Clearance, ClearanceState
from exchange.clearances import ask, end_asked_about, with_clearances
from exchange.clearing import rules_that_hold
from exchange.incidents import note_incidents
from exchange.judging import findings_on_the_way
from exchange.pair_judging import findings_of_transfer
from exchange.rules.checks.product import MATURITY_RULE
from exchange.rules.evaluate import strictest
from exchange.rules.types import Finding, Stage, Verdict
from exchange.rules_events import TransferJudged
from exchange.rules_state import HeldBack
from exchange.settlement import Emit
from exchange.slot_keeping import may_settle
from exchange.state import State
from exchange.types import PartyId
from matching import BUY, SELL, Quantity, Side
from registry.backing import may_lack_units
from registry.transfer import Overlay, Transfer, TransferEvent, TransferState
from registry.types import TimeNs


class _Asked(NamedTuple):
    """Which rules are asked in a state, and after which events."""

    stage: Stage
    events: frozenset[TransferEvent]


class Said(NamedTuple):
    """What the rules say of a party to a transfer."""

    side: Side
    party_id: PartyId
    findings: tuple[Finding, ...]
    passes_by: list[Clearance]
    """What a person has cleared of what would hold it."""


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
LIFT_OVERLAY: Final = TransferEvent.LIFT_OVERLAY


def held_as_new(state: State, transfer: Transfer, *, at_ns: TimeNs, emit: Emit) -> Overlay | None:
    """What keeps from the trust company a transfer that has begun just now. Cost: O(1) for a
    product without packs; else O(rules)."""
    if transfer.state is not SUBMITTED:
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
    held = _held_where_it_is(state, transfer, event, settles=settles, at_ns=at_ns, emit=emit)
    if event is LIFT_OVERLAY and Overlay.HELD not in (held, *transfer.overlays):
        end_asked_about(state, transfer, at_ns=at_ns, emit=emit)
    return held


def held_at_settlement(
    state: State, transfer: Transfer, *, at_ns: TimeNs, emit: Emit
) -> Overlay | None:
    """What keeps a confirmed transfer from settling now. Cost: O(sources); and O(rules) for a
    product with packs."""
    if _is_unmarked(state, transfer):
        return Overlay.COURT_FREEZE
    if not may_settle(state, transfer):
        return Overlay.HELD
    passes = _passes(state, transfer, Stage.SETTLE, at_ns=at_ns, emit=emit)
    return None if passes else Overlay.HELD


def would_go_on(state: State, transfer: Transfer, *, at_ns: TimeNs) -> bool:
    """Whether nothing here would hold a transfer that its rules have held, were it let go now;
    changes and tells nothing. A confirmed one is asked at once what it is asked at its settlement.
    False where no rule is asked of one that is let go. Cost: O(rules + sources)."""
    asked = ASKED_AFTER.get(transfer.state)
    if asked is None:
        return False
    stages = [asked.stage]
    if transfer.state is TransferState.CONFIRMED:
        if _is_unmarked(state, transfer) or not may_settle(state, transfer):
            return False
        stages.append(Stage.SETTLE)
    return all(
        strictest(said.findings) <= Verdict.WARN
        for stage in stages
        for said in judge_transfer(state, transfer, stage, at_ns=at_ns)
    )


def may_be_redeemed(state: State, transfer: Transfer, *, at_ns: TimeNs) -> bool:
    """Whether nothing but the plan's end would hold a confirmed transfer, were it to settle now;
    changes and tells nothing. Holder slots are not asked for: its buyer is no holder afterwards.
    Cost: as `held_at_settlement`."""
    if _is_unmarked(state, transfer):
        return False
    if transfer.product_id not in state.rules.products:
        return True
    return all(
        strictest([each for each in said.findings if each.rule_id != MATURITY_RULE]) <= Verdict.WARN
        for said in judge_transfer(state, transfer, Stage.SETTLE, at_ns=at_ns)
    )


def judge_transfer(
    state: State, transfer: Transfer, stage: Stage, *, is_whole: bool = False, at_ns: TimeNs
) -> list[Said]:
    """What the rules say of each party to an open transfer of a product with rules now; nothing
    changes. Cost: O(rules + documents + clearances of the parties).

    Args:
        is_whole: every rule's word, also where they let the transfer go on.
    """
    product = state.products[transfer.product_id]
    of_pair = findings_of_transfer(state, stage, transfer, is_whole=is_whole, at_ns=at_ns)
    said = []
    for side, holder_id in ((SELL, transfer.seller_id), (BUY, transfer.buyer_id)):
        of_party = findings_on_the_way(state, transfer, stage, side, is_whole=is_whole, at_ns=at_ns)
        found, passes_by = with_clearances(
            state, product, transfer, side, of_party + of_pair, at_ns=at_ns
        )
        said.append(Said(side, PartyId(holder_id), found, passes_by))
    return said


def check_asked(state: State) -> None:
    """Assert that what is asked about an open transfer is asked because its rules hold it. Cost:
    O(clearances)."""
    for clearance in state.rules.clearances.by_id.values():
        if clearance.state is ClearanceState.ASKED and clearance.transfer_id is not None:
            transfer = state.register.transfers.get(clearance.transfer_id)
            assert transfer is None or Overlay.HELD in transfer.overlays, clearance  # L10


def check_passed(state: State) -> None:
    """Assert that open transfers pass by what their own orders have used. Cost: O(clearances +
    transfers that have passed by them)."""
    for clearance in state.rules.clearances.by_id.values():
        if clearance.transfer_id is not None:
            continue
        for transfer_id in clearance.transfers:
            leg = state.money_legs.get(transfer_id)
            made_by = clearance.order_id if leg is None else leg.order_of(clearance.side)
            assert made_by == clearance.order_id, clearance  # L11


def _held_where_it_is(
    state: State,
    transfer: Transfer,
    event: TransferEvent,
    *,
    settles: bool,
    at_ns: TimeNs,
    emit: Emit,
) -> Overlay | None:
    if not transfer.overlays:
        asked = ASKED_AFTER.get(transfer.state)
        stage = None if asked is None or event not in asked.events else asked.stage
        if stage is not None and not _passes(state, transfer, stage, at_ns=at_ns, emit=emit):
            return Overlay.HELD
    return held_at_settlement(state, transfer, at_ns=at_ns, emit=emit) if settles else None


def _passes(state: State, transfer: Transfer, stage: Stage, *, at_ns: TimeNs, emit: Emit) -> bool:
    """Whether the rules let the transfer go on; if not, what they said of each is told, and a
    person is asked what a rule leaves to him."""
    product = state.products[transfer.product_id]
    if state.rules.transfer_witness is not None:
        state.rules.transfer_witness.transfer_asked(transfer, stage, at_ns=at_ns)
    passes = True
    if product.product_id not in state.rules.products:
        return passes
    for side, party_id, findings, passes_by in judge_transfer(state, transfer, stage, at_ns=at_ns):
        for clearance in passes_by:
            clearance.transfers[transfer.transfer_id] = transfer.units
        if strictest(findings) > Verdict.WARN:
            passes = False
            emit(
                TransferJudged(
                    transfer_id=transfer.transfer_id,
                    product_id=transfer.product_id,
                    party_id=party_id,
                    stage=stage,
                    findings=findings,
                )
            )
            note_incidents(state, product.product_id, findings, at_ns=at_ns, emit=emit)
            for rule_id in rules_that_hold(findings):
                ask(
                    state,
                    product,
                    rule_id,
                    party_id=party_id,
                    side=side,
                    quantity=Quantity(transfer.units),
                    price=state.leg_of(transfer).price,
                    transfer_id=transfer.transfer_id,
                    at_ns=at_ns,
                    emit=emit,
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
