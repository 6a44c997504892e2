"""What a row of the table of edge cases is, and the settings in which rows are tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from api.founding import Licence
from exchange.types import VenueProfile
from tests.scenarios.scene import Crowd, Setting, Step, Who


@dataclass(frozen=True, kw_only=True)
class EdgeCase:
    """One row of the table."""

    case: str
    source: str
    setting: Setting
    before: tuple[Step, ...] = ()
    tries: Step
    verdict: str


PERSON: Final = Who()
FOUR: Final = Who(units="4000000")
FIVE: Final = Who(units="5000000")
INSTITUTION: Final = Who(kind="INSTITUTION")
IN_CHINA: Final[dict[str, Any]] = {"transfer_terms": {"calendar_id": "CN_WORKING"}}
REVIEWED: Final = {"calendar_id": "CN_WORKING", "review": True}
ORDINARY: Final = Licence(profile=VenueProfile.CN_VENUE_38)


def few(crowd: int, **people: Who) -> Setting:
    """A collective trust plan with so many natural persons of 1,000,000 besides these."""
    return Setting(
        packs=("CN-2007",),
        terms=IN_CHINA,
        people={"buyer": INSTITUTION} | people,
        crowd=Crowd(number=crowd),
    )


def all_of(crowd: int, *overrides: dict[str, str], **people: Who) -> Setting:
    """A product of an ordinary venue with so many holders besides these."""
    return Setting(
        packs=("CN-VENUE-38",),
        overrides=overrides,
        terms=IN_CHINA,
        people={"seller": Who(units="9000000"), "buyer": INSTITUTION} | people,
        crowd=Crowd(number=crowd),
    )


def rich(*packs: str, drafts: tuple[str, ...] = ()) -> Setting:
    """200 natural persons of 3,000,000 hold, and somebody who would sell a part."""
    return Setting(
        packs=packs,
        drafts=drafts,
        terms=IN_CHINA,
        people={"seller": Who(units="9000000"), "buyer": INSTITUTION},
        crowd=Crowd(number=199, units="3000000"),
    )


def two(
    pack: str = "CN-2007",
    *,
    seller: Who = FIVE,
    buyer: Who = PERSON,
    only: tuple[str, ...] = (),
    **terms: Any,
) -> Setting:
    """Two natural persons, one of whom holds, if they are not others."""
    return Setting(
        packs=(pack,),
        only=only,
        terms=IN_CHINA | terms,
        people={"seller": seller, "buyer": buyer},
    )


def in_the_book(*packs: str, seller: Who, buyer: Who, **terms: Any) -> Setting:
    """A product whose orders are matched continuously."""
    return Setting(
        packs=packs,
        terms=IN_CHINA | terms,
        mode="CONTINUOUS",
        people={"seller": seller, "buyer": buyer},
    )


TWO_MILLION: Final = "2000000"
