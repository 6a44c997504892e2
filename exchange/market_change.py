"""What a committed command did to the market, as the view tells those who publish it."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

import msgspec

from exchange.events import AnyEvent
from exchange.halt_events import HaltLifted, TradeHalted
from exchange.market_events import ModeEvent
from exchange.negotiation_view import NegotiationChange
from exchange.product_view import TransferView
from exchange.register_events import ProductAdvanced
from exchange.touched_product import ProductChange
from exchange.types import PartyId
from exchange.types import Sequence as SequenceNumber
from registry.types import TimeNs, TransferId


class Published(Protocol):
    """One journaled command after its commit, as the exchange's service hands it on."""

    @property
    def sequence(self) -> SequenceNumber: ...
    @property
    def at_ns(self) -> TimeNs: ...
    @property
    def events(self) -> Sequence[AnyEvent]: ...


StatusEvent: TypeAlias = TradeHalted | HaltLifted | ProductAdvanced | ModeEvent
"""What decides whether and how a product is traded."""


class MarketChange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one command did to the market."""

    sequence: SequenceNumber
    at_ns: TimeNs
    products: tuple[ProductChange, ...]
    transfers: tuple[TransferView, ...]
    """Opened or decided, each once, in its new state."""
    party_seqs: tuple[tuple[PartyId, int], ...]
    """The counter after the command of each party that may see one of these transfers."""
    offers: Mapping[TransferId, tuple[PartyId, ...]]
    """Of those that are offered by pre-emption, or were until now, who is asked."""
    negotiations: tuple[NegotiationChange, ...] = ()
    """Opened or changed, each once, before and after."""
    status: tuple[StatusEvent, ...] = ()
    """In their order; few commands cause any."""
