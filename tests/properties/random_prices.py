"""Random disclosures: mostly possible, now and then of tomorrow, of others, or with a promise."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final, TypeVar

from exchange.commands import AnyCommand
from exchange.evidence_types import EvidenceLinkId, EvidenceSubject
from exchange.fee_commands import SetFeeSchedule
from exchange.price_commands import PriceCommand, PublishDisclosure, SetQuoteBasis
from exchange.price_types import Benchmark, Disclaimer, IncomeDays, Nav, QuoteBasis
from exchange.types import OPERATOR_ID, PartyId
from matching import Price, Side
from registry.types import DayNumber, ProductId
from tests.model.register import day_in_shanghai
from tests.properties.exchange_pair import ExchangePair
from tests.properties.random_desk import RandomDesk
from tests.properties.random_fees import FEE_SCHEDULES

UNKNOWN: Final = 999_999
TEXTS: Final = ("", "", "", "净值更新", "NAV as of today", "本产品保 本", "Guaranteed return")
Word = TypeVar("Word")


class RandomPrices:
    """Draws what is said of products."""

    def __init__(
        self, pair: ExchangePair, key: Callable[[], str], *, anybody: tuple[PartyId, ...]
    ) -> None:
        self.pair = pair
        self.key = key
        self.anybody = anybody

    def found(
        self,
        commands: list[AnyCommand],
        product_ids: tuple[ProductId, ...],
        desk: RandomDesk,
        *,
        by_two: bool,
    ) -> None:
        """Put clean prices of some products behind the commands of a founding."""
        since = DayNumber(day_in_shanghai(self.pair.at_ns) - 50)
        for product_id in product_ids:
            facts = PublishDisclosure(
                actor=OPERATOR_ID,
                key=self.key(),
                product_id=product_id,
                nav=None,
                last_distribution_on=since,
                next_income=None,
                benchmark=Benchmark(600, Disclaimer.PERFORMANCE_BENCHMARK),
                risk_level=None,
                documents=(),
                text_zh="",
                text_en="",
            )
            clean = SetQuoteBasis(
                actor=OPERATOR_ID,
                key=self.key(),
                product_id=product_id,
                quote_basis=QuoteBasis.CLEAN,
            )
            desk.add(commands, facts, by_two=by_two)
            desk.add(commands, clean, by_two=by_two)

    def command(self, draw: Random) -> PriceCommand:
        """Something is disclosed, or quoted otherwise."""
        product_id = draw.choice([*self.pair.model.products, ProductId(UNKNOWN)])
        product = self.pair.model.products.get(product_id)
        keepers = (
            [OPERATOR_ID] if product is None else [OPERATOR_ID, product.terms.trust_company_id]
        )
        actor = draw.choice(keepers if draw.random() < 0.9 else self.anybody)
        if draw.random() < 0.4:
            return SetQuoteBasis(
                actor=actor,
                key=self.key(),
                product_id=product_id,
                quote_basis=draw.choice(list(QuoteBasis)),
            )
        record_on = self.day(draw, ahead=3)
        income = IncomeDays(record_on, DayNumber(record_on + draw.randint(-1, 4)))
        rate_bps = draw.choice((0, 350, 600, 10_000, 10_001))
        return PublishDisclosure(
            actor=actor,
            key=self.key(),
            product_id=product_id,
            nav=_perhaps(draw, Nav(Price(draw.choice((9_876, 10_321, 0))), self.day(draw))),
            last_distribution_on=_perhaps(draw, self.day(draw)),
            next_income=_perhaps(draw, income),
            benchmark=_perhaps(draw, Benchmark(rate_bps, draw.choice(list(Disclaimer)))),
            risk_level=_perhaps(draw, draw.choice((1, 3, 5, 6))),
            documents=self.documents(draw, product_id),
            text_zh=draw.choice(TEXTS),
            text_en=draw.choice(TEXTS),
            distressed=(None, None, True, False)[record_on % 4],
        )

    def income(self, draw: Random) -> PriceCommand:
        """Another rate, a distribution, or one to come, of a product for which somebody bids; of
        any if nobody does."""
        bids = [each for each in self.pair.model.open_orders() if each.side is Side.BUY]
        products = [each.product for each in bids] or [*self.pair.model.products.values()]
        product = draw.choice(products)
        today = day_in_shanghai(self.pair.at_ns)
        record_on = DayNumber(today + draw.randint(0, 8))
        return PublishDisclosure(
            actor=product.terms.trust_company_id,
            key=self.key(),
            product_id=product.product_id,
            nav=None,
            last_distribution_on=_perhaps(draw, DayNumber(today - draw.choice((0, 1, 80, 3_000)))),
            next_income=_perhaps(draw, IncomeDays(record_on, DayNumber(record_on + 2))),
            benchmark=Benchmark(draw.choice((0, 350, 9_999)), Disclaimer.PERFORMANCE_BENCHMARK),
            risk_level=None,
            documents=(),
            text_zh="",
            text_en="",
        )

    def fees(self, draw: Random) -> SetFeeSchedule:
        """Other fees from a day on, mostly from tomorrow."""
        product_id = draw.choice([*self.pair.model.products, ProductId(UNKNOWN), None, None])
        today = day_in_shanghai(self.pair.at_ns)
        return SetFeeSchedule(
            actor=OPERATOR_ID if draw.random() < 0.95 else draw.choice(self.anybody),
            key=self.key(),
            product_id=product_id,
            effective_on=DayNumber(today + draw.choice((1, 1, 1, 1, 2, 0))),
            schedule=draw.choice(FEE_SCHEDULES),
        )

    def day(self, draw: Random, *, ahead: int = 0) -> DayNumber:
        """Today, or some days ago or ahead; now and then one that is too far away."""
        today = day_in_shanghai(self.pair.at_ns)
        if draw.random() < 0.03:
            return DayNumber(today + draw.choice((-3_654, 3_654)))
        return DayNumber(today + ahead + draw.choice((0, 0, -1, -2, -40, 1)))

    def documents(self, draw: Random, product_id: ProductId) -> tuple[EvidenceLinkId, ...]:
        """Mostly none, or one of the product's."""
        if draw.random() < 0.8:
            return ()
        links = [
            link.link_id
            for link in self.pair.state.evidence.links.values()
            if draw.random() < 0.2 or link.of_what == (EvidenceSubject.PRODUCT, product_id)
        ]
        return tuple(draw.choices([*links, EvidenceLinkId(UNKNOWN)], k=draw.choice((1, 1, 2))))


def _perhaps(draw: Random, word: Word) -> Word | None:
    return word if draw.random() < 0.4 else None
