"""What the rules said of one trade, whole, each time they were asked of it: also of what passed.

    Asked                                                       Stage    Of whom
    its two orders, when they were taken or replaced            L, B     each party
    when the two met, before their transfer is among the open   M        the two
    when the transfer goes to the trust company, is confirmed   U, C     each party, and the two
    and settles; again where an overlay was lifted              S        by the same lists

The engine itself asks, and tells a witness that looks on in an execution again (`Witness`); a
venue at work has none, so that nothing of this is on the way of an order. What a person has cleared
is a finding that passes and names the clearance. A product without packs is asked nothing: what
SANDBOX says the engine refuses by itself.
"""

from dataclasses import dataclass
from typing import Final

from exchange.clearing import cleared
from exchange.judging import findings_of_slots, ruling_of
from exchange.match_veto import principal_of
from exchange.pair_judging import Meeting, clearance_between, findings_between
from exchange.rules.evaluate import explain
from exchange.rules.resolve import Ruling
from exchange.rules.types import Finding, Rule, Stage, Verdict
from exchange.seats import Move
from exchange.state import Product, State
from exchange.transfer_hold import judge_transfer
from exchange.types import PartyId, Sequence
from matching import SELL, OrderId, Price, Quantity, Side
from registry.calendar import day_in_shanghai
from registry.transfer import Transfer
from registry.types import ProductId, TimeNs, TransferId

RuleName = tuple[str, str, str, str]
"""Of a rule as it was: its pack, the pack's version, its id, its version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackVersion:
    """A pack by which was judged."""

    pack_id: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the rules said of the trade once."""

    stage: Stage
    sequence: Sequence
    """Of the command under way."""
    at_ns: TimeNs
    side: Side | None
    """Of which party; None: of the two."""
    packs: tuple[PackVersion, ...]
    """Of the product then, those that one extends before it; none: it had none."""
    findings: tuple[Finding, ...]
    """Of every rule that was asked, in the order of the rules."""


class Rulings:
    """Looks on while rules are asked of one trade."""

    __slots__ = ("_order_ids", "_state", "_transfer_id", "asked", "rules")

    def __init__(
        self, state: State, transfer_id: TransferId, order_ids: frozenset[OrderId]
    ) -> None:
        """Look on in this state from now on.

        Args:
            order_ids: by which the transfer was made.
        """
        self._state: Final = state
        self._transfer_id: Final = transfer_id
        self._order_ids: Final = order_ids
        self.asked: list[Asked] = []
        """In the order in which it happened."""
        self.rules: dict[RuleName, Rule] = {}
        """That were asked, each as it was."""
        state.rules.witness = state.rules.transfer_witness = self

    def forget(self, sequence: Sequence) -> None:
        """The command was refused for something else: what it asked about has not come about. Cost:
        O(1)."""
        while self.asked and self.asked[-1].sequence == sequence:
            self.asked.pop()

    def order_asked(
        self,
        order_id: OrderId,
        product_id: ProductId,
        side: Side,
        findings: tuple[Finding, ...],
        *,
        at_ns: TimeNs,
    ) -> None:
        """Note what was said of one of its orders. Cost: O(rules)."""
        if order_id in self._order_ids:
            stage = Stage.LIST if side is SELL else Stage.BID
            self._note(stage, self._state.products[product_id], side, findings, at_ns)

    def transfer_begins(self, transfer: Transfer, price: Price, *, at_ns: TimeNs) -> None:
        """Note what the rules of stage M say of the two. Cost: O(rules + sources)."""
        if transfer.transfer_id != self._transfer_id:
            return
        state = self._state
        product = state.products[transfer.product_id]
        findings: tuple[Finding, ...] = ()
        if transfer.product_id in state.rules.products:
            findings = self._of_two(product, transfer, price, at_ns)
        self._note(Stage.MATCH, product, None, findings, at_ns)

    def transfer_asked(self, transfer: Transfer, stage: Stage, *, at_ns: TimeNs) -> None:
        """Note what each rule of the stage says of its parties. Cost: as `judge_transfer`."""
        is_ruled = transfer.product_id in self._state.rules.products
        if transfer.transfer_id == self._transfer_id and is_ruled:
            product = self._state.products[transfer.product_id]
            for said in judge_transfer(self._state, transfer, stage, is_whole=True, at_ns=at_ns):
                self._note(stage, product, said.side, said.findings, at_ns)

    def _of_two(
        self, product: Product, transfer: Transfer, price: Price, at_ns: TimeNs
    ) -> tuple[Finding, ...]:
        """Of the price and of how old what is disclosed is; of the pair; of holder slots."""
        state = self._state
        ruling = ruling_of(state, product, at_ns)
        meeting = Meeting(
            PartyId(transfer.seller_id),
            PartyId(transfer.buyer_id),
            Quantity(transfer.units),
            price,
        )
        of_pair = findings_between(state, product, meeting, makes_deal=True, at_ns=at_ns)
        return (
            self._of_deal(ruling, price) + of_pair + self._of_slots(ruling, transfer, price, at_ns)
        )

    def _of_deal(self, ruling: Ruling, price: Price) -> tuple[Finding, ...]:
        state, rules = self._state, ruling.of_deal()
        orders = [state.orders[each] for each in self._order_ids if each in state.orders]
        found = []
        for rule, finding in zip(rules, explain(rules, ruling.deal_at(price)), strict=True):
            clearance = None
            if finding.verdict is Verdict.HOLD:
                clearance = clearance_between(state, ruling, rule, orders, price)
            found.append(finding if clearance is None else cleared(finding, clearance))
        return tuple(found)

    def _of_slots(
        self, ruling: Ruling, transfer: Transfer, price: Price, at_ns: TimeNs
    ) -> tuple[Finding, ...]:
        slots = self._state.slots.get(transfer.product_id)
        if slots is None:
            return ()
        key = transfer.product_id, transfer.seller_id
        move = Move(
            seller_id=transfer.seller_id,
            buyer_id=transfer.buyer_id,
            units=transfer.units,
            principal=principal_of(self._state.register, key, transfer.sources),
            day=slots.calendar.day_of(at_ns),
        )
        return findings_of_slots(self._state, ruling, slots, move, price=price, at_ns=at_ns)

    def _note(
        self,
        stage: Stage,
        product: Product,
        side: Side | None,
        findings: tuple[Finding, ...],
        at_ns: TimeNs,
    ) -> None:
        rules, day = self._state.rules, day_in_shanghai(at_ns)
        if product.product_id in rules.products:
            for rule in ruling_of(self._state, product, at_ns).rules:
                self.rules[rule.pack, rule.pack_version, rule.rule_id, rule.version] = rule
        self.asked.append(
            Asked(
                stage=stage,
                sequence=Sequence(self._state.register.sequence),
                at_ns=at_ns,
                side=side,
                packs=tuple(
                    PackVersion(pack_id=each.pack_id, version=each.version)
                    for each in rules.packs_of(product.product_id, day)
                ),
                findings=findings,
            )
        )
