"""Random pledges and freezes, often of units that are being sold, and their ends."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from exchange.register_commands import Encumber, EncumbranceCommand, ReleaseEncumbrance
from exchange.types import OPERATOR_ID, PartyId
from matching import Side
from registry.encumbrance import EncumbranceKind
from registry.types import (
    DayNumber,
    EncumbranceId,
    HolderId,
    HoldingKey,
    LotId,
    ProductId,
    Units,
)
from tests.model.register import day_in_shanghai
from tests.properties.exchange_pair import ExchangePair

UNKNOWN: Final = 999_999
PLEDGE, FREEZE = EncumbranceKind.PLEDGE, EncumbranceKind.FREEZE


class RandomClaims:
    """Draws what banks and courts want."""

    def __init__(
        self,
        pair: ExchangePair,
        key: Callable[[], str],
        *,
        anybody: tuple[PartyId, ...],
        holders: tuple[PartyId, ...],
    ) -> None:
        self.pair = pair
        self.key = key
        self.anybody = anybody
        self.holders = holders

    def command(self, draw: Random) -> EncumbranceCommand:
        """One is entered, or ended: mostly one that stands."""
        standing = self.pair.model.standing_claims()
        if draw.random() < 0.1 + 0.08 * len(standing):
            return self.release(draw)
        return self.encumber(draw)

    def release(self, draw: Random) -> ReleaseEncumbrance:
        """By who keeps the register, and now and then by somebody else."""
        model = self.pair.model
        claims = model.standing_claims() if draw.random() < 0.9 else model.claims
        claim = draw.choice(claims) if claims else None
        number, actor = UNKNOWN, OPERATOR_ID
        if claim is not None:
            number = claim.number
            actor = self.keeper(draw, claim.entered.product_id)
        return ReleaseEncumbrance(
            actor=actor,
            key=self.key(),
            encumbrance_id=EncumbranceId(number),
            authority=self.document(draw),
        )

    def encumber(self, draw: Random) -> Encumber:
        """Of a seller, or of who has or buys units; of a lot of his, or of whatever he has."""
        model = self.pair.model
        product_id, holder_id = self.holding(draw)
        lots = model.register.lots_of(product_id, holder_id, as_of=model.sequence)
        lot_id = draw.choice(list(lots)) if lots and draw.random() < 0.4 else None
        if draw.random() < 0.03:
            lot_id = draw.choice([*model.register.lots, LotId(UNKNOWN)])
        kind = draw.choices((PLEDGE, FREEZE), (1, 3))[0]
        units = draw.choice((1, 5, 30, 200, 900, *[5_000, 60_000] * 3))
        if draw.random() < 0.03:
            units = draw.choice((0, -1, 10**15, 10**15 + 1))
        until_on = None
        if (kind is FREEZE) is (draw.random() < 0.97):
            days = draw.choice((0, 1, 1, 2, 3, 5, 3 * 365))
            if draw.random() < 0.03:
                days = draw.choice((-1, 3 * 365 + 1))
            until_on = DayNumber(day_in_shanghai(self.pair.at_ns) + days)
        return Encumber(
            actor=self.keeper(draw, product_id),
            key=self.key(),
            product_id=product_id,
            holder_id=holder_id,
            kind=kind,
            lot_id=lot_id,
            units=Units(units),
            authority=self.document(draw),
            until_on=until_on,
        )

    def holding(self, draw: Random) -> HoldingKey:
        """Mostly of somebody who has open transfers or orders, or a pledge or freeze already."""
        model = self.pair.model
        busy = [each.sold for each in model.pending_transfers()] * 2
        busy += [
            (order.product.product_id, HolderId(order.party_id))
            for order in model.open_orders()
            if order.side is Side.SELL
        ]
        busy += [claim.key for claim in model.standing_claims()]
        if busy and draw.random() < 0.8:
            return draw.choice(busy)
        product_id = draw.choice([*model.products, ProductId(UNKNOWN)])
        holders = self.holders if draw.random() < 0.95 else self.anybody
        return product_id, HolderId(draw.choice(holders))

    def keeper(self, draw: Random, product_id: ProductId) -> PartyId:
        """Mostly one who keeps the product's register."""
        product = self.pair.model.products.get(product_id)
        if draw.random() < 0.08:
            return draw.choice(self.anybody)
        if product is None or draw.random() < 0.4:
            return OPERATOR_ID
        return product.terms.trust_company_id

    def document(self, draw: Random) -> bytes:
        """A digest, now and then of another length."""
        return bytes([draw.randrange(256)]) * (32 if draw.random() < 0.97 else 31)
