"""What the demo's venue knows of its clients: persons answer the questionnaire, and an officer of
compliance states the rest, as at an admission. So rules can be given to any product of the demo.

    Level       C1   C2   C3   C4   C5
    of persons   5   15   35   35   10 in a hundred; institutions are professional investors
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from api import questionnaires
from api.cli.demo.chance import chance
from api.cli.demo.client import ApiClient, Request
from api.cli.demo.dataset import Trader

OFFICER: Final = ("operator-compliance", "COMPLIANCE")
"""Code and role of the operator's officer of compliance."""
LEVEL_WEIGHTS: Final = (5, 15, 35, 35, 10)
PERSON_BASES: Final = ("NET_ASSETS", "FINANCIAL_ASSETS", "INCOME")
INSTITUTION_BASES: Final = ("LEGAL_PERSON", "DEEMED")
LEAST_SCORES: Final = (0, 20, 40, 60, 80)
"""Of C1 to C5, in the questionnaire of today."""
CERTIFIED_DAYS: Final = (60, 330)
REVIEW_DAYS: Final = {"LOW": (400, 1_000), "MEDIUM": (300, 660), "HIGH": (90, 300)}
"""From the opening to the last day on which due diligence is current, by risk."""
RISK_WEIGHTS: Final = (85, 12, 3)
ENDS_TOMORROW: Final = "person-013"
"""Whose certification lapses first."""
NEVER_ASSESSED: Final = "person-012"
TIMID: Final = "person-014"
"""Of C2, beside plans of R4."""
TIMID_LEVEL: Final = 2
OWNERS: Final = {"person-011": "institution-05"}
"""Persons whose money is somebody else's, and whose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """What is established of one trader when he is admitted."""

    basis: str
    certified_days: int
    cdd_risk: str
    review_days: int
    answers: tuple[int, ...] | None
    """To the questionnaire; None: he was not asked, as institutions are not."""


def facts_of(trader: Trader, seed: int) -> ClientFacts:
    """The trader's, the same for the same seed."""
    drawn = chance(seed, f"profile {trader.code}")
    bases = INSTITUTION_BASES if trader.is_institution else PERSON_BASES
    (cdd_risk,) = drawn.choices(tuple(REVIEW_DAYS), RISK_WEIGHTS)
    (level,) = drawn.choices(range(1, len(LEVEL_WEIGHTS) + 1), LEVEL_WEIGHTS)
    level = TIMID_LEVEL if trader.code == TIMID else level
    return ClientFacts(
        basis=drawn.choice(bases),
        certified_days=1 if trader.code == ENDS_TOMORROW else drawn.randint(*CERTIFIED_DAYS),
        cdd_risk=cdd_risk,
        review_days=drawn.randint(*REVIEW_DAYS[cdd_risk]),
        answers=None
        if trader.is_institution or trader.code == NEVER_ASSESSED
        else answers_of(level),
    )


def answers_of(level: int) -> tuple[int, ...]:
    """The most timid answers that make this level, 1 to 5."""
    questions = questionnaires.load(questionnaires.CURRENT).questions
    least = LEAST_SCORES[level - 1]
    points = [[option.points for option in question.options] for question in questions]
    chosen = [min(each) for each in points]
    for place, each in enumerate(points):
        for bolder in sorted(each):
            if sum(chosen) < least:
                chosen[place] = bolder
    return tuple(each.index(point) + 1 for each, point in zip(points, chosen, strict=True))


class Admissions:
    """The officer of compliance at work, and the clients who answer."""

    def __init__(
        self,
        *,
        seed: int,
        opened_on: str,
        parties: Mapping[str, str],
        keys: Mapping[str, str],
        client: ApiClient,
    ) -> None:
        """Args:
        opened_on: a day, YYYY-MM-DD, from which all days are counted.
        parties, keys: by code, complete when somebody is admitted.
        """
        self._seed = seed
        self._opened_on = date.fromisoformat(opened_on)
        self._parties = parties
        self._keys = keys
        self._client = client

    async def admit(self, trader: Trader) -> None:
        """Have his facts stated, and the questionnaire answered if he is asked.

        Raises:
            Refused: the venue does not take them.
            VenueGone: the venue does not answer.
        """
        facts = facts_of(trader, self._seed)
        officer, _ = OFFICER
        certification = {"basis": facts.basis, "valid_until": self._day(facts.certified_days)}
        due_diligence = {"risk": facts.cdd_risk, "review_by": self._day(facts.review_days)}
        owner = OWNERS.get(trader.code)
        stated = Request(
            method="POST",
            path=f"/v1/compliance/parties/{self._parties[trader.code]}/facts",
            key=self._keys[officer],
            body={
                "certification": certification,
                "due_diligence": due_diligence,
                "professional": trader.is_institution,
                "ownership": owner and {"owner_party_id": self._parties[owner]},
            },
            idempotency_key=f"facts-{trader.code}",
        )
        await self._client.send(stated, dict)
        if facts.answers is not None:
            answered = Request(
                method="POST",
                path="/v1/risk-assessments",
                key=self._keys[trader.code],
                body={"questionnaire": questionnaires.CURRENT, "answers": list(facts.answers)},
                idempotency_key=f"answers-{trader.code}",
            )
            await self._client.send(answered, dict)

    def _day(self, days: int) -> str:
        return (self._opened_on + timedelta(days=days)).isoformat()
