"""The private streams that somebody has, or had until lately, and what is published to each.

What commits change of accounts comes as rows (`publish_batch`), everything else as changes of the
market (`publish`). For a party that nobody watches nothing is made.
"""

from api.feed.accounts import CashStream, HoldingsStream, publish_cash, publish_holdings
from api.feed.confirmations import ConfirmationsStream
from api.feed.limits import RESUME_NS
from api.feed.negotiations import NegotiationsStream
from api.feed.orders import OrdersStream, publish_orders
from api.feed.private import AccountStream, Owner, PrivateStream, Retained
from api.feed.transfers import TransfersStream
from api.quote_access import Concerned, QuoteAccess
from exchange.market_change import MarketChange
from exchange.market_view import MarketView
from exchange.product_view import TransferView
from exchange.sequencer import Batch
from exchange.store.account_queries import Rows
from exchange.types import PartyId, PartyKind
from exchange.types import Sequence as SequenceNumber
from registry.types import LotId


class PrivateStreams:
    """One stream of each channel for each party that has asked for it.

    Args:
        view, quotes: as of the publisher.
    """

    def __init__(self, *, view: MarketView, quotes: QuoteAccess, epoch: str) -> None:
        self.unread: list[AccountStream] = []
        """Just opened: the shell takes them out, reads what is stored, and hands it to `begin`."""
        self._view = view
        self._quotes = quotes
        self._epoch = epoch
        self._retained = Retained()
        self._open: dict[tuple[str, PartyId], PrivateStream] = {}
        self._unready: dict[AccountStream, None] = {}
        self._ahead: dict[AccountStream, SequenceNumber] = {}
        """Begun with rows of commits that are durable and not published yet: up to which."""
        # To be published to, by channel.
        self._transfers: dict[PartyId, TransfersStream] = {}
        self._negotiations: dict[PartyId, NegotiationsStream] = {}
        self._confirmations: dict[PartyId, ConfirmationsStream] = {}
        self._orders: dict[PartyId, OrdersStream] = {}
        self._holdings: dict[PartyId, HoldingsStream] = {}
        self._cash: dict[PartyId, CashStream] = {}
        self._owners: dict[LotId, PartyId] = {}

    def open(self, channel: str, party_id: PartyId, kind: PartyKind) -> PrivateStream:
        """The party's stream of this private channel, made if there is none."""
        stream = self._open.get((channel, party_id))
        if stream is None:
            stream = self._make(channel, party_id, kind)
            self._open[channel, party_id] = stream
            if isinstance(stream, AccountStream):
                self._unready[stream] = None
                self.unread.append(stream)
        return stream

    def begin(self, stream: AccountStream, rows: Rows, as_of: SequenceNumber, now_ns: int) -> None:
        """The rows that `stream` begins with have been read; it catches up and is ready."""
        del self._unready[stream]
        missed = stream.begin(rows, as_of)
        party_id = stream.party_id
        for batch in missed:
            match stream:
                case OrdersStream():
                    publish_orders({party_id: stream}, batch, self._view, now_ns)
                case HoldingsStream():
                    publish_holdings({party_id: stream}, self._owners, batch, now_ns)
                case CashStream():
                    publish_cash({party_id: stream}, batch, now_ns)
        if as_of <= self._view.eseq:
            self._follow(stream)
        else:
            self._ahead[stream] = as_of
        for subscriber in tuple(stream.subscribers):
            subscriber.wake()

    def publish(self, market: MarketChange, now_ns: int) -> None:
        """Take what the next command did to the market. Cost: O(streams concerned)."""
        if market.transfers:
            if self._transfers:
                self._publish_transfers(market, now_ns)
            for queue in tuple(self._confirmations.values()):
                queue.take(market, now_ns)
        if market.negotiations:
            for dealer in tuple(self._negotiations.values()):
                dealer.take(market, now_ns)

    def publish_batch(self, batch: Batch, now_ns: int) -> None:
        """Take what the next commit did to accounts; the view has folded it. Cost: that of the
        channels that anybody has."""
        for stream in self._unready:
            stream.waiting.append(batch)
        for stream, as_of in tuple(self._ahead.items()):
            if as_of < batch.changes.after.sequence:
                del self._ahead[stream]
                self._follow(stream)
        if self._orders:
            publish_orders(self._orders, batch, self._view, now_ns)
        if self._holdings:
            publish_holdings(self._holdings, self._owners, batch, now_ns)
        if self._cash:
            publish_cash(self._cash, batch, now_ns)

    def look_again(self, concerned: Concerned) -> None:
        """Begin the streams anew that show their party something else than before; nobody has one
        any more. Who comes back gets a snapshot, not what was published. Cost: O(streams)."""
        for party_id, stream in tuple(self._negotiations.items()):
            if concerned.products or party_id in concerned.parties:
                assert not stream.subscribers, stream.name
                self._drop(stream.channel, party_id)

    def forget(self, now_ns: int) -> None:
        """Drop the streams that nobody has come back to, and frames that are too old. Cost:
        O(streams)."""
        self._retained.trim(now_ns)
        for key, stream in tuple(self._open.items()):
            if stream.subscribers or not stream.is_ready:
                stream.deserted_ns = None
            elif stream.deserted_ns is None:
                stream.deserted_ns = now_ns
            elif stream.deserted_ns + RESUME_NS <= now_ns:
                self._drop(*key)

    def _make(self, channel: str, party_id: PartyId, kind: PartyKind) -> PrivateStream:
        owner = Owner(party_id, kind, self._view, self._epoch, self._retained)
        match channel:
            case "transfers":
                stream = self._transfers[party_id] = TransfersStream(owner)
                return stream
            case "negotiations":
                dealer = self._negotiations[party_id] = NegotiationsStream(owner, self._quotes)
                return dealer
            case "confirmations":
                queue = self._confirmations[party_id] = ConfirmationsStream(owner)
                return queue
            case "orders":
                return OrdersStream(owner)
            case "holdings":
                return HoldingsStream(owner, self._owners)
            case _:
                assert channel == "cash", channel
                return CashStream(owner)

    def _follow(self, stream: AccountStream) -> None:
        """The next commit is news to it."""
        match stream:
            case OrdersStream():
                self._orders[stream.party_id] = stream
            case HoldingsStream():
                self._holdings[stream.party_id] = stream
            case CashStream():
                self._cash[stream.party_id] = stream

    def _drop(self, channel: str, party_id: PartyId) -> None:
        stream = self._open.pop((channel, party_id))
        if isinstance(stream, HoldingsStream):
            stream.close()
        if isinstance(stream, AccountStream):
            self._ahead.pop(stream, None)
        for streams in (
            *(self._transfers, self._negotiations, self._confirmations),
            *(self._orders, self._holdings, self._cash),
        ):
            if streams.get(party_id) is stream:
                del streams[party_id]

    def _publish_transfers(self, market: MarketChange, now_ns: int) -> None:
        by_party: dict[PartyId, list[TransferView]] = {}
        for transfer in market.transfers:
            for party_id in (*transfer.parties(), *market.offers.get(transfer.transfer_id, ())):
                if party_id in self._transfers:
                    by_party.setdefault(party_id, []).append(transfer)
        for party_id, seq in market.party_seqs:
            stream = self._transfers.get(party_id)
            if stream is not None and party_id in by_party:
                stream.take(by_party[party_id], market, seq=seq, now_ns=now_ns)
