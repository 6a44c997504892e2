"""What is left to a person: it is asked for by the order or transfer that a rule holds, decided by
an act of the operator's, used by the next order within what was cleared, and it ends.

    ASKED ──decided──▶ CLEARED ──an order passes──▶ USED
      │                   │                          │
      ├──decided──▶ REFUSED                          │
      └──────────── ENDED ◀─────────────────────────┘

What is asked about a transfer ends when its rules hold it no longer. All else ends with its days,
with a change of what it rests on (a party's profile, what is disclosed of the product, the rule),
like approvals lapse, and when a later one takes its place. These are the moments at which orders
that stand are judged again, and it is looked at then (exchange/rejudging.py).
"""

from typing import Final

from exchange.clearance_types import (
    Clearance,
    ClearanceId,
    ClearanceState,
    ClearanceTerms,
)
from exchange.clearing import basis_of, clearance_of_transfer, cleared, is_over, queue_of
from exchange.judging import ruling_of
from exchange.limits import (
    CLEARANCE_ASKED_DAYS,
    CLEARANCE_DAYS_MAX,
    CLEARANCES_PER_PARTY_MAX,
    PRICE_MAX,
    TRANSFER_IDS_PER_COMMAND,
)
from exchange.notes import is_note
from exchange.refusals import Refusal
from exchange.rules.types import Finding, Queue, Verdict
from exchange.rules_commands import DecideClearance
from exchange.rules_events import (
    ClearanceAsked,
    ClearanceDecided,
    ClearanceEnded,
    ClearanceUsed,
)
from exchange.rules_state import Judgement
from exchange.settlement import Emit
from exchange.state import Product, State
from exchange.types import PartyId, Sequence
from exchange.wording import promises_in
from matching import SELL, OrderId, Price, Quantity, Side
from registry.calendar import day_in_shanghai
from registry.transfer import Transfer
from registry.types import DayNumber, TimeNs, TransferId

ASKED: Final = ClearanceState.ASKED


