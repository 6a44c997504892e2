"""Halts on paper: every one that was ever given, with its end.

In the words of the rulebook: the operator and the regulator halt the venue or a product, a trustee
its own product; the operator and the regulator a party; whoever has halted says why and when he
looks at it again, and lifts what he has halted. A halt stops trade and nothing else: no order is
taken, orders keep their priority. But of a halted party no order stands, and its transfers wait.

Source: domain D7, HALT-01, head of D.
"""

from __future__ import annotations

from exchange.events import AnyEvent
from exchange.halt_commands import HaltCommand, HaltTrade, LiftHalt
from exchange.halt_events import HaltLifted, TradeHalted
from exchange.halt_types import HaltId, HaltLevel, HaltReason
from exchange.refusals import Refusal
from exchange.types import PartyId, PartyKind
from registry.types import ProductId, TimeNs
from tests.model.days import end_after
from tests.model.deals import Deals
from tests.model.desk import Applies
from tests.model.halt import ModelHalt
from tests.model.ledger import OPERATOR, Ledger
from tests.model.product import ModelProduct

MONTH_NS = 30 * 24 * 60 * 60 * 10**9
HALTS_ALL = (PartyKind.OPERATOR, PartyKind.REGULATOR)
TRADERS = (PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION)


def rules(ledger: Ledger, command: HaltCommand) -> Applies:
    """Why the command changes nothing."""
    kind = ledger.kinds.get(command.actor)
    is_trustee, note = kind is PartyKind.TRUST_COMPANY, command.note
    bad_note = not note.strip() or len(note) > 200 or "\n" in note
    if isinstance(command, LiftHalt):
        his = [
            halt
            for halt in ledger.halts
            if halt.number == command.halt_id
            and halt.given.actor == command.actor
            and halt.lifted is None
        ]
        return [
            (Refusal.NOT_PERMITTED, kind not in HALTS_ALL and not is_trustee),
            (Refusal.UNKNOWN_HALT, not his),
            (Refusal.NOTE_OUT_OF_RANGE, bad_note),
        ]
    of_product = command.level.name == "PRODUCT"
    of_party, names = command.level.name == "PARTY", ledger.kinds.get(PartyId(command.subject_id))
    product = ledger.products.get(ProductId(command.subject_id)) if of_product else None
    keeps = product is not None and product.terms.trust_company_id == command.actor
    same = [
        halt
        for halt in ledger.halts
        if halt.lifted is None
        and (halt.given.actor, halt.given.level, halt.given.subject_id)
        == (command.actor, command.level, command.subject_id)
    ]
    return [
        (Refusal.NOT_PERMITTED, kind not in HALTS_ALL and not (is_trustee and of_product)),
        (Refusal.UNKNOWN_PARTY, of_party and names not in TRADERS),
        (Refusal.UNKNOWN_PRODUCT, of_product and (product is None or (is_trustee and not keeps))),
        (Refusal.NOTE_OUT_OF_RANGE, bad_note),
        (Refusal.HALT_OUT_OF_RANGE, command.level.name == "VENUE" and command.subject_id != 0),
        (Refusal.HALT_OUT_OF_RANGE, command.reason.name == "PRICE_BAND"),
        (Refusal.HALT_OUT_OF_RANGE, not 1 <= command.review_ns - ledger.at_ns <= MONTH_NS),
        (Refusal.ALREADY_DONE, bool(same)),
        (Refusal.PRODUCT_NOT_IN_STATE, product is not None and product.standing == "CLOSED"),
    ]


def halt_by_itself(ledger: Deals, product: ModelProduct) -> None:
    """A material event: the product is halted in the operator's name, unless he has halted it; some
    working days on he looks at it again."""
    calendar = ledger.calendar_for(product)
    days = product.terms.transfer_terms.rescission_days
    command = HaltTrade(
        actor=OPERATOR,
        key="",
        level=HaltLevel.PRODUCT,
        subject_id=product.product_id,
        reason=HaltReason.MATERIAL_EVENT,
        note="已披露重大不利事件 / in trouble, as was disclosed",
        review_ns=TimeNs(min(end_after(calendar, ledger.at_ns, days), ledger.at_ns + MONTH_NS)),
        officer="",
    )
    refusals = [refusal for refusal, applies in rules(ledger, command) if applies]
    if not {Refusal.ALREADY_DONE, Refusal.PRODUCT_NOT_IN_STATE} & set(refusals):
        ledger.events.append(carry_out(ledger, command, number=ledger.sequence))


def carry_out(ledger: Ledger, command: HaltCommand, *, number: int) -> AnyEvent:
    """Halt, or lift a halt."""
    if isinstance(command, LiftHalt):
        (halt,) = [each for each in ledger.halts if each.number == command.halt_id]
        halt.lifted, halt.lifted_at_ns = command, ledger.at_ns
        return HaltLifted(
            halt_id=command.halt_id,
            level=halt.given.level,
            subject_id=halt.given.subject_id,
            given_by=halt.given.actor,
            note=command.note,
            officer=command.officer,
        )
    ledger.halts.append(ModelHalt(number=number, at_ns=ledger.at_ns, given=command))
    return TradeHalted(
        halt_id=HaltId(number),
        level=command.level,
        subject_id=command.subject_id,
        given_by=command.actor,
        reason=command.reason,
        note=command.note,
        review_ns=command.review_ns,
        officer=command.officer,
    )
