"""A row that attacks a rule, and a deal that turns."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from exchange.rules.facts import Deal
from exchange.rules.types import Cure, Verdict

NO_PARAMS: Final = MappingProxyType[str, Any]({})


class Row(NamedTuple):
    """What a rule says of a deal."""

    rule_id: str
    title: str
    deal: Deal
    expected: Verdict
    params: Mapping[str, Any] = NO_PARAMS
    cures: tuple[Cure, ...] | None = None
    """Of a failure, if the row is about them."""


class Turn(NamedTuple):
    """A deal twice: it passes, then time or something else has happened and it does not."""

    rule_id: str
    title: str
    before: Deal
    after: Deal
    params: Mapping[str, Any] = NO_PARAMS
    then: Mapping[str, Any] = NO_PARAMS
    """Parameters that the product has got meanwhile, or a new version of the pack."""
    becomes: Verdict = Verdict.BLOCK


PASS: Final = Verdict.PASS
WARN: Final = Verdict.WARN
HOLD: Final = Verdict.HOLD
BLOCK: Final = Verdict.BLOCK
NOT_APPLICABLE: Final = Verdict.NOT_APPLICABLE
