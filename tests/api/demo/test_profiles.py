"""What the demo's venue knows of its clients: enough for rules, and the same for the same seed."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from api import questionnaires
from api.cli.demo.profiles import (
    CERTIFIED_DAYS,
    NEVER_ASSESSED,
    REVIEW_DAYS,
    answers_of,
    facts_of,
)
from exchange.clients import BASES
from exchange.limits import CERTIFICATION_MONTHS_MAX
from exchange.profile import REVIEW_MONTHS, CddRisk, CertificationBasis
from exchange.questionnaire import level_of
from exchange.types import PartyKind
from registry.calendar import months_after
from registry.types import DayNumber
from tests.api.demo.market import DATA, OPENED_ON, SEED

OPENS = DayNumber((OPENED_ON - date(1970, 1, 1)).days)


def level(answers: tuple[int, ...]) -> int:
    score = questionnaires.load(questionnaires.CURRENT).score(answers)
    assert score is not None
    return level_of(score, version=questionnaires.CURRENT)


@pytest.mark.parametrize("wanted", range(1, 6))
def test_each_level_has_its_answers(wanted: int) -> None:
    assert level(answers_of(wanted)) == wanted


def test_persons_are_asked_and_most_of_them_can_bear_something() -> None:
    facts = {trader: facts_of(trader, SEED) for trader in DATA.traders}
    for trader, each in facts.items():
        kind = PartyKind.INSTITUTION if trader.is_institution else PartyKind.NATURAL_PERSON
        assert CertificationBasis[each.basis] in BASES[kind]
        is_asked = not trader.is_institution and trader.code != NEVER_ASSESSED
        assert (each.answers is not None) == is_asked
    levels = Counter(level(each.answers) for each in facts.values() if each.answers is not None)
    assert set(levels) == {1, 2, 3, 4, 5}
    assert 0.6 * levels.total() < levels[3] + levels[4] < 0.8 * levels.total()
    assert {each.cdd_risk for each in facts.values()} == set(CddRisk.__members__)


def test_what_is_stated_is_within_what_the_venue_takes() -> None:
    assert OPENS + CERTIFIED_DAYS[1] < months_after(OPENS, CERTIFICATION_MONTHS_MAX)
    for risk, (_, days) in REVIEW_DAYS.items():
        assert OPENS + days < months_after(OPENS, REVIEW_MONTHS[CddRisk[risk]])


def test_the_same_seed_knows_the_same() -> None:
    first, again = ([facts_of(trader, SEED) for trader in DATA.traders] for _ in range(2))
    assert first == again
    assert first != [facts_of(trader, SEED + 1) for trader in DATA.traders]
