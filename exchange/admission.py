"""A product before its rules: whether it may be traded at all (stage P).

    What happens                                       A product that does not pass
    it is opened, or its trade goes on                 is not: RULE_BLOCKS, or RULE_HOLDS
    its mode is set while it is open                   keeps the mode that it has: likewise
    its rules are others, or a pack applies, or        is suspended in the same command, until it
    the day is another, or something is disclosed      passes and the operator resumes it

While it is not open its mode and rules are set as the operator likes: it is asked when it opens. So
an open product always passes, and no order is taken, nor need be asked, where it does not.
"""

from exchange.judging import ruling_of
from exchange.modes.types import MarketMode
from exchange.quotes import can_be_quoted
from exchange.refusals import Refusal
from exchange.rules.checks.admission import Licence
from exchange.rules.evaluate import explain, strictest
from exchange.rules.facts import AdmissionFacts, Deal
from exchange.rules.types import Finding, Stage, Verdict
from exchange.rules_events import ProductJudged
from exchange.state import Product, State
from exchange.types import VenueProfile
from registry.calendar import day_in_shanghai
from registry.product import ProductState
from registry.types import TimeNs


def refuse_admission(
    state: State, product: Product, mode: MarketMode, *, at_ns: TimeNs
) -> Refusal | None:
    """Why the product may not be traded in this mode, or None; what each rule said is kept for the
    command that is refused. Refuses RULE_BLOCKS, and RULE_HOLDS where a person would have to
    decide. Cost: one look-up for a product without packs; else O(rules)."""
    if product.product_id not in state.rules.products:
        return None
    findings = findings_at_admission(state, product, mode, at_ns=at_ns)
    if not findings:
        return None
    state.rules.judged = ProductJudged(product_id=product.product_id, findings=findings)
    is_blocked = strictest(findings) is Verdict.BLOCK
    return Refusal.RULE_BLOCKS if is_blocked else Refusal.RULE_HOLDS


def findings_against_open(state: State, product: Product, *, at_ns: TimeNs) -> tuple[Finding, ...]:
    """What each rule says of a product with rules, if it is open and may be no longer; else
    nothing. Cost: O(rules)."""
    if product.standing.state is not ProductState.LIVE:
        return ()
    return findings_at_admission(state, product, product.mode, at_ns=at_ns)


def findings_at_admission(
    state: State, product: Product, mode: MarketMode, *, at_ns: TimeNs
) -> tuple[Finding, ...]:
    """What each rule of stage P says of a product with rules, its deals made in this mode, if they
    do not let it be traded; nothing if they do. Cost: O(rules)."""
    ruling = ruling_of(state, product, at_ns)
    deal = Deal(
        stage=Stage.PRODUCT,
        at_ns=at_ns,
        day=ruling.day,
        product=ruling.product,
        seller=None,
        buyer=None,
        offer=None,
        admission=_admission_facts(state, product, mode),
    )
    findings = explain(ruling.at_stage(Stage.PRODUCT), deal)
    return findings if strictest(findings) >= Verdict.HOLD else ()


def licences_of_packs(state: State, product: Product, at_ns: TimeNs) -> set[VenueProfile]:
    """For which licences the product's packs speak (VEN-01). Cost: O(rules)."""
    if product.product_id not in state.rules.products:
        return set()
    at_admission = ruling_of(state, product, at_ns).at_stage(Stage.PRODUCT)
    of_packs = [rule.params for rule in at_admission if isinstance(rule.params, Licence)]
    return {VenueProfile[each.licence] for each in of_packs if each.licence is not None}


def check_admitted(state: State) -> None:
    """Assert that no product is open that its rules do not admit. Cost: O(products × rules)."""
    if state.rules.waiting or state.rules.judged_on != day_in_shanghai(state.at_ns):
        return
    for product_id in state.rules.products:
        product = state.products[product_id]
        against = findings_against_open(state, product, at_ns=state.at_ns)
        assert not against, (product_id, against)  # L5


def _admission_facts(state: State, product: Product, mode: MarketMode) -> AdmissionFacts:
    assert state.profile is not None, product.product_id
    terms, facts = product.terms, product.facts
    return AdmissionFacts(
        licence=state.profile,
        is_approved=state.approval_ref is not None,
        mode=mode,
        names=(terms.name_zh, terms.name_en),
        ctrc_code=terms.ctrc_code,
        is_signed_off=(
            terms.transfer_terms.onboarding and product.standing.state is not ProductState.DRAFT
        ),
        quote_basis=facts.quote_basis,
        can_be_quoted=can_be_quoted(terms, facts, facts.quote_basis),
        disclaimer=None if facts.benchmark is None else facts.benchmark.disclaimer,
    )
