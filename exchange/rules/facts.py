"""What a check may see. Whoever asks gathers the facts; a check looks at nothing else."""

import msgspec

from exchange.modes.types import MarketMode
from exchange.price_types import Disclaimer, PriceFacts, QuoteBasis
from exchange.profile import Certification, Profile
from exchange.rules.types import Stage
from exchange.types import PartyId, PartyKind, VenueProfile
from matching import Price, Quantity
from registry.calendar import Calendar
from registry.terms import ChecklistItem
from registry.transfer import Who
from registry.types import DayNumber, ProductId, TimeNs, Units


class ProductFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A product, as far as rules look at it."""

    product_id: ProductId
    product_type: str
    risk_level: int
    """R1 to R5 as 1 to 5."""
    par_value: Price
    quantity_scale: int
    tick: Price
    lot: Quantity
    units_issued: Units
    maturity_on: DayNumber | None
    calendar: Calendar
    """Of its working days."""
    trust_company_id: PartyId
    mode: MarketMode
    known: PriceFacts
    """What is disclosed of it."""


class HoldingFacts(msgspec.Struct, frozen=True, gc=False):
    """What a party has of the product."""

    units: int
    """All of which it has title."""
    leaving: int
    """Of these, what its other open orders and its pending transfers will take away."""
    principal: int
    """Fen, of all units."""


class PartyFacts(msgspec.Struct, frozen=True, gc=False):
    """A party to the deal, or who wants to be one."""

    party_id: PartyId
    kind: PartyKind
    profile: Profile
    holding: HoldingFacts
    orders_open: int = 0
    """Its orders that stand besides the deal's, in all products."""


class OfferFacts(msgspec.Struct, frozen=True, gc=False):
    """What is offered or bid for."""

    quantity: Quantity
    price: Price
    expires_at_ns: TimeNs | None
    """None: it ends when its party withdraws it."""


class SlotChange(msgspec.Struct, frozen=True, gc=False):
    """What a deal does to the holder slots in use, of one sort."""

    before: int
    after: int


class SlotFacts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a deal does to the holders of a product with caps; of one offer alone nothing yet."""

    day: DayNumber
    """Of the moment, in the product's calendar, as the days below."""
    seller_free_on: DayNumber | None = None
    """The first day on which the seller may sell after his last purchase; None: he has made none
    that matters."""
    buyer_free_on: DayNumber | None = None
    """Likewise of the buyer after his last sale."""
    natural_small: SlotChange | None = None
    """Natural persons with little principal."""
    now: SlotChange | None = None
    """All holders, looked through."""
    ever: SlotChange | None = None
    """All that have ever held."""


class PairFacts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one sells to another, or offers to whoever comes."""

    kept: int
    """Units that the seller has left after all that is on its way to this buyer; before they have
    met, also of what is on its way to the seller. Of a listing: all but what it offers."""
    is_for_one: bool = False
    """Of a listing: one buyer takes all of it, or may."""
    buyer_sells_to: tuple[PartyKind, ...] = ()
    """What those are to whom the buyer sells on the way what he has: were this settled before, he
    would keep a part. Of those who have met: nothing."""
    have_one_owner: bool = False
    """Both have the same beneficial owner."""
    seller_sells: int = 0
    """Of two who would meet: units that are on their way from the seller, to anybody."""
    buyer_gets: int = 0
    """Likewise: those that are on their way to the buyer, less those from him."""


class OwnFacts(msgspec.Struct, frozen=True, gc=False):
    """What stands besides an offer of the same party or its beneficial owner's."""

    is_two_way: bool
    """The party has an order on the other side."""
    meets_owner: bool
    """It would meet an order in the book of one who has the same beneficial owner."""


class AdmissionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A product as it asks for admission: what does not matter to any deal."""

    licence: VenueProfile
    """Of the venue."""
    is_approved: bool
    """The venue names an approval of its authority."""
    mode: MarketMode
    """In which its deals are to be made."""
    names: tuple[str, ...]
    ctrc_code: str | None
    """Under which the trust registration has it."""
    is_signed_off: bool
    """Its trust company stands by its terms."""
    quote_basis: QuoteBasis
    can_be_quoted: bool
    """All is known that the basis takes."""
    disclaimer: Disclaimer | None
    """Beside its benchmark; None: it has none."""


class TransferFacts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The papers of a transfer on its way."""

    documents: tuple[ChecklistItem, ...]
    """Those that count now, and whose each is."""
    signed: Who
    """The agreement."""
    cooling_off_hours: int
    """How long the product lets a natural buyer withdraw once both have signed."""
    has_own_account: bool
    """The party that is asked has an account at a bank that is proven to be its own."""


class ViewerFacts(msgspec.Struct, frozen=True, gc=False):
    """Who wants to be shown the quotes of a product."""

    kind: PartyKind | None
    """None: nobody knows, it has not signed in."""
    certification: Certification | None
    """As a qualified investor; None: never, or nobody knows."""


class Deal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is judged: a seller's listing has no buyer yet, a buyer's bid no seller."""

    stage: Stage
    at_ns: TimeNs
    day: DayNumber
    """Of `at_ns`, in Asia/Shanghai."""
    product: ProductFacts
    seller: PartyFacts | None
    buyer: PartyFacts | None
    offer: OfferFacts | None
    """None: what is asked holds for every quantity and price (`Aspect.PARTY`)."""
    slots: SlotFacts | None = None
    """None: the product has no caps."""
    pair: PairFacts | None = None
    """None: nobody sells."""
    own: OwnFacts | None = None
    """None: nobody offers anything."""
    admission: AdmissionFacts | None = None
    """At stage P alone."""
    transfer: TransferFacts | None = None
    """Of a transfer on its way, at stages U, C and S: one of its parties is asked at a time."""
    risk_before: int | None = None
    """The product's level before what has been disclosed just now, at stage X of all that is on its
    way."""
    viewer: ViewerFacts | None = None
    """At stage V alone, where nobody deals yet."""

    def parties(self) -> tuple[PartyFacts, ...]:
        """Those who are known, the seller first. Cost: O(1)."""
        return tuple(party for party in (self.seller, self.buyer) if party is not None)
