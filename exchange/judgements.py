"""What follows when rules had something to say of the offer that a command makes.

    What has become of it              What is told, and done
    refused for what a rule said       what each rule said; a person is asked what one holds
    taken                              what its party has acknowledged, and what it has passed by
    refused for something else         nothing
    a product that is not admitted,    what each rule said
    two who may not deal by name

It is told among the events of that command.
"""

from exchange.clearances import ask, use
from exchange.clearing import rules_that_hold
from exchange.incidents import note_incidents
from exchange.judging import JUDGED
from exchange.refusals import Refusal
from exchange.rules.types import Verdict
from exchange.rules_events import OrderJudged, WarningsAcknowledged
from exchange.rules_state import Judgement
from exchange.settlement import Emit
from exchange.state import State
from registry.types import TimeNs


def follow_judgement(state: State, refusal: Refusal | None, *, at_ns: TimeNs, emit: Emit) -> None:
    """Tell what rules said of the offer that the command under way has made, and do what follows.
    Cost: O(rules).

    Args:
        refusal: of the command.
    """
    judged, state.rules.judged = state.rules.judged, None
    assert judged is not None
    if refusal is None:
        assert isinstance(judged, Judgement), judged
        _follow_taken(state, judged, at_ns=at_ns, emit=emit)
    elif refusal in JUDGED:
        product_id, findings = judged.product_id, judged.findings
        if isinstance(judged, Judgement):
            emit(OrderJudged(product_id=product_id, findings=findings))
        else:
            emit(judged)
        note_incidents(state, product_id, findings, at_ns=at_ns, emit=emit)
        if refusal is Refusal.RULE_HOLDS and isinstance(judged, Judgement):
            _ask(state, judged, at_ns=at_ns, emit=emit)


def _follow_taken(state: State, judged: Judgement, *, at_ns: TimeNs, emit: Emit) -> None:
    warned = tuple(each for each in judged.findings if each.verdict is Verdict.WARN)
    if warned:
        emit(
            WarningsAcknowledged(
                order_id=judged.order_id,
                party_id=judged.party_id,
                product_id=judged.product_id,
                findings=warned,
            )
        )
    for clearance_id in judged.passes_by:
        use(state, clearance_id, judged.order_id, at_ns=at_ns, emit=emit)


def _ask(state: State, judged: Judgement, *, at_ns: TimeNs, emit: Emit) -> None:
    product = state.products[judged.product_id]
    for rule_id in rules_that_hold(judged.findings):
        ask(
            state,
            product,
            rule_id,
            party_id=judged.party_id,
            side=judged.side,
            quantity=judged.quantity,
            price=judged.price,
            at_ns=at_ns,
            emit=emit,
        )
