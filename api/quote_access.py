"""Who may see the quotes of a product: what its rules say of who wants to (stage V).

Every request for a book and every subscription asks, so what the rules look at is kept in memory:
the rules of products, and who is certified until when. It is read once from what is committed, and
followed commit by commit. Time is the venue's own: at midnight in Asia/Shanghai certifications end
and packs begin, with the first commit of the day.

A product whose rules have nothing of stage V is shown as the venue's profile says.
"""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from sqlalchemy import Connection

from api.auth.principal import Principal
from exchange.market_view import MarketView
from exchange.ports import Row
from exchange.product_facts import product_facts
from exchange.product_view import ProductView
from exchange.profile import Certification
from exchange.rules.evaluate import explain, strictest, verdict_of
from exchange.rules.facts import Deal, ViewerFacts
from exchange.rules.types import Finding, Override, Rule, Stage, Verdict
from exchange.rules_state import RulesState
from exchange.sequencer import Batch
from exchange.store.client_queries import certifications_in, certifications_of_venue
from exchange.store.queries import calendars_in, calendars_of_venue
from exchange.store.rules_queries import rules_in, rules_of_venue
from exchange.types import PartyId, PartyKind
from registry.calendar import Calendar, day_in_shanghai
from registry.types import ProductId

SHOWN: Final[tuple[Finding, ...]] = ()


class Concerned(NamedTuple):
    """Who may be shown something else than before."""

    parties: frozenset[PartyId]
    """Who was certified, or is no longer."""
    products: frozenset[ProductId]
    """Whose rules of who sees quotes are others."""

    def concerns(self, party_id: PartyId | None, product_id: ProductId) -> bool:
        """Whether it may be about this party and this product. Cost: O(1)."""
        return party_id in self.parties or product_id in self.products


class QuoteAccess:
    """Who may see the quotes of which product, as of the last commit.

    Args:
        view: the committed market.
    """

    def __init__(self, view: MarketView) -> None:
        self._view = view
        self._day = day_in_shanghai(view.at_ns)
        self._rules = RulesState()
        self._asked: dict[ProductId, tuple[Rule, ...]] = {}
        """Of products whose quotes are not for everybody."""
        self._certifications: dict[PartyId, Certification] = {}
        self._calendars: dict[str, Calendar] = {}
        self._listeners: list[Callable[[Concerned], None]] = []

    def read(self, connection: Connection) -> None:
        """Take what is committed. Cost: O(packs + products with rules + certified parties)."""
        self._rules.restore(rules_of_venue(connection))
        self._certifications = certifications_of_venue(connection)
        self._calendars = calendars_of_venue(connection)
        self._asked = self._rules_of_view()

    def on_changed(self, listener: Callable[[Concerned], None]) -> None:
        """Have `listener` called when somebody may be shown something else than before."""
        self._listeners.append(listener)

    def take(self, batch: Batch) -> None:
        """Take what a commit has changed; the view has folded it. Cost: O(rows of it), and where
        rules are others or a day begins, O(products with rules + certified parties)."""
        rows = batch.changes.rows
        day = day_in_shanghai(batch.at_ns)
        parties = self._certify(rows["profiles"])
        if day != self._day:
            parties |= self._ended(before=day)
        self._calendars |= calendars_in(rows["calendars"])
        has_new_rules = bool(rows["rule_packs"] or rows["product_rules"])
        if has_new_rules:
            self._rules.restore(rules_in(packs=rows["rule_packs"], products=rows["product_rules"]))
        products = set[ProductId]()
        if has_new_rules or day != self._day:
            self._day = day
            before, self._asked = self._asked, self._rules_of_view()
            either = before.keys() | self._asked.keys()
            products = {each for each in either if before.get(each) != self._asked.get(each)}
        if parties or products:
            concerned = Concerned(frozenset(parties), frozenset(products))
            for listener in self._listeners:
                listener(concerned)

    def asks(self, product: ProductView) -> bool:
        """Whether the product's rules ask who wants to see its quotes. Cost: O(1)."""
        return product.product_id in self._asked

    def withheld(self, product: ProductView, principal: Principal | None) -> tuple[Finding, ...]:
        """What each rule says that keeps the quotes from who asks; empty: they are shown.

        Args:
            principal: None: it has not signed in.

        Cost: O(rules of stage V), some µs.
        """
        rules = self._asked.get(product.product_id, ())
        if not rules:  # as of most
            return SHOWN
        viewer = ViewerFacts(None, None)
        if principal is not None:
            viewer = ViewerFacts(principal.kind, self._certifications.get(principal.party_id))
        findings = explain(rules, self._look(product, viewer))
        return findings if strictest(findings) > Verdict.PASS else SHOWN

    def hides(self, product: ProductView, party_id: PartyId, kind: PartyKind) -> bool:
        """Whether the product's quotes are kept from this party. Cost: as `withheld`."""
        rules = self._asked.get(product.product_id, ())
        if not rules:  # as of most
            return False
        deal = self._look(product, ViewerFacts(kind, self._certifications.get(party_id)))
        return any(verdict_of(rule, deal) > Verdict.PASS for rule in rules)

    def hidden_from(self, party_id: PartyId, kind: PartyKind) -> list[ProductId]:
        """The products whose quotes are kept from this party. May be called in a thread. Cost:
        O(products that ask)."""
        products = self._view.products
        return [each for each in self._asked if self.hides(products[each], party_id, kind)]

    def _look(self, product: ProductView, viewer: ViewerFacts) -> Deal:
        calendar = self._calendars[product.terms.transfer_terms.calendar_id]
        return Deal(
            stage=Stage.VIEW,
            at_ns=self._view.at_ns,
            day=self._day,
            product=product_facts(product, calendar),
            seller=None,
            buyer=None,
            offer=None,
            viewer=viewer,
        )

    def _certify(self, rows: Iterable[Row]) -> set[PartyId]:
        """Whose certification is another."""
        changed = set()
        for party_id, certification in certifications_in(rows):
            if self._certifications.get(party_id) != certification:
                changed.add(party_id)
            if certification is None:
                self._certifications.pop(party_id, None)
            else:
                self._certifications[party_id] = certification
        return changed

    def _ended(self, *, before: int) -> set[PartyId]:
        """Whose last day was since the last commit."""
        return {
            party_id
            for party_id, each in self._certifications.items()
            if self._day <= each.valid_until < before
        }

    def _rules_of_view(self) -> dict[ProductId, tuple[Rule, ...]]:
        """The rules of stage V, of the day, of each product that has any."""
        # Most products have the packs of others, and nothing of their own.
        known: dict[tuple[tuple[str, ...], tuple[Override, ...]], tuple[Rule, ...]] = {}
        asked: dict[ProductId, tuple[Rule, ...]] = {}
        for product_id, own in self._rules.products.items():
            key = own.packs, own.overrides
            if key not in known:
                every = self._rules.rules_on(product_id, self._day)
                known[key] = tuple(rule for rule in every if Stage.VIEW in rule.stages)
            if known[key]:
                asked[product_id] = known[key]
        return asked
