"""A checker approves what is known of the parties and the product's rules as the maker saw them:
when they change, what was proposed lapses, and says so; what is confidential changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exchange.check import check
from exchange.client_types import ListingReason
from exchange.commands import AnyCommand
from exchange.criteria import criteria
from exchange.events import AnyEvent
from exchange.profile import CddRisk, CertificationBasis
from exchange.refusals import Refusal
from exchange.review_events import ApprovalsLapsed, Concern
from exchange.rules.types import Override
from exchange.rules_commands import SetProductRules
from exchange.slots import Caps
from exchange.snapshot import decode_state, digest, encode_state
from exchange.types import OPERATOR_ID, Fen
from tests.exchange.caps import PACK, cap
from tests.exchange.compliance import Compliance
from tests.exchange.papers import of_party
from tests.exchange.reviewing import Reviewing
from tests.exchange.steps import transfer_of

INCOME = CertificationBasis.INCOME
CAPS = Caps(natural_small_max=40, natural_threshold=Fen(1), holders_max=200)


@pytest.fixture
def on() -> Reviewing:
    return Reviewing()


@pytest.fixture
def at(on: Reviewing) -> Compliance:
    return Compliance(on.venue)


def lapsed(on: Reviewing) -> Concern | None:
    """The clock goes on: what had changed of what was proposed; None: it still stands."""
    return concern(on.venue.waits(0))


def concern(events: tuple[AnyEvent, ...]) -> Concern | None:
    found = [each.changed for each in events if isinstance(each, ApprovalsLapsed)]
    assert len(found) <= 1, found
    return found[0] if found else None


def stays_open(on: Reviewing) -> None:
    """A day of a fact is a day of the world; the decision's days are shorter."""
    transfer_of(on.venue, on.transfer_id).decision_ns = None


@pytest.mark.parametrize("of", ["seller", "buyer"])
def test_what_was_proposed_lapses_when_something_else_is_known_of_a_party(
    on: Reviewing, at: Compliance, of: str
) -> None:
    on.is_proposed()
    agreed = on.confirm(on.shen)
    on.venue.does(at.record(getattr(on.venue, of), at.certified(basis=INCOME)))
    assert on.venue.refuses(agreed) is Refusal.CRITERIA_STALE
    assert lapsed(on) is Concern.PARTIES
    assert (on.state_name, on.case.changed) == ("SUBMITTED", Concern.PARTIES)
    again = decode_state(encode_state(on.venue.state))
    assert digest(again) == digest(on.venue.state)
    on.is_proposed()
    assert on.case.changed == Concern(0)
    on.venue.does(on.confirm(on.shen))


def test_another_partys_facts_leave_it_alone(on: Reviewing, at: Compliance) -> None:
    on.is_proposed()
    on.venue.does(at.record(on.venue.other, at.certified()))
    assert lapsed(on) is None
    on.venue.does(on.confirm(on.shen))


def test_what_was_proposed_lapses_when_a_fact_is_over(on: Reviewing, at: Compliance) -> None:
    on.venue.does(at.record(on.venue.buyer, at.certified(1, basis=INCOME)))
    on.is_proposed()
    stays_open(on)
    agreed = on.confirm(on.shen)
    at.begins(at.day(1))  # its last day
    assert on.state_name == "UNDER_REVIEW"
    at.begins(at.day(1))
    assert (on.state_name, on.case.changed) == ("SUBMITTED", Concern.PARTIES)
    assert on.venue.refuses(agreed) is Refusal.TRANSFER_VERSION_STALE
    check(on.venue.state)


CONFIDENTIAL: dict[str, Callable[[Reviewing, Compliance], AnyCommand]] = {
    "listed": lambda on, at: at.listing(on.venue.buyer, ListingReason.SUSPICION),
    "watched": lambda on, at: at.record(
        on.venue.buyer, at.facts(due_diligence=at.looked_at(risk=CddRisk.HIGH))
    ),
}


@pytest.mark.parametrize("what", CONFIDENTIAL)
def test_what_is_confidential_is_in_no_criteria_and_lapses_nothing(
    on: Reviewing, at: Compliance, what: str
) -> None:
    on.venue.does(at.record(on.venue.buyer, at.facts(due_diligence=at.looked_at())))
    on.is_proposed()
    before = on.criteria
    on.venue.does(CONFIDENTIAL[what](on, at))
    assert on.criteria == before
    assert lapsed(on) is None


def setting(on: Reviewing, *packs: str, overrides: tuple[Override, ...] = ()) -> SetProductRules:
    return SetProductRules(
        actor=OPERATOR_ID,
        key=on.venue.key(),
        product_id=on.venue.product_id,
        packs=packs,
        overrides=overrides,
    )


def test_what_was_proposed_lapses_when_the_product_has_other_rules(on: Reviewing) -> None:
    on.is_proposed()
    cap(on.venue, CAPS)
    assert lapsed(on) is Concern.RULES
    on.is_proposed()
    stricter = Override("HC-02", "holders_max", 100)
    on.venue.does(setting(on, PACK, overrides=(stricter,)))
    assert on.venue.refuses(on.confirm(on.shen)) is Refusal.CRITERIA_STALE
    assert lapsed(on) is Concern.RULES
    on.is_proposed()
    on.venue.does(setting(on, PACK, overrides=(stricter,)))
    assert lapsed(on) is None


def test_a_pack_that_takes_effect_lapses_what_was_proposed_by_the_one_before(
    on: Reviewing, at: Compliance
) -> None:
    cap(on.venue, CAPS)
    on.is_proposed()
    cap(on.venue, CAPS)
    assert lapsed(on) is Concern.RULES
    on.is_proposed()
    stays_open(on)
    cap(on.venue, CAPS, in_days=1)
    assert lapsed(on) is None
    at.begins(at.day(1))
    assert (on.state_name, on.case.changed) == ("SUBMITTED", Concern.RULES)
    check(on.venue.state)


def test_a_midnight_that_changes_no_rule_lapses_nothing(on: Reviewing, at: Compliance) -> None:
    cap(on.venue, CAPS)
    on.is_proposed()
    stays_open(on)
    at.begins(at.day(1))
    assert (on.state_name, on.case.lapsed) == ("UNDER_REVIEW", None)
    check(on.venue.state)


def test_all_that_has_changed_is_named(on: Reviewing, at: Compliance) -> None:
    on.is_proposed()
    on.venue.does(of_party(on.venue, on.venue.buyer))
    on.venue.does(at.record(on.venue.seller, at.certified(basis=INCOME)))
    assert lapsed(on) is Concern.DOCUMENTS | Concern.PARTIES


def test_each_of_the_three_is_of_the_criteria(on: Reviewing, at: Compliance) -> None:
    """Two states that differ in one fact alone have other criteria."""
    transfer = transfer_of(on.venue, on.transfer_id)
    seen = {criteria(on.venue.state, transfer)}
    for facts in (
        at.certified(basis=INCOME),
        at.facts(professional=True),
        at.certified(200, basis=INCOME),
    ):
        on.venue.does(at.record(on.venue.buyer, facts))
        seen.add(criteria(on.venue.state, transfer))
    cap(on.venue, CAPS)
    seen.add(criteria(on.venue.state, transfer))
    assert len(seen) == 5
