"""Clients on the wire, as they see themselves: nothing here says whether anybody is on a list."""

from typing import Annotated, Final, Literal

from pydantic import Field

from api.questionnaires import Questionnaire as Asked
from api.schemas.base import Answer, Body, name_of
from api.schemas.decimals import Day, IdText, Moment, format_day, format_moment
from exchange.client_state import Application as ApplicationRow
from exchange.client_state import Client
from exchange.client_types import (
    NO_OWNER,
    ApplicationRejection,
    ApplicationState,
    ProfileFact,
)
from exchange.limits import EVIDENCE_PER_SUBJECT_MAX
from exchange.profile import CertificationBasis, Profile
from exchange.questionnaire import next_test_on
from registry.types import DayNumber

BasisName = Literal["NET_ASSETS", "FINANCIAL_ASSETS", "INCOME", "LEGAL_PERSON", "DEEMED"]
RejectionName = Literal[
    "DOCUMENTS_INCOMPLETE", "NOT_QUALIFIED", "IDENTITY_NOT_ESTABLISHED", "OTHER"
]
ApplicationStateName = Literal["SUBMITTED", "APPROVED", "REJECTED"]
Standing = Literal["ACTIVE", "UNDER_REVIEW"]
Counts = Literal["VALID", "LAPSED"]
LEVEL_LETTER: Final = "C"
RENEWAL_DAYS: Final = 30
"""How long before its end a fact is among those to renew."""
ANSWERS_MAX: Final = 100
OWNER = Field(
    description="The party that stands for your beneficial owner: he himself, if he trades here, "
    "or another of his companies. Null: you yourself."
)


class SubmitApplicationBody(Body):
    """What you ask to be taken as."""

    basis: Annotated[
        BasisName,
        Field(description="On which you are a qualified investor; the first three of persons."),
    ]
    professional: Annotated[
        bool, Field(description="Whether you ask to be treated as a professional investor.")
    ] = False
    owner_party_id: Annotated[IdText | None, OWNER] = None
    evidence: Annotated[
        tuple[IdText, ...],
        Field(
            min_length=1,
            max_length=EVIDENCE_PER_SUBJECT_MAX,
            description="The `link_id` of documents of your own that prove it.",
            strict=False,
        ),
    ]


class Application(Answer):
    """What a party asks of the venue."""

    application_id: str
    party_id: str
    basis: Annotated[str, name_of(CertificationBasis)]
    professional: bool
    owner_party_id: str | None
    evidence: list[str]
    state: Annotated[str, name_of(ApplicationState)]
    submitted_at: Moment
    decided_at: Moment | None
    rejection: Annotated[str | None, name_of(ApplicationRejection)]


class OwnCertification(Answer):
    """You are a qualified investor."""

    basis: Annotated[str, name_of(CertificationBasis)]
    valid_until: Day
    """The last day."""
    state: Counts


class OwnRiskAssessment(Answer):
    """What risk you can bear."""

    level: Annotated[str, Field(examples=["C3"])]
    assessed_on: Day
    valid_until: Day
    """The last day."""
    state: Counts


class Renewal(Answer):
    """A fact that ends soon, or has ended."""

    fact: Annotated[str, name_of(ProfileFact)]
    last_day: Day
    days_left: int
    """The last day included; 0: it has ended."""


class OwnProfile(Answer):
    """What the venue knows of you, as far as it is yours to know."""

    party_id: str
    status: Standing
    """UNDER_REVIEW: an application or something else about you is being looked at."""
    certification: OwnCertification | None
    risk_assessment: OwnRiskAssessment | None
    next_assessment_on: Day
    """The first day on which you may answer the questionnaire again: at most twice a day, and eight
    times in twelve months."""
    professional: bool
    documents_due_by: Day | None
    """The last day on which who you are may be established anew."""
    to_renew: list[Renewal]


class Option(Answer):
    """An answer that may be given."""

    place: int
    """From 1."""
    zh: str
    en: str


