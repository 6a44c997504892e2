"""Bounds of the core, each with its reason. Every number that is stored fits a signed 64-bit
integer."""

from typing import Final

from exchange.types import Fen

DAY_NS: Final = 86_400_000_000_000

PRICE_MAX: Final = 10**9
"""100,000 yuan a unit: above any trust unit's par by three powers of ten."""
QUANTITY_MAX: Final = 10**15
"""More than the largest plan's units, with four decimals."""
ORDER_VALUE_MAX: Final = Fen(10**12)
"""Ten billion yuan an order. With price and quantity scales an order's exact value stays below
2**63."""
FEE_MAX: Final = ORDER_VALUE_MAX
"""No fee of an order is more than the largest order is worth."""
DEPOSIT_MAX: Final = Fen(10**14)
ACCOUNT_MAX: Final = Fen(10**17)
PRINCIPAL_MAX: Final = Fen(10**18)
"""Of all units of a product at par, in one lot or in many."""
QUANTITY_SCALE_MAX: Final = 4
"""NAV products count units with four decimals (domain D2)."""

ORDERS_OPEN_PER_PARTY_MAX: Final = 1_000
"""Of one party in all products; bounds what one account can make the book hold. Rule packs have a
number of their own, and it is smaller (ORD-04)."""
ORDERS_OPEN_PER_PRODUCT_MAX: Final = 200_000
"""A book of this size is rebuilt in about a second at a restart."""
TRANSFERS_OPEN_PER_PARTY_MAX: Final = 10_000
"""Of one party, as buyer or seller: each is some kilobyte of memory until it is decided."""
LOTS_PER_ORDER_MAX: Final = 200
"""From which one sell order may draw, some µs each; what a fill takes stands in its transfer's row.
"""
LOTS_PER_HOLDING_MAX: Final = 10_000
"""Of one party in one product, those that its open purchases will bring included."""
ORDERS_GATHERED_MAX: Final = 5_000
"""In the book of a call auction: its price takes some 1.5 µs an order, in one command."""
INDICATED_EVERY_NS: Final = 1_000_000_000
"""What an auction would do is told no more often: it is computed anew from all orders."""
FILLS_PER_COMMAND_MAX: Final = 500
"""Some 40 µs each: a command takes no longer than the 20 ms that nobody may stall the writer for.
"""
RETRIED_FILLS_MAX: Final = 100
"""Beside them: fills of all-or-none orders that the command made possible."""
CANDIDATES_MAX: Final = 2_000
"""Orders that one incoming order may ask in vain, some µs each; past it the rest is cancelled."""
TRANSFER_IDS_PER_COMMAND: Final = 1_000
"""A transfer's id is its command's sequence × this + the index of the fill, so it can be read by
people; and so with the lots that a command takes over."""
REGISTER_ROWS_MAX: Final = 1_000
"""Of one file, some µs each; a row that makes a lot gives it its place's number, and there are
TRANSFER_IDS_PER_COMMAND of these."""
ENCUMBERED_PER_FILE_MAX: Final = 2_000
"""Lots and orders that the pledges and freezes of one file concern, some 5 µs each; a single row
may concern more."""
ENCUMBRANCES_PER_HOLDING_MAX: Final = 50
"""Pledges and freezes: all of a holding's are looked at whenever one ends."""
SALES_MARKED_AT_ONCE_MAX: Final = 100
"""Of one seller's open transfers: a freeze that concerns more of them is marked by time."""
MARKS_PER_COMMAND_MAX: Final = 200
"""Some 12 µs each, beside the look at all of a seller's transfers: a command takes no longer than
20 ms, and tells of fewer transfers than it has numbers for in the outbox."""
FREEZE_DAYS_MAX: Final = 3 * 365
"""Three years. Source: 民诉法解释, of other property rights."""
RULE_PACKS_MAX: Final = 200
"""Of all versions ever loaded, some 10 kB each: each change of a pack is one."""
JUDGED_AT_ONCE_MAX: Final = 128
"""Steps in which a command judges orders that stand; the clock does as many in one of its own. A
party is one, some 40 µs; each of its orders that is withdrawn is some 20 µs more."""
ORDERS_WITHDRAWN_AT_ONCE_MAX: Final = 4
"""Of one party in one of these steps: all of a command withdraw some 500, in no more than 20 ms."""
CLEARANCES_PER_PARTY_MAX: Final = 16
"""Of one party in one product, asked or cleared: each is a person's work, and some 20 µs a day."""
CLEARANCE_DAYS_MAX: Final = 90
"""How long what a person lets pass may be made use of."""
CLEARANCE_ASKED_DAYS: Final = 30
"""After which nobody is asked any more: the next order asks again."""
CLEARED_TRANSFERS_MAX: Final = 64
"""By one clearance: an order that trades in more parts has the others asked about."""
PACK_NOTICE_DAYS_MAX: Final = 3 * 366
"""How far ahead a pack is loaded: laws are announced a year or two before."""
ORDER_VALIDITY_MAX_NS: Final = 30 * DAY_NS
"""ORD-01: an order that names an expiry names one within 30 days."""
NEGOTIATIONS_OPEN_PER_PARTY_MAX: Final = 200
"""That one party has opened: of those it is named in, others have as many."""
NEGOTIATIONS_OPEN_PER_PRODUCT_MAX: Final = 1_000
"""Of which the timers are set anew in the command that closes the product, some µs each."""
OFFERS_PER_NEGOTIATION_MAX: Final = 100
"""That stand, or that have superseded each other: the end of a negotiation frees them in one
command."""
NAMED_PER_REQUEST_MAX: Final = 50
"""Who is asked for a quote by name; who asks more asks everybody."""
QUOTE_VALIDITY_NS: Final = 1_800_000_000_000
"""Half an hour, where a quote names no time. Source: domain D3."""
PICK_VALIDITY_NS: Final = DAY_NS
"""In which a buyer whom the seller has picked says yes; then the next is asked."""
BID_EXTENSION_NS: Final = 180_000_000_000
"""Three minutes: a bid in the last three moves the end so far away. Source: domain D3."""
BIDDING_EXTENDED_MAX_NS: Final = 3_600_000_000_000
"""An hour: how far late bids can move the end in all, so that it is known when it comes at last."""
OFFICERS_PER_PARTY_MAX: Final = 200
"""In office, deputies and those to come included: what an appointment looks through."""
OFFICE_MAX_NS: Final = 3_653 * DAY_NS
"""An office that has an end, or begins later, does so within ten years."""
PROPOSALS_OPEN_MAX: Final = 200
"""Of the venue: what its clock looks through."""
PROPOSAL_DAYS: Final = 5
"""Working days after which a proposal that nobody has approved lapses."""
EXCEPTIONS_OPEN_PER_PARTY_MAX: Final = 10_000
"""Of one trust company, past which it can bring about no more by deciding late; what the exchange
raises itself is bounded by what it is about."""
NOTE_LENGTH_MAX: Final = 200
HALT_REVIEW_MAX_NS: Final = 30 * DAY_NS
"""Whoever halts trade says when he looks at it again: within a month."""
AUCTION_EXTENSION_NS: Final = 5 * 60 * 1_000_000_000
"""For so long a call auction is put off whose price is beyond its band: once."""
BAND_HALT_NS: Final = 5 * 60 * 1_000_000_000
"""The second time the product is halted for so long. Source: domain D7."""
FOLLOWED_AT_ONCE_MAX: Final = 200
"""Orders and transfers of a halted party that follow in the command of the halt."""
CALENDARS_MAX: Final = 16
CALENDAR_DAYS_CHANGED_MAX: Final = 400
"""By one amendment: a year's list and what it corrects of the last."""
CALENDAR_WARNING_DAYS: Final = 60
"""Before its exceptions are known no more: the State Council's notice comes in November."""
DEADLINES_MOVED_AT_ONCE_MAX: Final = 128
"""Transfers whose deadlines an amended calendar moves in its own command, some 30 µs each."""
"""Of a venue: each jurisdiction has a few."""

