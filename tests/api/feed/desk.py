"""The feed without sockets: a small market, its publisher, and clients that read when told to."""

import json
from typing import Any, Final

from api.auth.principal import Principal
from api.feed.limits import FeedLimits
from api.feed.messages import CloseCode
from api.feed.protocol import Connection
from api.feed.publisher import Publisher
from api.quote_access import QuoteAccess
from exchange.candles import Candles
from exchange.market_view import MarketView
from exchange.types import PartyId, PartyKind
from tests.exchange.small_market import Committed, SmallMarket
from tests.model.feed_client import FeedClient

EPOCH: Final = "e1"
MS_NS: Final = 1_000_000
S_NS: Final = 1_000_000_000


class Feed:
    """The feed of a market, and a clock that stands still until it is told otherwise."""

    def __init__(self, published: list[Committed], *, limits: FeedLimits | None = None) -> None:
        """Args:
        published: what the market has done so far, and will do.
        """
        self.limits = limits or FeedLimits()
        self.now_ns = int(published[-1].at_ns)
        self.clients: list[Client] = []
        self._all = published
        self._published = 0
        self.candles = Candles()
        self.begin(MarketView())
        self.publish()

    def begin(self, view: MarketView) -> None:
        """Publish what comes after this view, to clients that come anew."""
        self.view = view
        quotes = QuoteAccess(view)
        self.publisher = Publisher(view=view, candles=self.candles, quotes=quotes, epoch=EPOCH)

    def publish(self) -> None:
        """All commands that the market was given since the last time become public as one batch."""
        batch = self._all[self._published :]
        self._published += len(batch)
        # As the exchange does: the whole batch is folded before anybody is told of it.
        changes = [self.view.apply(committed) for committed in batch]
        self.candles.take(changes)
        self.publisher.publish(changes, self.now_ns)

    def connect(self) -> "Client":
        """A new client that has its welcome."""
        client = Client(self)
        self.clients.append(client)
        client.read()
        return client

    def pass_time(self, wait_ns: int) -> None:
        """Time passes for all connections."""
        self.now_ns += wait_ns
        for client in self.clients:
            client.connection.tick(self.now_ns)

    def symbol(self, product: int = 0) -> str:
        """The symbol of a product by index."""
        return list(self.view.products.values())[product].terms.symbol


class Desk(Feed):
    """The feed of a small market."""

    def __init__(
        self,
        *,
        limits: FeedLimits | None = None,
        products: int = 2,
        right_holders: tuple[int, ...] = (),
    ) -> None:
        self.market = SmallMarket(products=products, right_holders=right_holders)
        super().__init__(self.market.published, limits=limits)


class Client:
    """One connection and who reads it."""

    def __init__(self, desk: Feed) -> None:
        self.desk = desk
        self.mirror = FeedClient()
        self.frames: list[dict[str, Any]] = []
        self._requests = 0
        self.connection = Connection(
            publisher=desk.publisher,
            limits=desk.limits,
            connection_id=f"c_{len(desk.clients)}",
            nonce="nonce",
            now_ns=desk.now_ns,
            wake=lambda: None,
        )

    def close_code(self) -> CloseCode | None:
        """The code with which the shell would close now."""
        return self.connection.close_code

    def send(self, **members: Any) -> str:
        """Send a frame with a `req` of its own and return it."""
        self._requests += 1
        req = str(members.pop("req", self._requests))
        self.send_text(json.dumps({"req": req, **members}))
        return req

    def send_text(self, text: str) -> None:
        """Send a frame as it is."""
        self.connection.receive_text(text, self.desk.now_ns)

    def ask(self, **members: Any) -> dict[str, Any]:
        """Send a frame, read everything, and return the answer."""
        req = self.send(**members)
        self.read()
        return self.mirror.answers[req]

    def subscribe(self, *streams: dict[str, Any]) -> list[dict[str, Any]]:
        """Subscribe and return the results."""
        return list(self.ask(type="subscribe", streams=list(streams))["results"])

    def sign_in(self, party_id: PartyId, kind: PartyKind = PartyKind.NATURAL_PERSON) -> None:
        """Be this party."""
        req = self.send(type="auth", method="bearer", key="secret")
        assert self.connection.auth_to_check is not None
        principal = Principal(party_id=party_id, kind=kind, key_id="k1")
        self.connection.receive_principal(principal, self.desk.now_ns)
        self.read()
        assert self.mirror.answers[req]["party_id"] == str(party_id)

    def read_some(self) -> list[dict[str, Any]]:
        """Read as much as a socket takes at once."""
        texts = self.connection.frames_to_send(self.desk.now_ns)
        for text in texts:
            self.mirror.receive(text)
        frames = [json.loads(text) for text in texts]
        self.frames += frames
        return frames

    def read(self) -> list[dict[str, Any]]:
        """Read everything that waits."""
        frames = []
        while some := self.read_some():
            frames += some
        return frames


__all__ = ["EPOCH", "MS_NS", "S_NS", "Client", "Committed", "Desk", "Feed"]
