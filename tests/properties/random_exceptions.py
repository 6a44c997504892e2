"""Random commands about exceptions: what the edge tells, and what people say to what is open."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from exchange.desk_commands import RaiseException, ResolveException
from exchange.late_decision import LateDecision
from exchange.types import (
    OPERATOR_ID,
    ExceptionCode,
    ExceptionId,
    ExceptionKind,
    OfficerId,
    PartyId,
    RejectionReason,
)
from registry.transfer import TransferEvent
from tests.properties.exchange_pair import ExchangePair

UNKNOWN: Final = 999_999
NOTES: Final = (*["已核对"] * 9, "", " \u3000", "x" * 200, "x" * 201, "a\nb")
BY_EDGE: Final = (
    ExceptionKind.LATE_DECISION,
    ExceptionKind.WEBHOOK,
    ExceptionKind.HOLDER_BREAK,
)


class RandomExceptions:
    """Draws what is laid before people, and what they make of it."""

    def __init__(
        self,
        pair: ExchangePair,
        key: Callable[[], str],
        officer: Callable[[Random, PartyId], OfficerId],
    ) -> None:
        self.pair = pair
        self.key = key
        self.officer = officer

    def draw(self, draw: Random) -> RaiseException | ResolveException:
        """Either of the two."""
        if draw.random() < 0.45:
            return self.raised(draw)
        return self.resolved(draw)

    def raised(self, draw: Random) -> RaiseException:
        """A late decision mostly, of a transfer that has mostly ended."""
        model = self.pair.model
        kind = draw.choice(list(ExceptionKind) if draw.random() < 0.1 else BY_EDGE)
        if kind is ExceptionKind.HOLDER_BREAK and model.products:
            return self.about_product(draw)
        ended = [each for each in model.transfers.values() if each not in model.pending_transfers()]
        if kind is not ExceptionKind.LATE_DECISION or not ended:
            return RaiseException(
                actor=OPERATOR_ID if draw.random() < 0.9 else self.anybody(draw),
                key=self.key(),
                kind=kind,
                subject_id=draw.randint(1, 9),
                party_id=self.anybody(draw),
            )
        transfer = draw.choice(ended if draw.random() < 0.9 else list(model.transfers.values()))
        company = transfer.product.terms.trust_company_id
        return RaiseException(
            actor=company if draw.random() < 0.95 else self.anybody(draw),
            key=self.key(),
            kind=kind,
            subject_id=transfer.transfer_id,
            party_id=company if draw.random() < 0.95 else self.anybody(draw),
            late=self.late(draw) if draw.random() < 0.95 else None,
        )

    def late(self, draw: Random) -> LateDecision:
        """What somebody has decided."""
        confirms = draw.random() < 0.5
        return LateDecision(
            decision=TransferEvent.CONFIRM if confirms else TransferEvent.REJECT,
            reason=None if confirms else draw.choice(list(RejectionReason)),
            officer_id=OfficerId(draw.randint(1, 9)) if draw.random() < 0.8 else None,
            officer=draw.choice(("ruan", "shen")),
        )

    def about_product(self, draw: Random) -> RaiseException:
        """A list of its holders mostly, by its trust company or the operator."""
        product = draw.choice(list(self.pair.model.products.values()))
        company = product.terms.trust_company_id
        return RaiseException(
            actor=draw.choice((company, OPERATOR_ID, company, self.anybody(draw))),
            key=self.key(),
            kind=ExceptionKind.HOLDER_BREAK,
            subject_id=product.product_id,
            party_id=company if draw.random() < 0.95 else self.anybody(draw),
        )

    def resolved(self, draw: Random) -> ResolveException:
        """Mostly what is open, by somebody who sees it."""
        matters = self.pair.model.on_table()
        matter = draw.choice(matters) if matters else None
        exception_id = UNKNOWN if matter is None else matter.number
        if draw.random() < 0.05:
            exception_id = draw.choice(
                [UNKNOWN, *(each.number for each in self.pair.model.matters)]
            )
        actor = OPERATOR_ID
        if matter is not None and matter.thing[2] is not None and draw.random() < 0.5:
            actor = matter.thing[2]
        if draw.random() < 0.05:
            actor = self.anybody(draw)
        by_officer = draw.random() < (0.6 if actor == OPERATOR_ID else 0.9)
        return ResolveException(
            actor=actor,
            key=self.key(),
            officer_id=self.officer(draw, actor) if by_officer else None,
            exception_id=ExceptionId(exception_id),
            code=draw.choice(list(ExceptionCode)),
            note=draw.choice(NOTES),
        )

    def anybody(self, draw: Random) -> PartyId:
        """Whoever there is, and one who is not."""
        return draw.choice([*self.pair.model.kinds, PartyId(UNKNOWN)])