STATEMENT_ENTRIES_MAX: Final = TRANSFER_IDS_PER_COMMAND
"""Of one page: some µs each; a longer statement is several pages."""
STATEMENT_PAGES_MAX: Final = 1_000
ESCROW_BALANCE_MAX: Final = Fen(10**18)
"""More than all parties of a venue will ever have; a sum of it and an entry fits 64 bits."""
BANK_REFS_KEPT_NS: Final = 400 * DAY_NS
"""A reference that comes again within a year is a duplicate."""
BANK_REFS_KEPT_MAX: Final = 1_000_000
"""Some 200 MB, and 2,500 entries a day: past it the oldest are forgotten first."""
PAYMENTS_UNMATCHED_MAX: Final = 100_000
"""Past it statements wait until somebody resolves some: nothing is lost meanwhile."""
BANK_ACCOUNTS_PER_PARTY_MAX: Final = 16
WITHDRAWALS_OPEN_PER_PARTY_MAX: Final = 100
"""Each is a decision of the operator's and a payment of the custodian's."""
EVIDENCE_BYTES_MAX: Final = 20 * 2**20
"""Of one file: a quarter of an hour of a recording as phones make it for messages."""
EVIDENCE_PER_SUBJECT_MAX: Final = 100
"""Documents that count for one transfer, party or product: three for each line of a checklist."""
LINKS_PER_EVIDENCE_MAX: Final = 256
"""Documents that are made of one file: a fault of it ends all of them in one command, some 30 µs
each."""
OWN_EVIDENCE_PER_REVIEW_MAX: Final = 5
"""Of one party, while a transfer of its is reviewed: each makes what was read and proposed there
void. Spent on one working day each, they leave the officers five of their ten."""
EVIDENCE_VALIDITY_DAYS_MAX: Final = 36_525
"""A hundred years: a last day further away is a mistake."""

