"""Why two who agree on a price do not meet: the rules of two parties by their numbers."""

from enum import IntEnum
from typing import Final


class MatchRule(IntEnum):
    """A rule that keeps two orders apart. The numbers are stored: never reuse one."""

    NATURAL_HOLDERS = 1  # HC-01: too many natural persons with little principal
    ALL_HOLDERS = 2  # HC-02: too many holders
    TURNAROUND = 3  # VEN-03: one of them has lately traded the other way
    SPLIT_TO_NATURAL = 4  # CN-SPLIT-01: a natural person would get a part of a holding
    INSTITUTION_TO_NATURAL = 5  # CN-SPLIT-02: a natural person would get an institution's units
    INSTITUTION_SPLIT = 6  # CN-SPLIT-03: an institution would get a part of another's holding
    SAME_OWNER = 7  # PTY-01: both have one beneficial owner
    BUYER_MINIMUM = 8  # QI-04: the buyer would have less than the minimum
    SELLER_REMAINDER = 9  # QI-05: the seller would keep less than the minimum
    PRICE_BAND = 10  # PRC-01: the price has come to be too far from the reference
    DISCLOSURE_OLD = 11  # PRD-05: what is disclosed has come to be too old
    LOOK_THROUGH = 12  # QI-TOT-07: a product would hold much of the other


RULE_IDS: Final = {
    MatchRule.NATURAL_HOLDERS: "HC-01",
    MatchRule.ALL_HOLDERS: "HC-02",
    MatchRule.TURNAROUND: "VEN-03",
    MatchRule.SPLIT_TO_NATURAL: "CN-SPLIT-01",
    MatchRule.INSTITUTION_TO_NATURAL: "CN-SPLIT-02",
    MatchRule.INSTITUTION_SPLIT: "CN-SPLIT-03",
    MatchRule.SAME_OWNER: "PTY-01",
    MatchRule.BUYER_MINIMUM: "QI-04",
    MatchRule.SELLER_REMAINDER: "QI-05",
    MatchRule.PRICE_BAND: "PRC-01",
    MatchRule.DISCLOSURE_OLD: "PRD-05",
    MatchRule.LOOK_THROUGH: "QI-TOT-07",
}
"""Which rule of a pack that is."""
OF_SLOTS: Final = (
    MatchRule.NATURAL_HOLDERS,
    MatchRule.ALL_HOLDERS,
    MatchRule.TURNAROUND,
)
"""Those that a product's caps keep (exchange/slots.py); the others are asked of the pair
(exchange/pair_judging.py)."""
OF_DEALS: Final = (MatchRule.PRICE_BAND, MatchRule.DISCLOSURE_OLD)
"""Those that a person may let pass."""
SLOT_RULE_IDS: Final = frozenset(RULE_IDS[rule] for rule in OF_SLOTS)
MATCH_RULES: Final = {rule_id: rule for rule, rule_id in RULE_IDS.items()}