class Question(Answer):
    """One of its options is the answer."""

    place: int
    """From 1."""
    zh: str
    en: str
    options: list[Option]


class Questionnaire(Answer):
    """What is asked about the risk that a client can bear."""

    version: int
    questions: list[Question]


class AnswerQuestionnaireBody(Body):
    """Your answers."""

    questionnaire: Annotated[int, Field(ge=1, le=1_000, description="The version you have read.")]
    answers: Annotated[
        tuple[Annotated[int, Field(ge=1, le=ANSWERS_MAX)], ...],
        Field(
            max_length=ANSWERS_MAX,
            description="The place of an option for each question, in their order. They stay "
            "outside the journal.",
            strict=False,
        ),
    ]


def application_shown(row: ApplicationRow) -> Application:
    """The application of a row."""
    return Application(
        application_id=str(row.application_id),
        party_id=str(row.party_id),
        basis=row.basis.name,
        professional=row.professional,
        owner_party_id=None if row.owner_id == NO_OWNER else str(row.owner_id),
        evidence=[str(link_id) for link_id in row.evidence],
        state=row.state.name,
        submitted_at=format_moment(row.submitted_at_ns),
        decided_at=None if row.decided_at_ns is None else format_moment(row.decided_at_ns),
        rejection=None if row.rejection is None else row.rejection.name,
    )


def own_profile(client: Client, *, waits: bool, today: DayNumber) -> OwnProfile:
    """What a client sees of itself.

    Args:
        waits: whether an application of its own waits, or the party is halted.
    """
    profile = client.profile
    diligence = profile.due_diligence
    return OwnProfile(
        party_id=str(client.party_id),
        status="UNDER_REVIEW" if waits or profile.listed else "ACTIVE",
        certification=own_certification(profile, today=today),
        risk_assessment=own_risk_assessment(profile, today=today),
        next_assessment_on=format_day(next_test_on(profile.assessments, today)),
        professional=profile.professional,
        documents_due_by=None if diligence is None else format_day(diligence.review_by),
        to_renew=renewals(client, today=today),
    )


def own_certification(profile: Profile, *, today: DayNumber) -> OwnCertification | None:
    """The certification of a profile."""
    certification = profile.certification
    if certification is None:
        return None
    return OwnCertification(
        basis=certification.basis.name,
        valid_until=format_day(certification.valid_until),
        state=_counts(certification.valid_until, today=today),
    )


def own_risk_assessment(profile: Profile, *, today: DayNumber) -> OwnRiskAssessment | None:
    """The risk assessment of a profile."""
    risk = profile.risk
    if risk is None:
        return None
    return OwnRiskAssessment(
        level=f"{LEVEL_LETTER}{risk.level}",
        assessed_on=format_day(risk.assessed_on),
        valid_until=format_day(risk.valid_until),
        state=_counts(risk.valid_until, today=today),
    )


def renewals(client: Client, *, today: DayNumber) -> list[Renewal]:
    """The facts that end soon or have ended."""
    ends = [(fact, client.last_day(fact)) for fact in ProfileFact]
    return [
        Renewal(fact=fact.name, last_day=format_day(last), days_left=max(0, last - today + 1))
        for fact, last in ends
        if last is not None and last - today < RENEWAL_DAYS
    ]


def questionnaire_shown(asked: Asked) -> Questionnaire:
    """The questions, without what their answers count."""
    return Questionnaire(
        version=asked.version,
        questions=[
            Question(
                place=number,
                zh=question.zh,
                en=question.en,
                options=[
                    Option(place=place, zh=option.zh, en=option.en)
                    for place, option in enumerate(question.options, start=1)
                ],
            )
            for number, question in enumerate(asked.questions, start=1)
        ],
    )


def _counts(last: DayNumber, *, today: DayNumber) -> Counts:
    return "VALID" if today <= last else "LAPSED"
