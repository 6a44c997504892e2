"""What is known of products is disclosed, and how their price is quoted is set.

A disclosure says what has changed; everything else stays. Facts are what somebody has said: the
venue computes with them and does not judge them.
"""

from typing import Final

import msgspec

from exchange.evidence_types import EvidenceSubject
from exchange.halts import halt_for_event
from exchange.handler import Handler
from exchange.limits import (
    BENCHMARK_BPS_MAX,
    DISCLOSED_DAYS_MAX,
    DISCLOSURE_DOCUMENTS_MAX,
    DISCLOSURE_LETTERS_MAX,
    PRICE_MAX,
    RISK_LEVEL_MAX,
)
from exchange.price_commands import PublishDisclosure, SetQuoteBasis
from exchange.price_events import FactsPublished
from exchange.price_types import Disclosure, PriceFacts
from exchange.product_desk import product_for
from exchange.quotes import can_be_quoted
from exchange.refusals import Refusal
from exchange.rejudging import note_product
from exchange.risk_raised import follow_risk, is_in_new_trouble
from exchange.settlement import Emit
from exchange.state import Product, State
from exchange.types import Sequence
from exchange.wording import promises_in
from registry.calendar import day_in_shanghai
from registry.types import DayNumber, TimeNs


def publish_disclosure(
    state: State, command: PublishDisclosure, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """What the command says is so from now on."""
    product = product_for(state, command.actor, command.product_id, by_trust_company=True)
    if isinstance(product, Refusal):
        return product
    if not _are_documents_of(state, command):
        return Refusal.UNKNOWN_EVIDENCE
    if promises_in((command.text_zh, command.text_en)):
        return Refusal.BANNED_WORDS
    if not _is_in_range(product.facts, command, today=day_in_shanghai(at_ns)):
        return Refusal.DISCLOSURE_OUT_OF_RANGE
    facts = _followed(product.facts, command, at_ns=at_ns)
    disclosure = Disclosure(
        sequence=sequence,
        product_id=product.product_id,
        at_ns=at_ns,
        published_by=command.actor,
        facts=facts,
        documents=command.documents,
        text_zh=command.text_zh,
        text_en=command.text_en,
    )
    known = product.facts
    _publish(state, product, disclosure, emit)
    if is_in_new_trouble(product, known):
        halt_for_event(state, product, sequence, at_ns=at_ns, emit=emit)
    follow_risk(state, product, known=known, at_ns=at_ns, emit=emit)
    return None


def set_quote_basis(
    state: State, command: SetQuoteBasis, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The prices of orders to come mean something else; so no order may rest."""
    product = product_for(state, command.actor, command.product_id)
    if isinstance(product, Refusal):
        return product
    if not can_be_quoted(product.terms, product.facts, command.quote_basis):
        return Refusal.QUOTE_BASIS_CONFLICT
    if len(product.book) > 0 or product.aside:
        return Refusal.ORDERS_REST
    facts = msgspec.structs.replace(product.facts, quote_basis=command.quote_basis)
    disclosure = Disclosure(
        sequence=sequence,
        product_id=product.product_id,
        at_ns=at_ns,
        published_by=command.actor,
        facts=facts,
    )
    _publish(state, product, disclosure, emit)
    return None


HANDLERS: Final[dict[type, Handler]] = {
    PublishDisclosure: publish_disclosure,
    SetQuoteBasis: set_quote_basis,
}


def _are_documents_of(state: State, command: PublishDisclosure) -> bool:
    subject = EvidenceSubject.PRODUCT, command.product_id
    links = [state.evidence.links.get(link_id) for link_id in command.documents]
    return all(link is not None and link.of_what == subject for link in links)


def _is_in_range(known: PriceFacts, command: PublishDisclosure, *, today: DayNumber) -> bool:
    benchmark, risk_level, documents = command.benchmark, command.risk_level, command.documents
    says_something = _changes(command) or documents or command.text_zh or command.text_en
    return (
        bool(says_something)
        and _are_days_in_range(known, command, today=today)
        and (command.nav is None or 0 < command.nav.value <= PRICE_MAX)
        and (benchmark is None or 0 <= benchmark.rate_bps <= BENCHMARK_BPS_MAX)
        and (risk_level is None or 1 <= risk_level <= RISK_LEVEL_MAX)
        and len(set(documents)) == len(documents) <= DISCLOSURE_DOCUMENTS_MAX
        and max(len(command.text_zh), len(command.text_en)) <= DISCLOSURE_LETTERS_MAX
    )


def _are_days_in_range(known: PriceFacts, command: PublishDisclosure, *, today: DayNumber) -> bool:
    """Nothing has happened that is to come, and a value is not followed by an older one."""
    income, distributed_on = command.next_income, command.last_distribution_on
    past = [] if command.nav is None else [command.nav.on]
    past += [] if distributed_on is None else [distributed_on]
    if not all(today - DISCLOSED_DAYS_MAX <= day <= today for day in past):
        return False
    if command.nav is not None and known.nav is not None and command.nav.on < known.nav.on:
        return False
    if income is None:
        return True
    if distributed_on is None:
        distributed_on = known.last_distribution_on
    return (
        (distributed_on is None or distributed_on < income.record_on)
        and income.record_on <= income.payment_on
        and today <= income.payment_on <= today + DISCLOSED_DAYS_MAX
    )


def _changes(command: PublishDisclosure) -> dict[str, object]:
    """The facts that the command names, by the names that they have in PriceFacts."""
    said = {
        "nav": command.nav,
        "last_distribution_on": command.last_distribution_on,
        "next_income": command.next_income,
        "benchmark": command.benchmark,
        "risk_level": command.risk_level,
        "distressed": command.distressed,
    }
    return {name: value for name, value in said.items() if value is not None}


def _followed(known: PriceFacts, command: PublishDisclosure, *, at_ns: TimeNs) -> PriceFacts:
    facts = msgspec.structs.replace(known, **_changes(command), disclosed_at_ns=at_ns)
    income, distributed_on = facts.next_income, facts.last_distribution_on
    if income is not None and distributed_on is not None and income.record_on <= distributed_on:
        return msgspec.structs.replace(facts, next_income=None)
    return facts


def _publish(state: State, product: Product, disclosure: Disclosure, emit: Emit) -> None:
    product.facts = disclosure.facts
    note_product(state, product.product_id)
    state.touched.disclosures.append(disclosure)
    emit(
        FactsPublished(
            product_id=product.product_id,
            trust_company_id=product.terms.trust_company_id,
            published_by=disclosure.published_by,
            facts=disclosure.facts,
            documents=disclosure.documents,
            text_zh=disclosure.text_zh,
            text_en=disclosure.text_en,
        )
    )
