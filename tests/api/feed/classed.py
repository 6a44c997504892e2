"""The feed of a market whose product has rules that keep classes of orders apart: persons and
institutions who sell parts and wholes, and rules that come, change and go."""

from __future__ import annotations

from random import Random
from typing import Final

import msgspec

from exchange.class_view import VIEWERS, Viewpoint
from exchange.commands import AnyCommand
from exchange.engine import apply
from exchange.events import AnyEvent
from exchange.market_view import MarketViewState
from exchange.recovery import view_of
from exchange.rules_commands import LoadRulePack, SetProductRules
from exchange.snapshot import decode_state, encode_state
from exchange.types import OPERATOR_ID, PartyId, PartyKind, Sequence
from matching import Side
from registry.types import TimeNs
from tests.api.feed.desk import Feed
from tests.exchange.pairs import DENIED, PACK, SPLIT, inherits, pack_of
from tests.exchange.small_market import Committed
from tests.exchange.venue import Venue

PRICES: Final = (9_800, 9_900, 10_000, 10_100, 10_200)
HAS: Final = 1_000
"""What each party has at first; a file of the trust company gives a part of it now and then."""


class ClassedMarket(Venue):
    """The small venue, which keeps what it has published."""

    def __init__(self) -> None:
        self.published: list[Committed] = []
        super().__init__(institutions=3, money=10**10, units=HAS)
        text = pack_of(*SPLIT)
        self.does(LoadRulePack(actor=OPERATOR_ID, key=self.key(), text=text, applies_from=None))
        person = self.registers(PartyKind.NATURAL_PERSON)
        self.deposits(person, 10**10)
        self.traders = [self.seller, self.buyer, person, *self.institutions]
        for party_id in self.traders[1:]:
            inherits(self, party_id, HAS)

    def submit(self, command: AnyCommand) -> tuple[AnyEvent, ...]:
        """The events of the command, which are published. That the state is sound is asserted
        elsewhere."""
        self.at_ns = TimeNs(self.at_ns + 1_000_000)
        sequence = Sequence(self.state.sequence + 1)
        events = apply(self.state, command, sequence=sequence, at_ns=self.at_ns)
        committed = Committed(sequence=sequence, at_ns=self.at_ns, command=command, events=events)
        self.published.append(committed)
        return events

    def rule(self, reading: str) -> None:
        """The product's rules are others: `split`, `denied` (no parts to institutions) or none."""
        self.submit(
            SetProductRules(
                actor=OPERATOR_ID,
                key=self.key(),
                product_id=self.product_id,
                packs=() if reading == "none" else (PACK,),
                overrides=DENIED if reading == "denied" else (),
            )
        )

    def step(self, random: Random) -> None:
        """Something happens, or is refused."""
        happens = random.random()
        orders = list(self.state.orders.values())
        pending = self.pending()
        if happens < 0.06:
            self.rule(random.choice(["split", "split", "denied", "none"]))
        elif happens < 0.2 and orders:
            order = random.choice(orders)
            self.submit(self.cancellation(order.order_id, by=order.party_id))
        elif happens < 0.3 and orders:
            order = random.choice(orders)
            quantity, price = random.choice([10, 200, HAS]), random.choice(PRICES)
            self.submit(self.replacement(order.order_id, quantity, price, by=order.party_id))
        elif happens < 0.36 and pending:
            self.submit(self.confirmation(random.choice(pending)))
        elif happens < 0.38:
            inherits(self, random.choice(self.traders), 10)
        else:
            self.offer(random)

    def offer(self, random: Random) -> None:
        """An order comes."""
        party: PartyId = random.choice(self.traders)
        side = random.choice([Side.BUY, Side.SELL])
        quantity = random.choice([10, 200, HAS, HAS, HAS - 10])
        order = self.order(party, side, quantity, random.choice(PRICES))
        if random.random() < 0.4:
            self.submit(self.constrained(order, whole_only=True))
        else:
            self.submit(order)

    def seen(self, viewpoint: Viewpoint, side: Side) -> list[tuple[str, str, int]]:
        """What the matching book itself shows to this class, as it is on the wire."""
        product = self.state.products[self.product_id]
        viewer_side, viewer_class = VIEWERS[viewpoint]
        if product.veto is None or product.veto.classes is None:
            viewer_class = 0
        rows = product.book.depth(side, 50, seen_by=(viewer_side, viewer_class))
        return [(f"{price // 10_000}.{price % 10_000:04}", str(n), m) for price, n, m in rows]


class ClassedFeed(Feed):
    """The feed of such a market."""

    def __init__(self) -> None:
        self.market = ClassedMarket()
        super().__init__(self.market.published)

    def restart(self) -> None:
        """State and view go on from their snapshot, and clients have to come anew."""
        self.publish()
        image = msgspec.msgpack.encode(self.view.to_state())
        self.market.state = decode_state(encode_state(self.market.state))
        stored = msgspec.msgpack.decode(image, type=MarketViewState)
        self.begin(view_of(stored, self.market.state))
