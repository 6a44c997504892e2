"""From a product's admission to its end: which states it has, what leads from one to the next, and
what may happen in each.

State       Event     Next        Who causes it
DRAFT       SIGN_OFF  SIGNED_OFF  its trust company, naming the terms that it has read
SIGNED_OFF  OPEN      LIVE        the operator, when the opening register is posted
LIVE        SUSPEND   SUSPENDED   the operator
SUSPENDED   RESUME    LIVE        the operator
SUSPENDED   CLOSE     CLOSED      the operator, when no transfer is open

A product whose terms do not ask for a sign-off begins LIVE. In every state but LIVE no order is
taken; those that rest keep their place while it is suspended.
"""

from enum import IntEnum
from typing import Final

import msgspec

from registry.posting import Posting


class ProductState(IntEnum):
    """Where a product is between admission and end. The numbers are stored: never reuse one."""

    DRAFT = 1  # the operator has entered it; its trust company has not agreed
    SIGNED_OFF = 2  # the trust company stands by these terms; its register can be posted
    LIVE = 3  # orders are taken
    SUSPENDED = 4  # no order is taken; transfers go on
    CLOSED = 5  # nothing happens any more


class ProductEvent(IntEnum):
    """What may happen to a product. The numbers are stored: never reuse one."""

    SIGN_OFF = 1  # the trust company has agreed to the terms
    OPEN = 2  # trade begins
    SUSPEND = 3  # trade stops
    RESUME = 4  # trade goes on
    CLOSE = 5  # trade has ended for good


TRANSITIONS: Final = {
    (ProductState.DRAFT, ProductEvent.SIGN_OFF): ProductState.SIGNED_OFF,
    (ProductState.SIGNED_OFF, ProductEvent.OPEN): ProductState.LIVE,
    (ProductState.LIVE, ProductEvent.SUSPEND): ProductState.SUSPENDED,
    (ProductState.SUSPENDED, ProductEvent.RESUME): ProductState.LIVE,
    (ProductState.SUSPENDED, ProductEvent.CLOSE): ProductState.CLOSED,
}
"""A pair without a row is refused before it comes here."""

POSTING_STATES: Final = {
    Posting.OPENING: frozenset({ProductState.SIGNED_OFF, ProductState.LIVE}),
    Posting.CHANGES: frozenset({ProductState.LIVE, ProductState.SUSPENDED}),
}
"""In which states a file of each kind is posted."""

LIVE: Final = ProductState.LIVE
"""Looking a member up on its Enum costs ten times the comparison."""


class Standing(msgspec.Struct, kw_only=True, eq=False):
    """Where one product is, and how often that has changed."""

    state: ProductState
    version: int = 1

    def may(self, event: ProductEvent) -> bool:
        """Whether this can happen now."""
        return (self.state, event) in TRANSITIONS

    def advance(self, event: ProductEvent) -> None:
        """Let it happen. The one place that assigns a product's state."""
        self.state = TRANSITIONS[self.state, event]
        self.version += 1


def first_standing(*, onboarding: bool) -> Standing:
    """Of a product that was just entered; with `onboarding` its trust company has to agree."""
    return Standing(state=ProductState.DRAFT if onboarding else LIVE)
