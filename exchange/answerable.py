"""What of the deals in the making by name a party may answer now: of each word that stands which
quantities, or at which own prices, and else what stands against it first.

    Listed (LISTED_PRICE)     taken, or asked for; a pick of the seller's accepted
    Offered (NEGOTIATED)      accepted as it stands
    Asked for (RFQ)           quoted at a price of one's own; a quote accepted by who has asked
    Auctioned (ENGLISH)       bid for, in one block

Solved as an order's feasible set is (exchange/feasible.py), with the rules of the pair (exchange/
pair_judging.py). Of the other one nobody learns more than what the word shows and whether it can be
had: where what the seller keeps decides, a part is not told, but only the whole (docs/decisions/
0052). How many others have answered is not told either.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from exchange.answerable_words import Word
from exchange.eligibility import check_means, check_new, reserve_needed
from exchange.feasible import Interval, Left, Limit, Market, Source
from exchange.judging import JUDGED, REFUSED_FOR, findings_of_order
from exchange.limits import PRICE_MAX, QUANTITY_MAX
from exchange.negotiation_checks import first_of
from exchange.pair_judging import Meeting, held_between, rules_between
from exchange.pair_preview import Others
from exchange.preview import Facts
from exchange.product_view import SlotsView
from exchange.refusals import Refusal
from exchange.rules.evaluate import explain, verdict_of
from exchange.rules.facts import Deal
from exchange.rules.solve import EVERY, Range, Ranges, prices_of, quantities_between, quantities_of
from exchange.rules.types import Finding, Rule, Severity, Verdict
from exchange.slots import CountBasis
from exchange.state import Order
from exchange.types import OfferId, PartyId
from matching import Price, Quantity, Side, TimeInForce
from registry.types import TimeNs

OF_THE_SELLERS_REST: Final = frozenset({"QI-05"})
"""Rules whose ranges would tell a buyer how much the seller has."""
BLOCK: Final = Verdict.BLOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerable:
    """A word that stands, and with what it may be answered."""

    word: Word
    quantities: tuple[Interval, ...]
    """At its price, or at any of `prices`; smallest first. None: `refusal` says why."""
    prices: Interval | None
    """Where the party names its own; else None."""
    refusal: Refusal | None
    """Why no answer would be taken; None: one would."""
    finding: Finding | None
    """Where that is for a rule: the strictest that stands against it."""


def answerable(
    facts: Facts,
    party_id: PartyId,
    side: Side,
    words: Iterable[Word],
    others: Others,
    *,
    reserved: Mapping[OfferId, int],
    at_ns: TimeNs,
) -> tuple[Answerable, ...]:
    """Of each word what an answer of the party's may be.

    Args:
        side: the party's, in all of them.
        others: whose words these are.
        reserved: behind the party's own bids, fen.

    Cost: O(rules + lots), and O(rules of the pair) a word; O(rules) more of one that is refused.
    """
    answers = _Answers(Market(facts, party_id, side, at_ns), others, reserved)
    return tuple(answers.of(word) for word in words)


def slots_decide(
    slots: SlotsView | None, facts: Facts, party_id: PartyId, side: Side, others: Others
) -> bool:
    """Whether the product's caps may yet keep the party from a deal of whatever size, by what
    everybody sees of them and what he knows of himself: else they will not, as things are. Cost:
    O(open transfers)."""
    if slots is None:
        return False
    caps, counts = slots.caps, slots.counts
    is_plain = side is Side.BUY and not caps.turnaround_days
    if not is_plain or any(sold.seller_id == party_id for sold in others.on_the_way):
        return True  # it depends on who the other is, or on who buys from him
    counted = counts.now if caps.count_basis is CountBasis.NOW else counts.ever
    small_max, holders_max = caps.natural_small_max, caps.holders_max
    # He, and a seller who keeps little.
    is_near = small_max is not None and counts.natural_small.used + 2 > small_max
    weight = facts.profile.lookthrough_count
    return is_near or (holders_max is not None and counted.used + weight > holders_max)


class _Answers:
    """One party's, on one side of one product."""

    def __init__(self, market: Market, others: Others, reserved: Mapping[OfferId, int]) -> None:
        self.market, self.reserved = market, reserved
        self.money = market.money
        others.join(market.state, market.product)
        self.has_rules = market.product.product_id in market.state.rules.products
        left = [(quantities_of(rule, market.deal), rule) for rule in market.rules]
        self.of_rules = [each for each in left if each[0] is not EVERY]

    def of(self, word: Word) -> Answerable:
        market = self.market
        market.command = replace(
            market.command,
            time_in_force=(
                TimeInForce.FILL_OR_KILL if word.until_ns is None else TimeInForce.GOOD_TILL_DATE
            ),
            expires_at_ns=word.until_ns,
        )
        market.money = self.money
        if word.raises is not None:
            market.money += self.reserved[word.raises]
        return self._at_own_price(word) if word.price is None else self._at(word, word.price)

    def _at(self, word: Word, price: Price) -> Answerable:
        """At the price that stands."""
        left = self._left(word, price)
        if word.reserves:
            self._keep_means(left, price, word.quantity)
        order = self.market.order(price=price, quantity=left.smallest)
        refusal = self._refusal(word, order, is_left=bool(left.pieces))
        if refusal is None and not left.pieces:  # a part might be had, and is not told
            order = self.market.order(price=price, quantity=word.quantity)
            refusal = self._refusal(word, order, is_left=False)
        assert left.pieces or refusal is not None, word
        shown = [] if refusal is not None else left.pieces
        return Answerable(
            word=word,
            quantities=tuple(
                Interval(
                    least=piece.least,
                    most=piece.most,
                    step=left.step,
                    least_by=self._limit(word, piece.least_by, piece.least - left.step, price),
                    most_by=self._limit(word, piece.most_by, piece.most + left.step, price),
                )
                for piece in shown
            ),
            prices=None,
            refusal=refusal,
            finding=self._finding(word, order, refusal),
        )

    def _at_own_price(self, word: Word) -> Answerable:
        """Of all that is asked for or auctioned, at the party's own."""
        market, quantity = self.market, word.quantity
        quantities = self._left(word, word.least_price)
        step, prices = word.price_step or market.tick, self._prices(word)
        base = word.least_price - step
        pieces = prices.pieces  # one, if any
        first = base + prices.smallest if pieces else word.least_price
        order = market.order(price=first, quantity=quantity)
        refusal = self._refusal(word, order, is_left=bool(quantities.pieces))
        assert refusal is not None or (quantities.pieces and pieces), word
        if refusal is not None:
            return Answerable(
                word=word,
                quantities=(),
                prices=None,
                refusal=refusal,
                finding=self._finding(word, order, refusal),
            )
        (piece,) = pieces
        (block,) = quantities.pieces
        whole = Limit(refusal=Refusal.OFFER_OUT_OF_RANGE)
        return Answerable(
            word=word,
            quantities=(
                Interval(
                    least=block.least,
                    most=block.most,
                    step=market.lot,
                    least_by=whole,
                    most_by=whole,
                ),
            ),
            prices=Interval(
                least=first,
                most=base + piece.most,
                step=step,
                least_by=market.limit(piece.least_by, quantity, price=first - step),
                most_by=market.limit(piece.most_by, quantity, price=base + piece.most + step),
            ),
            refusal=None,
            finding=None,
        )

    def _prices(self, word: Word) -> Left:
        """The prices that are left, counted in steps from one below the least."""
        market, step = self.market, word.price_step or self.market.tick
        base = word.least_price - step
        below = Refusal.OFFER_OUT_OF_RANGE if word.raises is None else Refusal.ALREADY_DONE
        prices = Left(step, PRICE_MAX, below if base > 0 else Refusal.PRICE_OUT_OF_RANGE)

        def keep(most: int, source: Source, *, least: int = 0) -> None:
            prices.keep([Range(max(least - base, 0), most - base)], source)

        keep(PRICE_MAX, Refusal.PRICE_OUT_OF_RANGE)
        keep(market.value_max // word.quantity, Refusal.ORDER_VALUE_OUT_OF_RANGE)
        for rule in market.rules:
            lowest, highest = prices_of(rule, market.deal)
            keep(highest, rule, least=lowest)
        if market.side is Side.BUY:
            keep(market.highest_affordable(word.quantity), Refusal.MONEY_NOT_AVAILABLE)
        return prices

    def _left(self, word: Word, price: int) -> Left:
        """The quantities that are left by the word itself and by all rules."""
        market, most = self.market, int(word.quantity)
        left = Left(market.lot, QUANTITY_MAX, Refusal.QUANTITY_OUT_OF_RANGE)
        dearest = max(price, market.product.terms.par_value)
        worth = market.value_max // dearest
        if worth <= most:
            left.keep([Range(0, worth)], Refusal.ORDER_VALUE_OUT_OF_RANGE)
        least = market.lot if word.parts else most
        left.keep([Range(least, most)], Refusal.OFFER_OUT_OF_RANGE)
        for ranges, rule in self.of_rules:
            left.keep(ranges, rule)
        rules, deal = self._asked_of_pair(word, quantity=most, price=price)
        for rule in rules:
            if rule.severity is Severity.BLOCK:
                ranges = quantities_between(rule, deal)
                if ranges is not EVERY:
                    left.keep(self._told(rule, ranges, most), rule)
        return left

    def _told(self, rule: Rule, ranges: Ranges, most: int) -> Ranges:
        """What of these is told to this party: of what the seller keeps only whether it matters."""
        if rule.rule_id not in OF_THE_SELLERS_REST or self.market.side is Side.SELL:
            return ranges
        lot = self.market.lot
        left = Left(lot, most, rule)
        left.keep(ranges, rule)
        whole = Range(most, most)
        if [(piece.least, piece.most) for piece in left.pieces] == [(lot, most)]:
            return (Range(lot, most),)
        return (whole,) if any(each.least <= most <= each.most for each in ranges) else ()

    def _keep_means(self, left: Left, price: Price, most: int) -> None:
        market = self.market
        if market.side is Side.SELL:
            available, drawable = market.units()
            left.keep([Range(0, available)], Refusal.UNITS_NOT_AVAILABLE)
            left.keep([Range(0, drawable)], Refusal.LOTS_MAX)
        elif market.cost(price=price, quantity=most) > market.money:
            lots = range(1, most // market.lot + 1)
            affordable = market.lot * bisect_right(
                lots,
                market.money,
                key=lambda count: market.cost(price=price, quantity=count * market.lot),
            )
            left.keep([Range(0, affordable)], Refusal.MONEY_NOT_AVAILABLE)

    def _refusal(self, word: Word, order: Order, *, is_left: bool) -> Refusal | None:
        """What the engine would say, as far as it depends on these two.

        Args:
            is_left: rules leave its quantity: those of the pair need not be asked again.
        """
        market = self.market
        state, product = market.state, market.product
        refusal = first_of(check_new(state, order, market.at_ns, mode=market.mode), word.refusal)
        if refusal is not None and refusal < Refusal.RULE_BLOCKS:
            return refusal
        if not is_left:
            rules, deal = self._asked_of_pair(word, quantity=order.quantity, price=order.price)
            if any(verdict_of(rule, deal) is BLOCK for rule in rules):
                return Refusal.RULE_BLOCKS
        if refusal is not None or not word.reserves:
            return refusal
        if word.makes_deal and held_between(state, product, order, at_ns=market.at_ns):
            return Refusal.RULE_HOLDS
        price, quantity = order.price, order.open_quantity
        needed = reserve_needed(state, product, order, price=price, open_quantity=quantity)
        if word.raises is not None:
            needed -= self.reserved[word.raises]
        return check_means(
            state, product, order, price=price, open_quantity=quantity, needed=needed
        )

    def _asked_of_pair(
        self, word: Word, *, quantity: int, price: int
    ) -> tuple[tuple[Rule, ...], Deal]:
        """By which rules these two are judged; by none of a product without rules."""
        market = self.market
        if not self.has_rules:
            return (), market.deal
        party_id, other_id = market.command.actor, word.other_id
        sells = market.side is Side.SELL
        meeting = Meeting(
            seller_id=party_id if sells else other_id,
            buyer_id=other_id if sells else party_id,
            units=Quantity(quantity),
            price=Price(price),
        )
        state, product = market.state, market.product
        return rules_between(
            state, product, meeting, makes_deal=word.makes_deal, at_ns=market.at_ns
        )

    def _finding(self, word: Word, order: Order, refusal: Refusal | None) -> Finding | None:
        """The strictest that stands against it, of equals the first."""
        if refusal not in JUDGED:
            return None
        market = self.market
        state, product, at_ns = market.state, market.product, market.at_ns
        findings = [
            *findings_of_order(state, product, order, at_ns=at_ns),
            *explain(*self._asked_of_pair(word, quantity=order.quantity, price=order.price)),
            *(held_between(state, product, order, at_ns=at_ns) if word.makes_deal else ()),
        ]
        return max(findings, key=lambda each: each.verdict)

    def _limit(self, word: Word, source: Refusal | Rule, quantity: int, price: Price) -> Limit:
        """What is told of the end of a range."""
        market = self.market
        if isinstance(source, Refusal) or source in market.rules:
            return market.limit(source, quantity, price=price)
        _, deal = self._asked_of_pair(word, quantity=quantity, price=price)
        (finding,) = explain([source], deal)
        return Limit(refusal=REFUSED_FOR[finding.verdict], finding=finding)
