"""What is on its way when its product becomes riskier, or turns out to be in trouble: it is not
what its buyer has agreed to.

Where the product's rules say so (SUI-03), the transfer waits under RISK_RAISED for some working
days, within which he may rescind with everything back; then it goes on by itself, and the rules of
its stage are asked again. Nobody lifts the overlay by hand.

    FactsPublished, a higher level, ──▶ RISK_RAISED, rescind_until ──▶ rescinded, or it goes on
      or for the first time distressed

A transfer that the trust company has confirmed does not wait: the rules that are asked when title
moves know the new level. What is to wait is noted, and waits before anything else happens, a
bounded number in the command itself. Source: SUI-03 and HALT-02 of domain D1.
"""

from functools import partial

from exchange.judging import ruling_of
from exchange.limits import FOLLOWED_AT_ONCE_MAX
from exchange.price_types import PriceFacts
from exchange.rules.checks.product import Rescission
from exchange.rules.evaluate import verdict_of
from exchange.rules.facts import Deal
from exchange.rules.types import Rule, Stage, Verdict
from exchange.rules_state import AT_ONCE
from exchange.settlement import Emit
from exchange.state import Product, State
from exchange.transfer_desk import set_anew, set_overlay
from registry.transfer import UNCONFIRMED_STATES, Overlay
from registry.types import TimeNs


def follow_risk(
    state: State, product: Product, *, known: PriceFacts, at_ns: TimeNs, emit: Emit
) -> None:
    """The product's level of risk is another one, perhaps, or it is in trouble. Cost: O(rules), and
    where they want anything O(open transfers of the venue), some 50 ns each, and
    FOLLOWED_AT_ONCE_MAX steps.

    Args:
        known: what was known of it before.
    """
    is_riskier = product.facts.risk_level > known.risk_level
    if product.product_id not in state.rules.products or not (
        is_riskier or is_in_new_trouble(product, known)
    ):
        return
    days = _rescission_days(state, product, known=known, at_ns=at_ns)
    if not days:
        return
    state.rules.raised.extend(
        (transfer_id, days)
        for transfer_id, transfer in state.register.transfers.items()
        if transfer.product_id == product.product_id and transfer.state in UNCONFIRMED_STATES
    )
    for _ in range(FOLLOWED_AT_ONCE_MAX):
        if not state.rules.raised:
            return
        hold_next(state, at_ns=at_ns, emit=emit)
    if state.rules.raised:
        state.note_due(AT_ONCE)


def is_in_new_trouble(product: Product, known: PriceFacts) -> bool:
    """Whether it was not known before that the product is in trouble. Cost: O(1)."""
    return product.facts.distressed and not known.distressed


def hold_next(state: State, *, at_ns: TimeNs, emit: Emit) -> None:
    """Let the next one wait, unless it has ended before. Cost: some 30 µs."""
    transfer_id, days = state.rules.raised.popleft()
    transfer = state.register.transfers.get(transfer_id)
    if transfer is None:
        return
    if Overlay.RISK_RAISED in transfer.overlays:
        clocks = state.clocks[transfer.product_id]
        set_anew(state, transfer, partial(clocks.let_rescind, days=days, at_ns=at_ns), emit=emit)
        return
    refusal = set_overlay(
        state, transfer, Overlay.RISK_RAISED, rescission_days=days, at_ns=at_ns, emit=emit
    )
    assert refusal is None, (transfer_id, refusal)


def _rescission_days(state: State, product: Product, *, known: PriceFacts, at_ns: TimeNs) -> int:
    """For how many working days buyers may rescind; of several rules the most."""
    ruling = ruling_of(state, product, at_ns)
    deal = Deal(
        stage=Stage.CONTINUOUS,
        at_ns=at_ns,
        day=ruling.day,
        product=ruling.product,
        seller=None,
        buyer=None,
        offer=None,
        risk_before=known.risk_level,
    )
    of_change = ruling.of_change()
    if is_in_new_trouble(product, known):
        return max(map(_days_of, of_change), default=0)
    failed = [rule for rule in of_change if verdict_of(rule, deal) >= Verdict.HOLD]
    return max(map(_days_of, failed), default=0)


def _days_of(rule: Rule) -> int:
    assert isinstance(rule.params, Rescission), rule.rule_id
    return rule.params.rescind_wd
