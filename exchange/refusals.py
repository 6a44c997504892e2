"""Refusals: ordinary outcomes that say why a command changed nothing.

The number's hundred is its band; bands and numbers are in order of precedence, so the refusal
reported is the smallest one that applies. Numbers and names are a public contract: never reuse or
rename one.
"""

from enum import IntEnum


class Refusal(IntEnum):
    """Why a command was refused. The HTTP status and the text are chosen in api/errors.py."""

    # 1xx: the request as such
    IDEMPOTENCY_KEY_REUSED = 101  # the same key came with another body; not journaled
    # 2xx: who asks, and for what
    NOT_PERMITTED = 201  # this kind of party may not do this
    UNKNOWN_PARTY = 202  # no such party, or not of the kind that this needs
    UNKNOWN_PRODUCT = 203  # no product has this id
    UNKNOWN_ORDER = 204  # no open order of this party has this id
    UNKNOWN_TRANSFER = 205  # no transfer that this party may see has this id
    VENUE_ALREADY_OPEN = 206  # a venue is opened once
    UNKNOWN_LOT = 207  # no lot of this product has this number
    UNKNOWN_OFFICER = 208  # the party has no such officer
    UNKNOWN_PROPOSAL = 209  # no open proposal has this id
    UNKNOWN_ENCUMBRANCE = 210  # no pledge or freeze has this id
    UNKNOWN_BANK_ACCOUNT = 211  # no bank account of this party has this id
    UNKNOWN_PAYMENT = 212  # no unresolved payment has this id
    UNKNOWN_EVIDENCE = 213  # no such file, or no document that this one could replace
    UNKNOWN_EXCEPTION = 214  # no exception that this party may see has this id
    UNKNOWN_CALENDAR = 215  # the venue has no calendar of this name
    FOUR_EYES_REQUIRED = 216  # the operator does this by a proposal that a second person approves
    OUT_OF_OFFICE = 217  # the officer's time has not come or is over
    UNKNOWN_WITHDRAWAL = 218  # no open withdrawal has this id
    UNKNOWN_RULE_PACK = 219  # no pack of this id applies today
    UNKNOWN_RULE = 220  # no pack of the product has this rule
    UNKNOWN_APPLICATION = 221  # no application that waits for a decision has this id
    UNKNOWN_QUESTIONNAIRE = 222  # no questionnaire has this version
    UNKNOWN_NEGOTIATION = 224  # no open negotiation of which this party may hear has this id
    UNKNOWN_HALT = 227  # no halt of this party that stands has this id
    UNKNOWN_CLEARANCE = 230  # nothing that was asked or cleared has this id
    OFFICER_NOT_MAKER = 234  # a maker does this, and the officer is none
    OFFICER_NOT_CHECKER = 235  # a checker does this, and the officer is none
    OFFICER_NOT_HEAD = 236  # a head does this, and the officer is none
    OFFICER_NOT_REVIEWER = 237  # a maker or checker does this, and the officer is neither
    OFFICER_NOT_COMPLIANCE = 238  # compliance does this, and the officer is not of it
    # 3xx: the values
    PRICE_OUT_OF_RANGE = 301  # not within 0.0001 and 100,000 yuan
    PRICE_OFF_TICK = 302  # PRC-02
    QUANTITY_OUT_OF_RANGE = 303  # not within 1 and QUANTITY_MAX smallest units
    QUANTITY_OFF_LOT = 304  # no multiple of the product's lot
    ORDER_VALUE_OUT_OF_RANGE = 305  # above ORDER_VALUE_MAX, at the limit or at par
    EXPIRY_OUT_OF_RANGE = 306  # past, or further away than ORD-01 allows
    TIME_IN_FORCE_CONFLICT = 307  # post-only or an expiry on an order that does not rest
    TERMS_OUT_OF_RANGE = 308  # a product's terms, or a fee schedule
    AMOUNT_OUT_OF_RANGE = 309  # not within 1 fen and DEPOSIT_MAX
    SIZE_TERMS_CONFLICT = 310  # a minimum above the quantity or off lot, or contradicting terms
    LOTS_CONFLICT = 311  # lots named twice, not the seller's, or with fewer units than the order
    CALENDAR_OUT_OF_RANGE = 312  # a calendar without working days, or named twice
    ROWS_OUT_OF_RANGE = 313  # a file has no or too many rows, or a row is none that it may have
    EVIDENCE_OUT_OF_RANGE = 314  # no SHA-256, or a document's type, person or last day
    DATES_OUT_OF_RANGE = 315  # a day that has not come yet, or an office that cannot be then
    TOTALS_DIFFER = 316  # amounts or units that should agree do not
    STATEMENT_BALANCES_DIFFER = 317  # opening balance and entries do not give the closing one
    BANK_ACCOUNT_OUT_OF_RANGE = 319  # no digest and last digits of an account
    RETURN_OUT_OF_RANGE = 320  # a return names neither buyer nor seller, or somebody else
    ROLES_CONFLICT = 321  # none, unknown ones, or a deputy who brings his own
    NOTE_OUT_OF_RANGE = 322  # a note is blank, too long, or has control characters
    SIGNATURE_MISSING = 323  # no officer has signed the decision, of a product that asks for it
    CRITERIA_MISSING = 324  # the decision does not say what was read, of a product with review
    PROFILE_OUT_OF_RANGE = 330  # a basis, day or number that a client's profile cannot have
    ANSWERS_OUT_OF_RANGE = 331  # a score or digest that no answers have
    REVIEW_INCOMPLETE = 332  # neither a rejection nor all that an approval establishes, or both
    RULE_PACK_OUT_OF_RANGE = 340  # no pack, extends what is not there, lacks what a product has
    OVERRIDES_OUT_OF_RANGE = 341  # named twice, a value that it cannot have or that does nothing
    RULE_PACKS_MAX = 342  # as many packs are loaded as may be
    MODE_TERMS_OUT_OF_RANGE = 343  # of a market mode: missing, of another mode, or out of range
    LICENCE_OUT_OF_RANGE = 344  # a venue's approval is named by no text that it could have
    ACCEPTANCE_NOT_LICENSED = 346  # VEN-04: by this licence the seller confirms who buys
    NAMED_OUT_OF_RANGE = 347  # the party itself is named, somebody twice, or too many are
    OFFER_OUT_OF_RANGE = 348  # other terms than those that an answer here can have
    BIDDING_OUT_OF_RANGE = 349  # an increment, a reserve price or times that no auction has
    HALT_OUT_OF_RANGE = 351  # of two things at once, or a review that is past or too far away
    BANNED_WORDS = 352  # PRD-06, PTY-03: a name or text promises what nobody may
    DISCLOSURE_OUT_OF_RANGE = 353  # it says nothing, or a value, day or text that cannot be
    QUOTE_BASIS_CONFLICT = 354  # PRC-03: nobody has disclosed what such a quote takes
    CLEARANCE_OUT_OF_RANGE = 357  # more than was asked, another price, or too long a time
    CALENDAR_DAY_PAST = 358  # a day that is past, or today: only days to come are amended
    FEE_DAY_OUT_OF_RANGE = 359  # a schedule counts from a day that is still to come
    MODE_DAY_OUT_OF_RANGE = 361  # VEN-02: a mode comes with the notice that the licence asks for
    # 4xx: the state of things
    TRANSFER_VERSION_STALE = 401  # the transfer changed since the caller read it
    TRANSFER_NOT_PENDING = 402  # it is already decided
    SYMBOL_TAKEN = 403  # another product has this symbol
    UNITS_EXCEED_ISSUE = 404  # holdings would exceed the units issued
    ORDER_NOT_OPEN = 405  # the order is matched, cancelled or expired
    TRANSFER_NOT_IN_STATE = 406  # nothing of the kind can happen to it now
    TRANSFER_HELD = 407  # an overlay stands: what brings a decision nearer waits
    CRITERIA_STALE = 408  # what is agreed to is not what there is
    CLAIMED_BY_ANOTHER = 409  # another officer works on the transfer
    NOT_CLAIMED = 410  # the officer has not claimed the transfer, or his time is over
    SAME_PERSON = 411  # the same person cannot be both
    DECISION_DIFFERS = 412  # the maker has proposed another decision, or none
    DOCUMENTS_MISSING = 413  # a document of the checklist is not there, or does not count
    RETURNS_MAX = 414  # the transfer was returned as often as the product allows
    NOT_RESCINDABLE = 415  # overlays have not stood for their longest time, or the time is over
    ALREADY_DONE = 416  # the party, or somebody, has done it before
    PRODUCT_NOT_LIVE = 417  # no order of the product is taken now
    PRODUCT_NOT_IN_STATE = 418  # nothing of the kind can happen to the product now
    FILE_ALREADY_IMPORTED = 419  # this file, or this page of it, was imported before
    WITHDRAWAL_NOT_IN_STATE = 420  # nothing of the kind can happen to it now
    PAYMENT_NOT_IN_STATE = 421  # it is not unmatched, or goes nowhere from here
    BANK_ACCOUNT_NOT_VERIFIED = 422  # no verified account of this party's
    STATEMENT_DOES_NOT_FOLLOW = 423  # it does not begin where the last one ended
    REGISTER_NOT_EMPTY = 424  # an opening for a register that has units
    LOT_NOT_HELD = 425  # the lot is another holder's
    BANK_ACCOUNT_TAKEN = 426  # it is registered by this party, or verified as somebody's
    EXCEPTION_STANDS = 427  # nobody resolves it: it ends with what it is about
    OWN_EVIDENCE_MAX = 429  # as many documents of the party's own as a review bears
    APPLICATION_OPEN = 430  # the party's last application is not decided
    ASSESSMENTS_MAX = 431  # SUI-02: the questionnaire was answered as often as it may be
    OWNER_CONFLICT = 432  # who stands for an owner has none himself, and is not the client
    WRONG_MARKET_MODE = 434  # deals in the product are not made in this way
    MODE_NOT_LICENSED = 435  # VEN-01: the venue's licence bars the mode, or wants an approval
    MARKET_NOT_EMPTY = 436  # VEN-02: something of the product's present mode is still open
    AUCTION_PLAIN_ONLY = 437  # in a call auction an order rests, and trades at every size
    AUCTION_UNDER_WAY = 438  # the auction is being carried out: ask again in a moment
    OFFER_NOT_STANDING = 440  # what was answered is not what stands, or not for this party
    NOT_YOUR_TURN = 441  # nothing of the kind is for this party to do now
    TRADE_HALTED = 447  # a halt of the product or the venue stands
    ORDERS_REST = 450  # what the price of an order means changes while none rests
    BIDDING_NOT_BEGUN = 455  # nobody bids before the auction's time
    BID_NOT_HIGHEST = 456  # of those who stand behind a deal the highest comes first
    CLEARANCE_NOT_ASKED = 457  # somebody has decided it
    FEE_SCHEDULES_MAX = 459  # the venue has set as many as it keeps
    PARTY_SUSPENDED = 460  # a halt of the party itself stands
    MODE_NOT_ANNOUNCED = 466  # no such change of the product's mode is announced
    # 5xx: who may trade with whom
    SELF_TRADE = 501  # PTY-01: the order would meet an order of the same party
    RULE_BLOCKS = 502  # a rule of the product's packs; the findings say which
    RULE_HOLDS = 503  # a rule that leaves it to a person
    WARNING_NOT_ACKNOWLEDGED = 504  # a rule that warns, and the party has not said it has read it
    HOLDER_SLOTS = 505  # HC-01, HC-02: the product would have more holders than it may
    # 6xx: what the party has
    ORDERS_OPEN_MAX = 601  # the party has as many open orders as it may
    BOOK_FULL = 602  # the product's book holds as many orders as it may
    UNITS_NOT_AVAILABLE = 603  # OWN-01
    MONEY_NOT_AVAILABLE = 604  # ORD-03
    ACCOUNT_FULL = 605  # the account would hold more than ACCOUNT_MAX
    TRANSFERS_OPEN_MAX = 606  # the party has as many pending transfers as it may
    LOTS_MAX = 607  # the order would draw from more lots than it may, or the party holds as many
    PROPOSALS_OPEN_MAX = 608  # as many proposals are open as may be
    ENCUMBRANCES_MAX = 609  # as many pledges and freezes lie on the holding as may
    BANK_ACCOUNTS_MAX = 610  # the party has as many bank accounts as it may
    WITHDRAWALS_OPEN_MAX = 611  # the party has as many open withdrawals as it may
    PAYMENTS_UNMATCHED_MAX = 612  # so many payments wait that no statement is taken
    EVIDENCE_MAX = 613  # as many documents as the subject may have, or the file may be
    OFFICERS_MAX = 614  # the party has as many officers as it may
    EXCEPTIONS_OPEN_MAX = 615  # as many exceptions of the trust company are open as may be
    NEGOTIATIONS_OPEN_MAX = 616  # the party has as many open as it may, or the product has
    OFFERS_MAX = 617  # as many offers were made as may be
    TURNAROUND = 618  # VEN-03: the party has traded the other way too short a while ago
    # 7xx: the book
    FILLS_MAX = 701  # it would meet more orders than one command may: send smaller ones
    POST_ONLY_WOULD_CROSS = 702  # it would trade at once instead of resting
    FILL_OR_KILL_UNFILLABLE = 703  # less than its quantity stands at its price or better
