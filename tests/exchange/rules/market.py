"""A market whose product has rules: the small venue, with packs and people of whom something is
known."""

from __future__ import annotations

from collections.abc import Sequence as Listed
from typing import Any, Final

import msgspec

from exchange.client_types import ListingReason
from exchange.events import AnyEvent, CommandRefused
from exchange.refusals import Refusal
from exchange.rejudging import judge_on, note_party
from exchange.rules.types import Finding, Override, Verdict
from exchange.rules_commands import LoadRulePack, SetProductRules
from exchange.rules_events import OrderJudged
from exchange.types import OPERATOR_ID, PartyId, PersonId
from matching import OrderId, Side, TimeInForce
from registry.calendar import day_in_shanghai
from registry.types import DayNumber
from tests.exchange.rules.deals import WEEKS, profile
from tests.exchange.rules.packs import ONLY_BLOCK, of_parties
from tests.exchange.venue import DAY_NS, TERMS, Venue

ON_WEEKDAYS: Final = msgspec.structs.replace(
    TERMS,
    maturity_date="2030-06-28",
    transfer_terms=msgspec.structs.replace(TERMS.transfer_terms, calendar_id=WEEKS.calendar_id),
)
"""The venue's own calendar has days of half an hour."""


REFUSALS: Final = frozenset(
    {
        *(Refusal.UNKNOWN_RULE_PACK, Refusal.UNKNOWN_RULE, Refusal.RULE_PACK_OUT_OF_RANGE),
        *(Refusal.OVERRIDES_OUT_OF_RANGE, Refusal.RULE_PACKS_MAX),
        *(Refusal.RULE_BLOCKS, Refusal.RULE_HOLDS, Refusal.WARNING_NOT_ACKNOWLEDGED),
        *(Refusal.UNKNOWN_CLEARANCE, Refusal.CLEARANCE_OUT_OF_RANGE, Refusal.CLEARANCE_NOT_ASKED),
    }
)
"""Those that the tests of this folder bring about."""


class RuledMarket(Venue):
    """The small venue; its parties are cleared, certified and assessed until `known_until`. What
    packs ask of papers is left out (tests/exchange/rules/packs.py)."""

    def __init__(
        self, *packs: str, known_days: int = 300, units: int = 500_000, **more: Any
    ) -> None:
        super().__init__(terms=ON_WEEKDAYS, calendars=(WEEKS,), units=units, money=10**10, **more)
        until = DayNumber(self.today + known_days)
        for party_id in (self.seller, self.buyer):
            self.knows(party_id, certified_until=until, assessed_until=until, cleared_until=until)
        for pack_id in packs:
            self.loads(of_parties(pack_id))
        if packs:
            self.rules(*packs)

    @property
    def today(self) -> DayNumber:
        """In Asia/Shanghai."""
        return day_in_shanghai(self.at_ns)

    def matures_on(self, date: str) -> None:
        """The product has had another end from the beginning."""
        product = self.state.products[self.product_id]
        product.terms = msgspec.structs.replace(product.terms, maturity_date=date)
        self.state.rules.products[self.product_id].ruling = None

    def knows(self, party_id: PartyId, **facts: Any) -> None:
        """Something else is known of the party from now on, as if compliance had established it."""
        known, clients = profile(**facts), self.state.clients
        client = clients.client(party_id)
        client.listing = ListingReason.SUSPICION if known.listed else None
        client.listed_by = PersonId(1) if known.listed else None
        clients.set_profile(client, known, at_ns=self.at_ns)
        self.state.parties[party_id].profile = known
        note_party(self.state, party_id)
        judge_on(self.state, at_ns=self.at_ns, emit=lambda _: None)
        self.state.next_due_ns()

    def loading(self, text: str, *, in_days: int = 0) -> LoadRulePack:
        """A pack, from so many days on."""
        return LoadRulePack(
            actor=OPERATOR_ID,
            key=self.key(),
            text=text,
            applies_from=DayNumber(self.today + in_days),
        )

    def loads(self, text: str, *, in_days: int = 0) -> None:
        """The venue has the pack."""
        self.does(self.loading(text, in_days=in_days))

    def setting(self, *packs: str, overrides: Listed[Override] = ()) -> SetProductRules:
        """Rules for the product."""
        return SetProductRules(
            actor=OPERATOR_ID,
            key=self.key(),
            product_id=self.product_id,
            packs=packs,
            overrides=tuple(overrides),
        )

    def rules(self, *packs: str, overrides: Listed[Override] = ()) -> None:
        """The product has these rules."""
        self.does(self.setting(*packs, overrides=overrides))

    def sells(
        self,
        quantity: int,
        price: int = 10_000,
        *,
        by: PartyId | None = None,
        time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED,
        expires_at_ns: int | None = None,
    ) -> OrderId:
        """As in every venue; in a book who sells all that he has sells it to one: a natural person
        takes a person's units in no other way."""
        seller = by or self.seller
        product = self.state.products[self.product_id]
        has_classes = product.veto is not None and product.veto.classes is not None
        order = self.order(
            seller,
            Side.SELL,
            quantity,
            price,
            time_in_force=time_in_force,
            expires_at_ns=expires_at_ns,
        )
        is_all = has_classes and quantity == self.holding(seller)[0]
        is_whole_only = is_all and product.auction is None
        self.does(self.constrained(order, whole_only=True) if is_whole_only else order)
        return OrderId(self.state.sequence)

    def judged(self, party_id: PartyId, side: Side, quantity: int, **more: Any) -> list[str]:
        """Which rules the order is refused for; none where it is taken."""
        events = self.submit(self.order(party_id, side, quantity, **more))
        return [each.rule_id for each in findings_in(events) if each.verdict > Verdict.PASS]

    def sleeps(self, days: int) -> None:
        """So many days pass."""
        self.waits(days * DAY_NS)


def holding(pack_id: str, *, queue: str = "COMPLIANCE") -> str:
    """The file of a pack that leaves to a person what the one that ships blocks, but for the rules
    of two who meet, which can only block."""
    held = f'severity = "HOLD"\nqueue = "{queue}"'
    return of_parties(pack_id, ONLY_BLOCK).replace('severity = "BLOCK"', held)


def findings_in(events: tuple[AnyEvent, ...]) -> tuple[Finding, ...]:
    """What the rules said of an order that they refuse."""
    by_rules = {Refusal.RULE_BLOCKS, Refusal.RULE_HOLDS, Refusal.WARNING_NOT_ACKNOWLEDGED}
    if not isinstance(events[0], CommandRefused) or events[0].refusal not in by_rules:
        return ()
    _, judged, *_ = events
    assert isinstance(judged, OrderJudged)
    return judged.findings
