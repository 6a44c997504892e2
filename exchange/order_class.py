"""Which orders of a product may meet at all, by who gives them and whether they are of all that
their party has: the classes of its book, compiled from its rules.

                                        sellers
                        0 a person's   1 all of a     2 an institution's   3 all of an
      buyers              part          person's         part               institution's
      0 natural person   not 01            ✓            not 02               not 02
      1 institution         ✓              ✓            03: ALLOW               ✓

01 to 03 are CN-SPLIT-01 to 03. The classes keep apart what never trades; what depends on more than
the order is asked of each pair again (exchange/match_veto.py). A person's order is of class 1 only
if one buyer takes all of it (ORD-02). Source: docs/decisions/0033-split-and-owners.md.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Final, NamedTuple

from exchange.rules.checks.pair import Split
from exchange.rules.types import Rule, Stage
from matching import CounterpartyMatrix


class BuyClass(IntEnum):
    """Who buys: the rows of the matrix."""

    NATURAL_PERSON = 0  # a person
    INSTITUTION = 1  # anybody else


class SellClass(IntEnum):
    """Who sells, and whether it is all that he has: the columns of the matrix."""

    PART = 0  # of what a natural person has
    WHOLE = 1  # all that a natural person has, for one buyer
    INSTITUTION_PART = 2  # of what an institution has, or all of it where parts may go
    INSTITUTION_WHOLE = 3  # all that an institution has, where parts do not go to others


# Looking a member up on its Enum costs ten times the comparison.
NATURAL_BUYER: Final = BuyClass.NATURAL_PERSON
INSTITUTION_BUYER: Final = BuyClass.INSTITUTION
PART: Final = SellClass.PART
WHOLE: Final = SellClass.WHOLE
INSTITUTION_PART: Final = SellClass.INSTITUTION_PART
INSTITUTION_WHOLE: Final = SellClass.INSTITUTION_WHOLE

MUST_BE_WHOLE: Final = frozenset({WHOLE, INSTITUTION_WHOLE})
"""What these orders offer is all that their party has, as long as they stand."""


class Classes(NamedTuple):
    """What a product's rules keep apart."""

    splits_to_natural: bool
    """CN-SPLIT-01: natural persons take no part of a holding."""
    institutions_to_natural: bool
    """CN-SPLIT-02: nor anything of an institution's."""
    institutions_split: bool
    """CN-SPLIT-03: an institution takes no part of another's holding."""

    @property
    def matrix(self) -> CounterpartyMatrix:
        """Which classes of buyers may trade with which of sellers. Cost: O(1)."""
        of_institutions = not self.institutions_to_natural
        return CounterpartyMatrix(
            (
                (not self.splits_to_natural, True, of_institutions, of_institutions),
                (True, True, not self.institutions_split, True),
            )
        )

    def of_buyer(self, *, is_natural: bool) -> BuyClass:
        """The class of a buy order. Cost: O(1)."""
        return NATURAL_BUYER if is_natural else INSTITUTION_BUYER

    def all_matters(self, *, is_natural: bool, is_whole_only: bool) -> bool:
        """Whether a sell order's class depends on its being of all that its party has: of most it
        does not, and need not be counted. Cost: O(1)."""
        return is_whole_only if is_natural else self.institutions_split

    def of_seller(self, *, is_natural: bool, is_whole: bool, is_whole_only: bool) -> SellClass:
        """The class of a sell order.

        Args:
            is_whole: it offers all that the seller has, and nothing is on its way to him; where
                that does not matter, either.
            is_whole_only: one buyer takes all of it.

        Cost: O(1).
        """
        if is_natural:
            return WHOLE if is_whole and is_whole_only else PART
        if is_whole and self.institutions_split:
            return INSTITUTION_WHOLE
        return INSTITUTION_PART


def classes_of(rules: Iterable[Rule], product_type: str) -> Classes | None:
    """What these rules keep apart that are asked at a match; None: nothing. Cost: O(rules)."""
    asked = [rule for rule in rules if Stage.MATCH in rule.stages and rule.is_about(product_type)]
    known = {rule.rule_id for rule in asked}
    blocks = any(
        isinstance(rule.params, Split) and rule.params.inst_split_to_inst == "BLOCK"
        for rule in asked
    )
    classes = Classes("CN-SPLIT-01" in known, "CN-SPLIT-02" in known, blocks)
    return classes if any(classes) else None
