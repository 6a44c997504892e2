"""Random halts: mostly possible ones, and lifted before long, so that trade goes on."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from exchange.halt_commands import HaltCommand, HaltTrade, LiftHalt
from exchange.halt_types import HaltId, HaltLevel, HaltReason
from exchange.types import OPERATOR_ID, PartyId, PartyKind
from registry.types import TimeNs
from tests.properties.exchange_pair import ExchangePair

UNKNOWN: Final = 999_999
DAY_NS: Final = 86_400 * 10**9
NOTES: Final = ("default", "default", "延期公告", "", "  ", "two\nlines", "x" * 200, "x" * 201)


class RandomHalts:
    """Draws who halts what, and who lifts it."""

    def __init__(
        self, pair: ExchangePair, key: Callable[[], str], *, anybody: tuple[PartyId, ...]
    ) -> None:
        self.pair = pair
        self.key = key
        self.anybody = anybody

    def command(self, draw: Random) -> HaltCommand:
        """A halt, or mostly the end of one: trade is to go on."""
        standing = [halt for halt in self.pair.model.halts if halt.lifted is None]
        if draw.random() < (0.9 if standing else 0.75):
            return self.lift(draw)
        is_wide = draw.random() < 0.15
        kinds = self.pair.model.kinds
        opened = self.pair.model.opened
        in_pairs = opened is not None and opened.four_eyes
        # What two lift stands for long.
        keepers = [OPERATOR_ID] if not in_pairs or draw.random() < 0.1 else []
        keepers += [each for each, kind in kinds.items() if kind is PartyKind.REGULATOR]
        subject_id = draw.choice((0, 0, 0, 1)) if is_wide else UNKNOWN
        if not is_wide and self.pair.model.products and draw.random() < 0.95:
            product = draw.choice(list(self.pair.model.products.values()))
            subject_id = product.product_id
            keepers.append(product.terms.trust_company_id)
        level = HaltLevel.VENUE if is_wide else HaltLevel.PRODUCT
        if not is_wide and draw.random() < 0.25:
            level, subject_id = HaltLevel.PARTY, draw.choice((*self.anybody, PartyId(UNKNOWN)))
        ahead_ns = draw.choice((1, DAY_NS, DAY_NS, 30 * DAY_NS, 30 * DAY_NS + 1, 0, -1))
        return HaltTrade(
            actor=draw.choice(keepers if draw.random() < 0.9 else self.anybody),
            key=self.key(),
            level=level,
            subject_id=subject_id,
            reason=draw.choice(list(HaltReason)),
            note=draw.choice(NOTES[:3]) if draw.random() < 0.9 else draw.choice(NOTES),
            review_ns=TimeNs(self.pair.at_ns + ahead_ns),
            officer="halter",
        )

    def lift(self, draw: Random) -> LiftHalt:
        """Mostly of one that stands, by whoever gave it."""
        halts = [halt for halt in self.pair.model.halts if halt.lifted is None]
        if draw.random() < 0.05:
            halts = self.pair.model.halts
        halt = draw.choice(halts) if halts else None
        actor = OPERATOR_ID if halt is None else halt.given.actor
        return LiftHalt(
            actor=actor if draw.random() < 0.95 else draw.choice(self.anybody),
            key=self.key(),
            halt_id=HaltId(UNKNOWN if halt is None else halt.number),
            note=draw.choice(NOTES[:3]) if draw.random() < 0.9 else draw.choice(NOTES),
            officer="lifter",
        )
