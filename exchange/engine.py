"""The deterministic engine: one command at a time, from state to state, giving events.

No clock, no randomness, no I/O: sequence and time come in as arguments, and the same commands give
the same events and the same state whoever applies them.
"""

from typing import Final

from exchange import evidence
from exchange.acknowledging import HANDLERS as ACKNOWLEDGING_HANDLERS
from exchange.administration import (
    create_product,
    open_venue,
    record_deposit,
    register_party,
)
from exchange.calendar_desk import HANDLERS as CALENDAR_HANDLERS
from exchange.calendar_desk import move_next, warn_of_ends
from exchange.clearance_desk import HANDLERS as CLEARANCE_HANDLERS
from exchange.client_commands import SubmitApplication
from exchange.client_state import Application
from exchange.client_types import ApplicationId
from exchange.clients import HANDLERS as CLIENT_HANDLERS
from exchange.clients import give_notice
from exchange.codec import bound_key
from exchange.commands import (
    Acknowledge,
    AdvanceTime,
    AnyCommand,
    CancelOrder,
    CreateProduct,
    OpenLicensedVenue,
    OpenVenue,
    PlaceConstrainedOrder,
    PlaceOrder,
    PlaceOrderFromLots,
    Propose,
    RecordDeposit,
    RegisterParty,
    ReplaceOrder,
)
from exchange.desk_state import Proposal
from exchange.encumbrances import HANDLERS as ENCUMBRANCE_HANDLERS
from exchange.encumbrances import end_encumbrance
from exchange.events import AnyEvent, CommandRefused, TimeAdvanced
from exchange.exceptions import HANDLERS as EXCEPTION_HANDLERS
from exchange.fee_desk import HANDLERS as FEE_HANDLERS
from exchange.four_eyes import HANDLERS as OF_FOUR_EYES
from exchange.four_eyes import lapse_proposal, needs_second_person
from exchange.halt_types import HaltId
from exchange.halts import HANDLERS as HALT_HANDLERS
from exchange.halts import end_next
from exchange.handler import Handler
from exchange.judgements import follow_judgement
from exchange.judging import JUDGED
from exchange.limits import TIMERS_FIRED_PER_COMMAND_MAX
from exchange.marking import mark_at_once, mark_on
from exchange.means import MEANS, take_missing
from exchange.modes.call_auction import ring_auction
from exchange.modes.change import HANDLERS as MODE_HANDLERS
from exchange.modes.change import apply_coming_mode
from exchange.money_desk import HANDLERS as MONEY_HANDLERS
from exchange.negotiation_commands import MakeOffer, OpensNegotiation
from exchange.negotiation_follow import follow, lapse_next
from exchange.negotiation_state import Negotiation
from exchange.negotiations import HANDLERS as NEGOTIATION_HANDLERS
from exchange.offer import Offer
from exchange.officers import HANDLERS as OF_OFFICERS
from exchange.orders import cancel_order, expire_order, place_order, replace_order
from exchange.preemption import HANDLERS as PREEMPTION_HANDLERS
from exchange.price_desk import HANDLERS as PRICE_HANDLERS
from exchange.product_desk import HANDLERS as PRODUCT_HANDLERS
from exchange.product_desk import withdraw_next_order
from exchange.refusals import Refusal
from exchange.register_posting import HANDLERS as REGISTER_HANDLERS
from exchange.rejudging import begin_day, judge_next, judge_on
from exchange.reversal import HANDLERS as REVERSAL_HANDLERS
from exchange.review import HANDLERS as REVIEW_HANDLERS
from exchange.review import lapse_next_approval
from exchange.risk_raised import hold_next
from exchange.rules_desk import HANDLERS as RULES_HANDLERS
from exchange.rules_following import follow_all
from exchange.settlement import Emit
from exchange.slot_desk import tell
from exchange.state import Order, Product, State
from exchange.suspension import follow_next
from exchange.transfer_desk import ring
from exchange.transfer_steps import HANDLERS as TRANSFER_HANDLERS
from exchange.types import NegotiationId, OfferId, ProposalId, Sequence
from matching import OrderId
from registry.calendar import day_in_shanghai
from registry.types import TimeNs


