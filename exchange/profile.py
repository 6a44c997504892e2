"""What is known of a party that a rule judges by: certification, risk level, due diligence.

Facts only, no verdict: which of them a product asks for is in its rule packs. Days are days of
Asia/Shanghai. Source: domain D1 (QI-01, QI-02, QI-07, SUI-01, SUI-02, PTY-01, PTY-02, PTY-04).
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

import msgspec

from exchange.types import PartyId
from registry.calendar import months_after
from registry.types import DayNumber


class CertificationBasis(IntEnum):
    """Why an investor counts as qualified. The numbers are stored: never reuse one."""

    NET_ASSETS = 1  # a person of net financial assets of 3,000,000, and two years of experience
    FINANCIAL_ASSETS = 2  # of financial assets of 5,000,000, and two years of experience
    INCOME = 3  # of an income of 400,000 in each of three years, and two years of experience
    LEGAL_PERSON = 4  # a legal person of net assets of 10,000,000
    DEEMED = 5  # a financial institution, or another that the law deems qualified


class Certification(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """That a party is a qualified investor."""

    basis: CertificationBasis
    valid_until: DayNumber
    """The last day on which it counts."""


class RiskAssessment(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How much risk a party can bear, by its last questionnaire."""

    level: int
    """C1 to C5 as 1 to 5."""
    assessed_on: DayNumber
    valid_until: DayNumber
    """The last day on which it counts."""


class CddRisk(IntEnum):
    """How closely a party is looked at. The numbers are stored: never reuse one."""

    LOW = 1  # looked at most seldom
    MEDIUM = 2  # more often
    HIGH = 3  # most often


REVIEW_MONTHS: Final[Mapping[CddRisk, int]] = {
    CddRisk.LOW: 36,
    CddRisk.MEDIUM: 24,
    CddRisk.HIGH: 12,
}
"""After how many months at the latest a client is looked at anew, whatever the products that he
deals in; their rules may ask for less. Source: domain D1, PTY-04."""


class DueDiligence(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """When the venue looked last at who a party is, as the day until which that holds."""

    risk: CddRisk
    review_by: DayNumber
    """The last day on which it is current."""


class Profile(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What is known of one party. Nothing is known of a party that was just admitted."""

    certification: Certification | None = None
    risk: RiskAssessment | None = None
    assessments: tuple[DayNumber, ...] = ()
    """The days of the last 12 months' risk tests, oldest first; a day of two tests is there twice.
    """
    professional: bool = False
    """A professional investor: not matched against the product's risk."""
    due_diligence: DueDiligence | None = None
    listed: bool = False
    """Sanctioned, or held back by compliance. CONFIDENTIAL: never shown to a party."""
    owner_id: int = 0
    """The beneficial owner; 0: the party itself."""
    affiliate_of: tuple[PartyId, ...] = ()
    """Trust companies to which the party belongs."""
    layers: int = 0
    """Of products in which the party, itself one, invests on."""
    lookthrough_count: int = 1
    """As how many holders the party counts: a nominee or a trust as those for whom it holds."""
    certified_on: DayNumber | None = None
    """The day on which compliance has certified it; None: it never has."""
    reviewed_on: DayNumber | None = None
    """The day of the last due diligence; None: there was none."""


EMPTY_PROFILE: Final = Profile()
"""Of a party of which nothing is known yet."""


def counts_until(last_day: DayNumber, *, since: DayNumber | None, months: int | None) -> DayNumber:
    """The last day of a fact that ends with `last_day`, by a rule that lets it be no older than so
    many months: with the date on which they are over it counts no more. Cost: O(1).

    Args:
        since: the day on which it was established.
        months: None: the rule leaves it to whoever has established it.
    """
    if months is None:
        return last_day
    assert since is not None, last_day
    return min(last_day, DayNumber(months_after(since, months) - 1))
