"""A market whose product has rules, as the rulebook of `tests/model/verdicts.py` sees it: who is
who, what the product is, and what is sold and not settled."""

from __future__ import annotations

from dataclasses import dataclass, field

from exchange.types import PartyId, PartyKind
from matching import OrderId, Side
from registry.calendar import day_of_date
from registry.transfer import Transfer
from registry.types import HolderId
from tests.exchange.rules.market import RuledMarket
from tests.model.verdicts import Person, Plan, Sale


@dataclass
class KnownMarket:
    """The market, and what it was told of its product that the engine does not keep as such."""

    market: RuledMarket = field(init=False)
    packs: tuple[str, ...] = ()
    lock_up_ends_on: int | None = None
    for_institutions: bool = False
    later_from: int | None = None
    has_own: bool = False
    """Whether the product has parameters of its own, if only to say the same."""

    def parties(self) -> list[PartyId]:
        return [self.market.seller, self.market.buyer, *self.market.institutions]

    def person(self, party_id: PartyId, but: OrderId | None) -> Person:
        state = self.market.state
        known, kind = state.parties[party_id].profile, state.parties[party_id].kind
        holding = state.register.holdings.get((self.market.product_id, HolderId(party_id)))
        offered = sum(
            order.open_quantity
            for order in state.orders.values()
            if order.party_id == party_id and order.side is Side.SELL and order.order_id != but
        )
        sold = sum(
            int(transfer.units)
            for transfer in state.register.transfers.values()
            if transfer.seller_id == HolderId(party_id)
        )
        certified, risk, diligence = known.certification, known.risk, known.due_diligence
        return Person(
            number=int(party_id),
            owner=known.owner_id or int(party_id),
            is_natural=kind is PartyKind.NATURAL_PERSON,
            certified_as=None if certified is None else certified.basis.name,
            certified_until=0 if certified is None else certified.valid_until,
            level=None if risk is None else risk.level,
            assessed_until=0 if risk is None else risk.valid_until,
            professional=known.professional,
            reviewed_until=None if diligence is None else diligence.review_by,
            listed=known.listed,
            units=0 if holding is None else sum(lot.units for lot in holding.lots.values()),
            offered_or_sold=offered + sold,
        )

    def plan(self) -> Plan:
        product = self.market.state.products[self.market.product_id]
        terms = product.terms
        assert terms.maturity_date is not None
        today, income = self.market.today, product.facts.next_income
        return Plan(
            risk=product.facts.risk_level,
            kind=terms.product_type,
            matures_on=day_of_date(terms.maturity_date),
            last_days=0 if self.later_from is not None and today >= self.later_from else 20,
            lock_up_ends_on=self.lock_up_ends_on,
            for_institutions=self.for_institutions,
            paid_before_on=product.facts.last_distribution_on,
            record_on=None if income is None else income.record_on,
            paid_on=None if income is None else income.payment_on,
        )

    def sales(self) -> list[Sale]:
        """What is on its way."""
        return [self.sale(each) for each in self.market.state.register.transfers.values()]

    def sale(self, transfer: Transfer) -> Sale:
        return Sale(
            seller=self.person(PartyId(transfer.seller_id), None),
            buyer=self.person(PartyId(transfer.buyer_id), None),
            units=int(transfer.units),
        )
