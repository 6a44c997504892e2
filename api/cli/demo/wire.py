"""What the demo reads of answers and frames. Members that it does not need are ignored."""

from typing import Generic, TypeVar

import msgspec

Item = TypeVar("Item")


class Page(msgspec.Struct, Generic[Item]):
    """A part of a list."""

    items: list[Item]
    next_cursor: str | None


class Party(msgspec.Struct):
    """A party that the operator admitted."""

    party_id: str


class Key(msgspec.Struct):
    """A bearer key; the secret is in the first answer only."""

    key: str | None


class Terms(msgspec.Struct):
    """A product, as far as its trust company stands by it."""

    terms_digest: str


class QuantityRange(msgspec.Struct):
    """Every multiple of a lot from the one to the other."""

    least: str
    most: str


class FeasibleListing(msgspec.Struct):
    """What stands in a deal by name that a party may answer."""

    negotiation_id: str
    quantities: list[QuantityRange]


class FeasibleSide(msgspec.Struct):
    """What one side of the market has for a party at one price."""

    quantities: list[QuantityRange]
    listings: list[FeasibleListing]


class Feasible(msgspec.Struct):
    """What a party may do in a product."""

    buy: FeasibleSide
    sell: FeasibleSide


class Halt(msgspec.Struct):
    """A halt of trade."""

    halt_id: str
    symbol: str | None
    given_by: str


class Officer(msgspec.Struct):
    """A person in an office."""

    officer_id: str
    person: str | None
    """By which the party knows the person."""


class Enrolment(msgspec.Struct):
    """What a person enrols with; the token is in the first answer only."""

    token: str | None


class NewPerson(msgspec.Struct):
    """Somebody who may enrol."""

    enrolment: Enrolment


class Proposed(msgspec.Struct):
    """An act that waits for a second person."""

    proposal_id: str
    digest: str


class ProposedPages(msgspec.Struct):
    """The acts of one file."""

    items: list[Proposed]


class Approved(msgspec.Struct):
    """An act that was done, and the id of what it made."""

    result_id: str | None


class EvidenceFile(msgspec.Struct):
    """A file that was uploaded."""

    evidence_id: str


class EvidenceLink(msgspec.Struct):
    """A document of something: a file, with the hash of its bytes."""

    evidence_id: str
    sha256: str


class BankAccount(msgspec.Struct):
    """An own account at a bank."""

    bank_account_id: str


class Withdrawal(msgspec.Struct):
    """Money on its way to a bank account."""

    withdrawal_id: str
    amount: str


class Payment(msgspec.Struct):
    """An entry of the bank's statement."""

    payment_id: str
    bank_ref: str
    amount: str


class Statement(msgspec.Struct):
    """A statement that is booked."""

    closing_balance: str


class Reconciled(msgspec.Struct):
    """The venue's books beside the bank's."""

    ledger: str
    breaks: list[dict[str, str]]


class Placed(msgspec.Struct):
    """What became of a new order at once."""

    order_id: str
    status: str
    open_quantity: str


class NegotiationStep(msgspec.Struct):
    """What a word in a deal in the making has done."""

    negotiation_id: str
    offer_id: str | None


class Replaced(msgspec.Struct):
    """What became of a replaced order at once."""

    price: str
    open_quantity: str


class Cancelled(msgspec.Struct):
    """What a cancellation freed."""

    released_money: str | None
    released_units: str | None


class Order(msgspec.Struct):
    """An own order."""

    order_id: str
    symbol: str
    side: str
    price: str
    open_quantity: str


class Cash(msgspec.Struct):
    """Own money."""

    total: str
    available: str


class Holding(msgspec.Struct):
    """Own units of a product."""

    symbol: str
    available: str


class Problem(msgspec.Struct):
    """Why a request was refused."""

    code: str
    detail: str = ""
    retryable: bool = False


class Desk(msgspec.Struct):
    """Where a transfer stands at the trust company's desk."""

    criteria: str | None
    """Of what is to be decided; None: nothing is."""


class TransferRead(msgspec.Struct):
    """A transfer as an officer reads it before he decides."""

    version: int
    desk: Desk


class Step(msgspec.Struct):
    """What became of a transfer."""

    version: int


class DecidedItem(msgspec.Struct):
    """What became of one decision."""

    refusal: str | None


class Decisions(msgspec.Struct):
    """What became of each decision of a request, in their order."""

    taken: int
    items: list[DecidedItem]


class StreamResult(msgspec.Struct):
    """The answer to one entry of a subscription."""

    ok: bool
    s: str = ""
    epoch: str = ""
    head: int = 0


class Frame(msgspec.Struct):
    """What is looked at first."""

    type: str
    s: str = ""
    epoch: str = ""
    prev: int = -1
    seq: int = -1
    eseq: int = 0
    sent: str = ""
    part: int = 1
    parts: int = 1
    code: str = ""
    detail: str = ""
    results: list[StreamResult] = []


class Ticker(msgspec.Struct):
    """A product at a glance."""

    bid: tuple[str, str] | None
    ask: tuple[str, str] | None
    last: str | None
    volume_24h: str


class Trade(msgspec.Struct):
    """A trade, new or in a new state."""

    trade_id: str
    price: str
    quantity: str
    aggressor: str
    state: str


class Trades(msgspec.Struct):
    """The trades that one command touched."""

    trades: list[Trade]


class Transfer(msgspec.Struct):
    """A transfer of title as its trust company sees it."""

    transfer_id: str
    symbol: str
    state: str
    version: int
    seller_id: str
    buyer_id: str
    units: str
    consideration: str
    opened_at: str
    deadline: str | None
    notices: int
    overlays: list[str]
    rescindable: bool
    decided_at: str | None
    made_by: str | None = None
    """Whose proposal waits for a checker."""


class Transfers(msgspec.Struct):
    """The transfers that one command touched, or all that are pending."""

    transfers: list[Transfer]