def ask(
    state: State,
    product: Product,
    rule_id: str,
    *,
    party_id: PartyId,
    side: Side,
    quantity: Quantity,
    price: Price,
    transfer_id: TransferId | None = None,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    """A person is asked about what a rule has held; who waits for an answer already asks for this
    instead of what was held before. Who waits for as many as he may is asked about nothing more.
    Cost: O(those of the party)."""
    clearances = state.rules.clearances
    about = clearances.about(product.product_id, party_id)
    key = side, rule_id, transfer_id
    clearance = next(
        (
            each
            for each in about
            if each.state is ASKED and (each.side, each.rule_id, each.transfer_id) == key
        ),
        None,
    )
    if clearance is not None:
        clearance.times += 1
        clearance.quantity, clearance.price = quantity, price
        clearances.touched[clearance.clearance_id] = clearance
    elif len(about) >= CLEARANCES_PER_PARTY_MAX:
        return
    else:
        clearance = Clearance(
            clearance_id=_new_id(state),
            party_id=party_id,
            product_id=product.product_id,
            side=side,
            rule_id=rule_id,
            queue=queue_of(ruling_of(state, product, at_ns), rule_id),
            transfer_id=transfer_id,
            quantity=quantity,
            price=price,
            asked_at_ns=at_ns,
        )
        clearances.add(clearance)
    emit(
        ClearanceAsked(
            clearance_id=clearance.clearance_id,
            party_id=party_id,
            product_id=product.product_id,
            side=side,
            rule_id=rule_id,
            queue=clearance.queue,
            transfer_id=transfer_id,
            quantity=quantity,
            price=price,
            times=clearance.times,
        )
    )


def use(
    state: State, clearance_id: ClearanceId, order_id: OrderId, *, at_ns: TimeNs, emit: Emit
) -> None:
    """An order has passed by it: no other one does; nothing is told of the same one, which was
    replaced. Cost: O(1)."""
    clearances = state.rules.clearances
    clearance = clearances.by_id[clearance_id]
    if clearance.order_id == order_id:
        return
    clearance.order_id = order_id
    clearances.advance(clearance, ClearanceState.USED, at_ns)
    emit(
        ClearanceUsed(
            clearance_id=clearance_id,
            party_id=clearance.party_id,
            rule_id=clearance.rule_id,
            order_id=order_id,
        )
    )


def with_clearances(
    state: State,
    product: Product,
    transfer: Transfer,
    side: Side,
    findings: tuple[Finding, ...],
    *,
    at_ns: TimeNs,
) -> tuple[tuple[Finding, ...], list[Clearance]]:
    """The findings about a party to a transfer as they are since a person has decided what rules
    leave to him, and by which clearances it passes. Changes nothing. Cost: O(clearances of the
    party)."""
    party_id = PartyId(transfer.seller_id if side is SELL else transfer.buyer_id)
    about = state.rules.clearances.about(product.product_id, party_id)
    if not findings or not about:
        return findings, []
    judged = state.rules.judged  # of the order that makes the transfer just now, if one does
    using = judged.passes_by if isinstance(judged, Judgement) else ()
    ruling, party, found = ruling_of(state, product, at_ns), state.parties[party_id], list(findings)
    passes_by: list[Clearance] = []
    for index, finding in enumerate(findings):
        clearance = finding.verdict is Verdict.HOLD and clearance_of_transfer(
            about,
            finding.rule_id,
            transfer,
            side,
            order_id=state.leg_of(transfer).order_of(side),
            using=using,
            ruling=ruling,
            party=party,
        )
        if clearance:
            passes_by.append(clearance)
            found[index] = cleared(finding, clearance)
    return tuple(found), passes_by


def decide_clearance(
    state: State, command: DecideClearance, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Let pass what was asked for, or up to it; or not. What follows for a transfer is
    exchange/clearance_desk.py's."""
    if not state.is_operator(command.actor):
        return Refusal.NOT_PERMITTED
    clearances, terms = state.rules.clearances, command.terms
    clearance = clearances.by_id.get(command.clearance_id)
    if clearance is None:
        return Refusal.UNKNOWN_CLEARANCE
    if not is_note(command.note):
        return Refusal.NOTE_OUT_OF_RANGE
    if promises_in([command.note]):
        return Refusal.BANNED_WORDS
    if terms is not None and not _fits(clearance, terms, today=day_in_shanghai(at_ns)):
        return Refusal.CLEARANCE_OUT_OF_RANGE
    if clearance.state is not ASKED:
        return Refusal.CLEARANCE_NOT_ASKED
    clearance.note, clearance.decided_at_ns = command.note, at_ns
    clearance.decided_sequence = sequence
    if terms is None:
        clearances.advance(clearance, ClearanceState.REFUSED, at_ns)
    else:
        product = state.products[clearance.product_id]
        _end_the_one_before(state, clearance, at_ns=at_ns, emit=emit)
        profile = state.parties[clearance.party_id].profile
        ruling = ruling_of(state, product, at_ns)
        clearance.basis = basis_of(ruling, profile, clearance.rule_id)
        clearance.terms = terms
        clearances.advance(clearance, ClearanceState.CLEARED, at_ns)
    emit(
        ClearanceDecided(
            clearance_id=clearance.clearance_id,
            party_id=clearance.party_id,
            product_id=clearance.product_id,
            rule_id=clearance.rule_id,
            terms=terms,
            note=command.note,
        )
    )
    return None


def end_asked_about(state: State, transfer: Transfer, *, at_ns: TimeNs, emit: Emit) -> None:
    """End what is still asked about a transfer that its rules hold no longer. Cost: O(clearances
    of its parties)."""
    for holder_id in (transfer.seller_id, transfer.buyer_id):
        about = state.rules.clearances.about(transfer.product_id, PartyId(holder_id))
        for clearance in list(about):
            if clearance.state is ASKED and clearance.transfer_id == transfer.transfer_id:
                _end(state, clearance, at_ns=at_ns, emit=emit)


def end_what_is_over(
    state: State, product: Product, party_id: PartyId, *, at_ns: TimeNs, emit: Emit
) -> None:
    """End those of a party's clearances of which nothing can come any more. Cost: O(those of the
    party), some 20 µs each."""
    about = state.rules.clearances.about(product.product_id, party_id)
    if not about:
        return
    ruling, profile = ruling_of(state, product, at_ns), state.parties[party_id].profile
    for clearance in list(about):
        asked_on = day_in_shanghai(clearance.asked_at_ns)
        asked_until = DayNumber(asked_on + CLEARANCE_ASKED_DAYS)
        is_without = clearance.transfer_id is not None and (
            clearance.transfer_id not in state.register.transfers
        )
        if is_without or is_over(clearance, ruling, profile, asked_until=asked_until):
            _end(state, clearance, at_ns=at_ns, emit=emit)


def is_for_compliance(state: State, command: object) -> bool:
    """Whether the act decides what stands in the queue of compliance. Cost: O(1)."""
    if not isinstance(command, DecideClearance):
        return False
    clearance = state.rules.clearances.by_id.get(command.clearance_id)
    return clearance is not None and clearance.queue is Queue.COMPLIANCE


def _end_the_one_before(state: State, clearance: Clearance, *, at_ns: TimeNs, emit: Emit) -> None:
    key = clearance.side, clearance.rule_id, clearance.transfer_id
    for each in list(state.rules.clearances.about(clearance.product_id, clearance.party_id)):
        is_same = (each.side, each.rule_id, each.transfer_id) == key
        if is_same and each.state is ClearanceState.CLEARED:
            _end(state, each, at_ns=at_ns, emit=emit)


def _end(state: State, clearance: Clearance, *, at_ns: TimeNs, emit: Emit) -> None:
    state.rules.clearances.advance(clearance, ClearanceState.ENDED, at_ns)
    emit(
        ClearanceEnded(
            clearance_id=clearance.clearance_id,
            party_id=clearance.party_id,
            product_id=clearance.product_id,
            rule_id=clearance.rule_id,
        )
    )


def _fits(clearance: Clearance, terms: ClearanceTerms, *, today: DayNumber) -> bool:
    """Whether it is no more than was asked, around the price that was asked, for a time."""
    return (
        0 < terms.quantity <= clearance.quantity
        and (clearance.transfer_id is None or terms.quantity == clearance.quantity)
        and 0 < terms.price_least <= clearance.price <= terms.price_most <= PRICE_MAX
        and 0 <= terms.until - today <= CLEARANCE_DAYS_MAX
    )


def _new_id(state: State) -> ClearanceId:
    clearances = state.rules.clearances
    first = state.register.sequence * TRANSFER_IDS_PER_COMMAND
    clearances.last_id = ClearanceId(max(first, clearances.last_id + 1))
    assert clearances.last_id < first + TRANSFER_IDS_PER_COMMAND, first
    return clearances.last_id