def advance_time(
    state: State, command: AdvanceTime, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Fire due timers in the order of their time, at most TIMERS_FIRED_PER_COMMAND_MAX of them, and
    mark on what freezes hold."""
    if command.downtime_from_ns is not None:
        _state_gap(state, from_ns=command.downtime_from_ns, until_ns=at_ns)
    if begin_day(state, at_ns):
        follow_all(state, day_in_shanghai(at_ns), emit)
    for _ in range(TIMERS_FIRED_PER_COMMAND_MAX):
        due_ns = state.next_due_ns()
        if due_ns is None or due_ns > at_ns:
            break
        _fire(state, due_ns=due_ns, at_ns=at_ns, emit=emit)
        if state.negotiations.withdrawn or state.negotiations.decided:
            follow(state, at_ns=at_ns, emit=emit)  # before what is due next
        if HaltId(sequence) in state.halts.standing:
            break  # a halt's id is its command's sequence: the next one has a command of its own
    mark_on(state, at_ns=at_ns, emit=emit)
    warn_of_ends(state, at_ns=at_ns, emit=emit)
    emit(TimeAdvanced(downtime_from_ns=command.downtime_from_ns))
    return None


HANDLERS: Final[dict[type, Handler]] = {
    OpenVenue: open_venue,
    OpenLicensedVenue: open_venue,
    RegisterParty: register_party,
    CreateProduct: create_product,
    RecordDeposit: record_deposit,
    PlaceOrder: place_order,
    PlaceConstrainedOrder: place_order,
    PlaceOrderFromLots: place_order,
    CancelOrder: cancel_order,
    ReplaceOrder: replace_order,
    **ACKNOWLEDGING_HANDLERS,
    **REVIEW_HANDLERS,
    **TRANSFER_HANDLERS,
    **REVERSAL_HANDLERS,
    **PRODUCT_HANDLERS,
    **PREEMPTION_HANDLERS,
    **REGISTER_HANDLERS,
    **ENCUMBRANCE_HANDLERS,
    AdvanceTime: advance_time,
    **OF_OFFICERS,
    **OF_FOUR_EYES,
    **MONEY_HANDLERS,
    **evidence.HANDLERS,
    **EXCEPTION_HANDLERS,
    **CLIENT_HANDLERS,
    **MODE_HANDLERS,
    **NEGOTIATION_HANDLERS,
    **PRICE_HANDLERS,
    **FEE_HANDLERS,
    **RULES_HANDLERS,
    **CLEARANCE_HANDLERS,
    **HALT_HANDLERS,
    **CALENDAR_HANDLERS,
}
"""One function a command."""

OF_AN_ORDER: Final = (CancelOrder, ReplaceOrder)
"""Commands about an order that was placed before."""


def apply(
    state: State,
    command: AnyCommand,
    *,
    sequence: Sequence,
    at_ns: TimeNs,
    key: bytes | None = None,
) -> tuple[AnyEvent, ...]:
    """Apply the next command and return its events: a refusal is one CommandRefused, followed, for
    an order that the rules do not let in, by what each of them said, and for lack of means by what
    is missing; what a party acknowledges for an order follows what becomes of it.

    Args:
        sequence: the one after the state's.
        at_ns: the command's journaled time, never before the state's.
        key: as `bound_key` says, if the caller has it.

    Cost: some 10 to 20 µs and O(fills + levels touched).
    """
    assert sequence == state.sequence + 1, (sequence, state.sequence)
    assert at_ns >= state.at_ns, (at_ns, state.at_ns)
    events: list[AnyEvent] = []
    state.register.sequence = sequence
    if state.four_eyes and needs_second_person(state, command, at_ns):
        refusal: Refusal | None = Refusal.FOUR_EYES_REQUIRED
    else:
        refusal = HANDLERS[type(command)](state, command, sequence, at_ns, events.append)
    if refusal is not None:
        assert not events, (refusal, events)
        events.append(CommandRefused(refusal=refusal))
        assert refusal not in JUDGED or state.rules.judged is not None, refusal
        missing = take_missing(state)
        if refusal in MEANS and missing is not None:
            events.append(missing)
    if state.rules.judged is not None:
        follow_judgement(state, refusal, at_ns=at_ns, emit=events.append)
    if state.negotiations.withdrawn or state.negotiations.decided:
        follow(state, at_ns=at_ns, emit=events.append)
    is_clock = isinstance(command, AdvanceTime)
    if state.rules.waiting and not is_clock:
        judge_on(state, at_ns=at_ns, emit=events.append)
    if state.register.encumbrances.marking and refusal is None and not is_clock:
        mark_at_once(state, at_ns=at_ns, emit=events.append)
    if state.slots_touched:
        tell(state, events.append)
    if not is_clock:
        key = key or bound_key(command)
        state.keys.remember(key, sequence)
        _bind_key(state, command, key, sequence, at_ns)
    if state.keys.is_due(at_ns):
        state.keys.expire(at_ns, sweeps=is_clock)
    state.sequence = sequence
    state.at_ns = at_ns
    return tuple(events)


def _bind_key(
    state: State, command: AnyCommand, key: bytes, sequence: Sequence, at_ns: TimeNs
) -> None:
    """An open order keeps the keys that were used for it, an open proposal or application its own;
    any other may be forgotten in time."""
    if isinstance(command, Acknowledge):
        command = command.offer
    order: Order | None = None
    kept: Proposal | Application | Negotiation | Offer | None = None
    if isinstance(command, PlaceOrder):
        order = state.orders.get(OrderId(sequence))
    elif isinstance(command, OF_AN_ORDER):
        order = state.orders.get(command.order_id)
    elif isinstance(command, Propose):
        kept = state.desk.proposals.get(ProposalId(sequence))
    elif isinstance(command, SubmitApplication):
        kept = state.clients.applications.get(ApplicationId(sequence))
    elif isinstance(command, OpensNegotiation):
        kept = state.negotiations.by_id.get(NegotiationId(sequence))
    elif isinstance(command, MakeOffer):
        kept = state.negotiations.offer(command.negotiation_id, OfferId(sequence))
    if order is not None and order.party_id == command.actor:
        order.keys += (key,)
    elif kept is not None:
        kept.key = key
    else:
        state.keys.retire(key, at_ns)


def _state_gap(state: State, *, from_ns: TimeNs, until_ns: TimeNs) -> None:
    # Timers of the gap before this one may still be due: then nobody could act since that began.
    due_ns = state.next_due_ns()
    if state.gap is not None and due_ns is not None and due_ns <= state.gap[1]:
        from_ns = min(from_ns, state.gap[0])
    state.gap = from_ns, until_ns


def _fire_first(state: State, *, at_ns: TimeNs, emit: Emit) -> bool:
    """Whether anything waits before which nothing else may happen; the first of it happens: what an
    amended calendar moves, then whose orders are to be judged again, then what waits because its
    product is riskier, then what a halted party has open."""
    if state.days.waiting:
        move_next(state, emit=emit)
    elif state.rules.waiting:
        judge_next(state, at_ns=at_ns, emit=emit)
    elif state.rules.raised:
        hold_next(state, at_ns=at_ns, emit=emit)
    elif not state.halts.is_followed:
        follow_next(state, at_ns=at_ns, emit=emit)
    else:
        return False
    return True


def _fire_of_product(
    state: State, product: Product, *, due_ns: TimeNs, at_ns: TimeNs, emit: Emit
) -> None:
    if product.closed_at_ns is not None:
        withdraw_next_order(state, product, at_ns=at_ns, emit=emit)
    elif product.book.next_expiry_ns == due_ns:
        expire_order(state, product, due_ns=due_ns, at_ns=at_ns, emit=emit)
    else:
        ring_auction(state, product, at_ns=at_ns, emit=emit)


def _fire(state: State, *, due_ns: TimeNs, at_ns: TimeNs, emit: Emit) -> None:
    """Fire the timer due at `due_ns`, after what comes before all. At one moment halts end whose
    time is over, before clients hear of what ends, before approvals lapse whose criteria have
    changed, these before documents expire, these before orders and the product's auction, these
    before negotiations lapse, these before market modes come that were announced, then transfers'
    clocks end, then freezes end, and proposals lapse last."""
    if _fire_first(state, at_ns=at_ns, emit=emit):
        return
    if state.halts.next_due_ns() == due_ns:
        end_next(state, at_ns=at_ns, emit=emit)
        return
    if state.clients.next_due_ns() == due_ns:
        give_notice(state, at_ns=at_ns, emit=emit)
        return
    if state.desk.approvals.next_look_ns() == due_ns:
        lapse_next_approval(state, at_ns=at_ns, emit=emit)
        return
    expiry = state.evidence.next_expiry()
    if expiry is not None and expiry[0] == due_ns:
        evidence.expire_evidence(state, at_ns=at_ns, emit=emit)
        return
    for product in state.products.values():
        if product.next_due_ns == due_ns:
            _fire_of_product(state, product, due_ns=due_ns, at_ns=at_ns, emit=emit)
            return
    if state.negotiations.next_due_ns() == due_ns:
        lapse_next(state, at_ns=at_ns, emit=emit)
        return
    if state.coming_modes.next_due_ns() == due_ns:
        apply_coming_mode(state, at_ns=at_ns, emit=emit)
        return
    register = state.register
    if register.next_deadline_ns() == due_ns:
        _, transfer_id = register.deadlines[0]
        transfer = state.transfer(transfer_id)
        assert transfer is not None, transfer_id
        ring(state, transfer, at_ns=at_ns, emit=emit)
        return
    if register.encumbrances.next_due_ns() == due_ns:
        end_encumbrance(state, at_ns=at_ns, emit=emit)
        return
    lapse_proposal(state, due_ns=due_ns, at_ns=at_ns, emit=emit)