CERTIFICATION_MONTHS_MAX: Final = 12
"""QI-02: a qualified investor is certified anew each year; rules of a product may ask for more."""
AFFILIATES_MAX: Final = 16
"""Trust companies to which one client belongs: a group has a few."""
LAYERS_MAX: Final = 9
"""Of nesting: one is allowed (QI-07), and what is above a few is a mistake."""
LOOKTHROUGH_MAX: Final = 10_000
"""Holders as whom one counts: fifty times what a product may have."""
RISK_LEVEL_MAX: Final = 5
BENCHMARK_BPS_MAX: Final = 10_000
MODE_DAYS_AHEAD_MAX: Final = 60
"""So far ahead a market mode is announced: what stands for longer is forgotten."""
FEE_DAYS_AHEAD_MAX: Final = 3_653
FEE_SCHEDULES_MAX: Final = 1_000
"""That a venue ever sets: all of them are kept, for what an order was shown is looked up."""
DISCLOSED_DAYS_MAX: Final = 3_653
"""Ten years: a day further back or ahead is a mistake."""
DISCLOSURE_DOCUMENTS_MAX: Final = 20
DISCLOSURE_LETTERS_MAX: Final = 1_000
"""Of each language: what is longer is a document."""

KEY_RETENTION_NS: Final = 7 * DAY_NS
"""Idempotency keys are kept this long after their object's terminal state."""
KEYS_MAX: Final = 8_000_000
"""About 1.5 GB, and 13 commands a second for a week without a pause. Past it new commands are
answered `busy` until keys expire; cancels and decisions have a quarter more."""
KEYS_PER_PARTY_MAX: Final = 1_000_000
"""So that one party cannot use up what all share."""
KEYS_EXPIRED_PER_SWEEP_MAX: Final = 1_000
"""By one AdvanceTime, at most once a second: keys also expire while nobody gives commands."""
KEYS_EXPIRED_PER_COMMAND_MAX: Final = 4
"""More than one, so that the backlog shrinks while commands come in; bounded, so that no command
pays for all."""

TIMERS_FIRED_PER_COMMAND_MAX: Final = 128
"""Due timers are spread over as many AdvanceTime commands as they need: none takes long."""
DOWNTIME_MAX_NS: Final = 3 * DAY_NS
"""A start after a longer time waits like a jump: rather a clock that is wrong than a holiday."""
CLOCK_JUMP_MAX_NS: Final = 60_000_000_000
"""A larger jump that is no stated downtime waits for the operator."""
