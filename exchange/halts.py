"""Halts: trade stops for a stated reason, and goes on when whoever stopped it says so.

While a halt stands, no order of the product is taken, changed or matched, no auction takes place
and nobody's word makes a deal; what was offered can be withdrawn. Orders that rest keep their place
and time, and transfers go on. Of a halted party no order or word is taken either; what it has open
follows (exchange/suspension.py). Several may halt the same; trade goes on when no halt is left.
That a product is in trouble halts it by itself, and so does a call auction whose price is twice
beyond its band, for a stated time.
"""

from typing import Final

from exchange.halt_commands import HaltTrade, LiftHalt
from exchange.halt_events import HaltLifted, TradeHalted, halt_of
from exchange.halt_types import TIMED, VENUE, Halt, HaltId, HaltLevel, HaltReason
from exchange.handler import Handler
from exchange.limits import BAND_HALT_NS, HALT_REVIEW_MAX_NS
from exchange.notes import is_note
from exchange.refusals import Refusal
from exchange.settlement import Emit
from exchange.state import Product, State
from exchange.suspension import follow_party
from exchange.types import OPERATOR_ID, TRADING_KINDS, PartyId, PartyKind, Sequence
from registry.types import ProductId, TimeNs

EVERYWHERE: Final = frozenset({PartyKind.OPERATOR, PartyKind.REGULATOR})
"""Who halts the venue, any product and any party. Source: HALT-01."""
HALTERS: Final = EVERYWHERE | {PartyKind.TRUST_COMPANY}
"""Who halts anything: a trust company its own products."""
DISTRESS_NOTE: Final = "已披露重大不利事件 / in trouble, as was disclosed"
BAND_NOTE: Final = "集合竞价价格两次超出价格区间 / an auction's price was twice beyond its band"
TIME_OVER_NOTE: Final = "暂停时间届满 / its time is over"
BY_ITSELF: Final = ""
"""Instead of a key's id: nobody has given the halt in person."""


