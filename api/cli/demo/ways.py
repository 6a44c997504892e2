"""How transfers of the demo's products go: most as in a sandbox, a few use more steps of the way.

Product     Way          Beyond match and one confirmation
6, 12, 24   AGREEMENT    both sign, the buyer hands his risk statement in and may cool off
11          LAW          the same, under the rules of collective plans and of a licensed venue
14          LISTING      the same, under those of an ordinary venue: units are listed, by name
23          JAPAN        the same, under the rules of another country
18          DEPOSIT      the same, and an order reserves a tenth: the buyer pays the rest later
13          REVIEW       an officer claims and proposes, another one decides
16          SIGNED       an officer signs what he decides
21          PREEMPTION   three holders are asked whether they take the buyer's place
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from api.cli.demo.papers import CHECKLIST, JAPANESE_CHECKLIST, LAWFUL_CHECKLIST, Checklist


class Way(Enum):
    """What a product uses, as it is told of what has settled."""

    SANDBOX = "by one confirmation"  # and nothing else
    AGREEMENT = "by agreement"  # with documents and cooling-off
    LAW = "under the law"  # with every rule of its packs, and all papers that they ask for
    LISTING = "as listed under the law"  # without a book, and without a lot of the venue's
    JAPAN = "as in Japan"  # with a notice of a fixed date
    DEPOSIT = "after a deposit"  # and by agreement
    REVIEW = "after review"  # by maker and checker
    SIGNED = "by signature"  # of an officer
    PREEMPTION = "past right-holders"  # or to one of them


WAY_OF_PRODUCT: Final = {
    6: Way.AGREEMENT,
    11: Way.LAW,
    12: Way.AGREEMENT,
    13: Way.REVIEW,
    14: Way.LISTING,
    16: Way.SIGNED,
    18: Way.DEPOSIT,
    21: Way.PREEMPTION,
    23: Way.JAPAN,
    24: Way.AGREEMENT,
}
"""By the product's number; the others are SANDBOX."""
RIGHT_HOLDERS: Final = 3
CHECKLISTS: Final[Mapping[Way, Checklist]] = {
    Way.LAW: LAWFUL_CHECKLIST,
    Way.LISTING: LAWFUL_CHECKLIST,
    Way.JAPAN: JAPANESE_CHECKLIST,
}
"""Of others with an agreement it is CHECKLIST."""
_AGREEMENT: Final[Mapping[str, object]] = {
    "agreement": True,
    "cooling_off_hours": 24,
    "checklist": CHECKLIST,
    "returns_max": 2,
    "fault_fee": {"rate_bps": 10, "maximum": "20000.00"},
}
TERMS: Final[Mapping[Way, Mapping[str, object]]] = {
    Way.SANDBOX: {},
    Way.AGREEMENT: _AGREEMENT,
    **{
        way: {**_AGREEMENT, "onboarding": True, "checklist": checklist}
        for way, checklist in CHECKLISTS.items()
    },
    Way.DEPOSIT: {**_AGREEMENT, "deposit_bps": 1_000},
    Way.REVIEW: {"review": True},
    Way.SIGNED: {"signed_decisions": True},
    Way.PREEMPTION: {"preemption_days": 2},
}
"""What a product of each way asks of its transfers beyond a sandbox's; the right-holders come to
those of PREEMPTION."""
ONE_EACH: Final = {
    Way.LAW: "every rule of collective plans and of a licensed venue",
    Way.LISTING: "every rule of collective plans and of an ordinary venue, by listings",
    Way.JAPAN: "the rules of another country",
    Way.DEPOSIT: "a tenth at the match, the rest later",
    Way.REVIEW: "one officer proposes, another one decides",
    Way.SIGNED: "officers sign what they decide",
    Way.PREEMPTION: "holders may take the buyer's place",
}
"""What a newcomer is told of the products of their own."""
PACKS: Final[Mapping[Way, tuple[str, ...]]] = {
    Way.LAW: ("CN-2007", "CN-VENUE-LICENSED"),
    Way.LISTING: ("CN-2007", "CN-VENUE-38"),
    Way.JAPAN: ("JP-TBI",),
}
"""The rules of products that have any."""
BY_AGREEMENT: Final = frozenset({Way.AGREEMENT, Way.DEPOSIT, *PACKS})
"""Buyer and seller sign, documents are read, and an officer may return them."""


def checklist_of(way: Way, side: str) -> Checklist:
    """What is asked of one side of a transfer that goes this way, if it has an agreement.

    Args:
        side: BUYER or SELLER.
    """
    return tuple(each for each in CHECKLISTS.get(way, CHECKLIST) if each["of"] == side)
