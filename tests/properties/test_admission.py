"""Whatever happens, a product is open only while the rulebook admits it, and it is refused or
suspended for exactly what the rulebook says."""

from __future__ import annotations

from random import Random
from typing import Final

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from exchange.check import check
from exchange.commands import AnyCommand
from exchange.events import AnyEvent, CommandRefused
from exchange.modes.types import MarketMode
from exchange.price_types import Benchmark, Disclaimer
from exchange.refusals import Refusal
from exchange.rules.packs import SHIPPED
from exchange.rules.types import SANDBOX_ID
from exchange.rules_events import ProductJudged
from exchange.snapshot import decode_state, encode_state
from matching import Quantity
from registry.product import ProductState
from tests.exchange.disclosures import disclosure
from tests.exchange.rules.admitted import CHINAS, CHINAS_TERMS, CODE, AdmittedMarket
from tests.exchange.rules.packs import whole
from tests.exchange.rules.test_admission import against, in_mode
from tests.model.papers import Applicant, not_admitted

PACKS: Final = [each for each in SHIPPED if each != SANDBOX_ID]
MODES: Final = [each for each in MarketMode if each is not MarketMode.CALL_AUCTION]
"""A call auction needs terms."""
STEPS: Final = 25


class Admissions:
    """A product that is given rules, modes and disclosures, and wants to be traded."""

    def __init__(self, draw: Random) -> None:
        self.draw = draw
        onboards = draw.random() < 0.8
        terms = msgspec.structs.replace(
            CHINAS,
            ctrc_code=draw.choice([CODE, CODE, None]),
            lot=Quantity(draw.choice([1, 1, 100])),
            transfer_terms=msgspec.structs.replace(CHINAS_TERMS, onboarding=onboards),
        )
        self.market = AdmittedMarket(terms=terms)
        if draw.random() < 0.3:
            self.market.state.approval_ref = None
        for pack_id in PACKS:
            self.market.loads(whole(pack_id))
        if onboards:
            self.market.signs_off()
        self.market.posts()
        self.packs: set[str] = set()
        self.refused = self.suspended = self.opened = 0

    def wants(self, mode: MarketMode | None = None) -> set[str]:
        """What the rulebook has against the product, in this mode or its own."""
        state, product = self.market.state, self.market.state.products[self.market.product_id]
        benchmark = product.facts.benchmark
        assert state.profile is not None
        assert benchmark is not None
        return not_admitted(
            self.packs,
            Applicant(
                signed_off=product.terms.transfer_terms.onboarding,
                code=product.terms.ctrc_code,
                licence=state.profile.name,
                approved=state.approval_ref is not None,
                mode=(product.mode if mode is None else mode).name,
                lot=product.terms.lot,
                called_expected_yield=benchmark.disclaimer is Disclaimer.LEGACY_EXPECTED_YIELD,
            ),
        )

    @property
    def state(self) -> ProductState:
        return self.market.state.products[self.market.product_id].standing.state

    def step(self) -> None:
        happens = [self.set_rules, self.set_mode, self.disclose, self.go, self.go, self.restart]
        self.draw.choice(happens)()
        check(self.market.state)
        assert self.state is not ProductState.LIVE or not self.wants()

    def set_rules(self) -> None:
        was_open = self.state is ProductState.LIVE
        self.packs = set(self.draw.sample(PACKS, self.draw.choice([0, 1, 2, 2])))
        self.follow(self.market.does(self.market.setting(*sorted(self.packs))), was_open=was_open)

    def disclose(self) -> None:
        was_open = self.state is ProductState.LIVE
        benchmark = Benchmark(self.draw.choice([450, 460]), self.draw.choice(list(Disclaimer)))
        events = self.market.does(disclosure(self.market, benchmark=benchmark))
        self.follow(events, was_open=was_open)

    def follow(self, events: tuple[AnyEvent, ...], *, was_open: bool) -> None:
        """What was open is suspended for exactly what the rulebook has against it."""
        told = [each for each in events if isinstance(each, ProductJudged)]
        if was_open and self.wants():
            self.suspended += 1
            assert against(events) == self.wants()
            assert self.state is ProductState.SUSPENDED
        else:
            assert told == []

    def set_mode(self) -> None:
        product = self.market.state.products[self.market.product_id]
        mode = self.draw.choice([each for each in MODES if each is not product.mode])
        wants = self.wants(mode) if self.state is ProductState.LIVE else set[str]()
        self.tries(in_mode(self.market, mode), wants)

    def go(self) -> None:
        """It is opened, suspended or resumed."""
        market = self.market
        if self.state is ProductState.LIVE:
            market.does(market.suspending())
        elif self.state is ProductState.SUSPENDED:
            self.tries(market.resuming(), self.wants())
        else:
            self.tries(market.opening(), self.wants())

    def tries(self, command: AnyCommand, wants: set[str]) -> None:
        events = self.market.submit(command)
        if not wants:
            self.opened += 1
            assert CommandRefused not in map(type, events), events
            return
        self.refused += 1
        assert events[0] == CommandRefused(refusal=Refusal.RULE_BLOCKS)
        assert against(events) == wants

    def restart(self) -> None:
        self.market.state = decode_state(encode_state(self.market.state))


def admitted(seed: int) -> Admissions:
    admissions = Admissions(Random(seed))
    for _ in range(STEPS):
        admissions.step()
    return admissions


@given(seed=st.integers(0, 2**32))
def test_a_product_is_open_only_while_the_rulebook_admits_it(seed: int) -> None:
    admitted(seed)


def test_products_are_refused_suspended_and_opened_on_the_way() -> None:
    all_of_them = [admitted(seed) for seed in range(20)]
    assert sum(each.refused for each in all_of_them) > 20
    assert sum(each.suspended for each in all_of_them) > 5
    assert sum(each.opened for each in all_of_them) > 20