def halt_trade(
    state: State, command: HaltTrade, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The halt stands from now on; its id is the command's sequence."""
    refusal = _refuse_halt(state, command, at_ns)
    if refusal is not None:
        return refusal
    event = TradeHalted(
        halt_id=HaltId(sequence),
        level=command.level,
        subject_id=command.subject_id,
        given_by=command.actor,
        reason=command.reason,
        note=command.note,
        review_ns=command.review_ns,
        officer=command.officer,
    )
    was_halted = _halts_party(state, event)
    halt = _halt(state, event, at_ns=at_ns, emit=emit)
    if _halts_party(state, halt) and not was_halted:
        follow_party(state, PartyId(halt.subject_id), at_ns=at_ns, emit=emit)
    return None


def halt_for_event(
    state: State, product: Product, sequence: Sequence, *, at_ns: TimeNs, emit: Emit
) -> None:
    """A material event is disclosed: the product's trade is halted by the venue, in the name of its
    operator, who lets it go on, two of his officers where the venue has four eyes. Nothing where
    his halt of it stands, or it is closed. Source: HALT-02 of domain D1. Cost: O(1)."""
    is_halted = state.halts.given(HaltLevel.PRODUCT, product.product_id, OPERATOR_ID)
    if is_halted or product.closed_at_ns is not None:
        return
    terms = product.terms.transfer_terms
    review_ns = state.clocks[product.product_id].after(at_ns, terms.rescission_days)
    event = _by_itself(
        product,
        sequence,
        reason=HaltReason.MATERIAL_EVENT,
        note=DISTRESS_NOTE,
        review_ns=min(review_ns, TimeNs(at_ns + HALT_REVIEW_MAX_NS)),
    )
    _halt(state, event, at_ns=at_ns, emit=emit)


def halt_for_band(
    state: State, product: Product, sequence: Sequence, *, at_ns: TimeNs, emit: Emit
) -> None:
    """The price of the product's call auction was beyond its band for the second time: its trade is
    halted by the venue, in the name of its operator, for BAND_HALT_NS. No halt of it stands: no
    auction takes place in one. Source: domain D7. Cost: O(1)."""
    event = _by_itself(
        product,
        sequence,
        reason=HaltReason.PRICE_BAND,
        note=BAND_NOTE,
        review_ns=TimeNs(at_ns + BAND_HALT_NS),
    )
    _halt(state, event, at_ns=at_ns, emit=emit)
    state.note_due(event.review_ns)


def end_next(state: State, *, at_ns: TimeNs, emit: Emit) -> None:
    """The time of a halt that ends by itself is over: it stands no more. Cost: O(such halts)."""
    halt = state.halts.next_to_end()
    _lift(state, halt, note=TIME_OVER_NOTE, officer=BY_ITSELF, at_ns=at_ns, emit=emit)


def lift_halt(
    state: State, command: LiftHalt, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The halt stands no more."""
    if _kind_of(state, command.actor) not in HALTERS:
        return Refusal.NOT_PERMITTED
    halt = state.halts.standing.get(command.halt_id)
    if halt is None or halt.given_by != command.actor:
        return Refusal.UNKNOWN_HALT
    if not is_note(command.note):
        return Refusal.NOTE_OUT_OF_RANGE
    _lift(state, halt, note=command.note, officer=command.officer, at_ns=at_ns, emit=emit)
    if halt.level is HaltLevel.PARTY and not _halts_party(state, halt):
        follow_party(state, PartyId(halt.subject_id), at_ns=at_ns, emit=emit)
    return None


HANDLERS: Final[dict[type, Handler]] = {HaltTrade: halt_trade, LiftHalt: lift_halt}


def _refuse_halt(state: State, command: HaltTrade, at_ns: TimeNs) -> Refusal | None:
    is_wide, of_product = command.level is HaltLevel.VENUE, command.level is HaltLevel.PRODUCT
    kind = _kind_of(state, command.actor)
    if kind not in (HALTERS if of_product else EVERYWHERE):
        return Refusal.NOT_PERMITTED
    if command.level is HaltLevel.PARTY and (
        _kind_of(state, PartyId(command.subject_id)) not in TRADING_KINDS
    ):
        return Refusal.UNKNOWN_PARTY
    product = state.products.get(ProductId(command.subject_id)) if of_product else None
    if of_product and (product is None or not _is_his(product, command.actor, kind)):
        return Refusal.UNKNOWN_PRODUCT
    if not is_note(command.note):
        return Refusal.NOTE_OUT_OF_RANGE
    is_ahead = 0 < command.review_ns - at_ns <= HALT_REVIEW_MAX_NS
    is_named = not is_wide or command.subject_id == VENUE
    if not is_ahead or not is_named or command.reason in TIMED:
        return Refusal.HALT_OUT_OF_RANGE
    if state.halts.given(command.level, command.subject_id, command.actor):
        return Refusal.ALREADY_DONE
    if product is not None and product.closed_at_ns is not None:
        return Refusal.PRODUCT_NOT_IN_STATE
    return None


def _by_itself(
    product: Product, sequence: Sequence, *, reason: HaltReason, note: str, review_ns: TimeNs
) -> TradeHalted:
    """A halt of the product in the operator's name that nobody has given in person."""
    return TradeHalted(
        halt_id=HaltId(sequence),
        level=HaltLevel.PRODUCT,
        subject_id=product.product_id,
        given_by=OPERATOR_ID,
        reason=reason,
        note=note,
        review_ns=review_ns,
        officer=BY_ITSELF,
    )


def _halt(state: State, event: TradeHalted, *, at_ns: TimeNs, emit: Emit) -> Halt:
    halt = halt_of(event, given_at_ns=at_ns)
    state.halts.add(halt)
    state.touched.halts[halt.halt_id] = halt
    emit(event)
    return halt


def _lift(state: State, halt: Halt, *, note: str, officer: str, at_ns: TimeNs, emit: Emit) -> None:
    halt.lifted_at_ns, halt.lifted_note, halt.lifted_officer = at_ns, note, officer
    state.halts.remove(halt)
    state.touched.halts[halt.halt_id] = halt
    emit(
        HaltLifted(
            halt_id=halt.halt_id,
            level=halt.level,
            subject_id=halt.subject_id,
            given_by=halt.given_by,
            note=note,
            officer=officer,
        )
    )


def _halts_party(state: State, halt: Halt | TradeHalted) -> bool:
    """Whether the party that the halt names is halted, if it names one."""
    return halt.level is HaltLevel.PARTY and state.halts.of_party(PartyId(halt.subject_id))


def _is_his(product: Product, actor: PartyId, kind: PartyKind | None) -> bool:
    return kind in EVERYWHERE or product.terms.trust_company_id == actor


def _kind_of(state: State, party_id: PartyId) -> PartyKind | None:
    party = state.parties.get(party_id)
    return None if party is None else party.kind
