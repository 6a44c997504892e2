"""What may become of a transfer, as the rulebook tells it: a dictionary of states, each one of what
can happen there. By hand and in words, so that it shares nothing with the table that runs.

Source: domain D4 with the decisions at the head of D.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Outcome(NamedTuple):
    """Where an event leads, who may cause it, and what becomes of units and money."""

    to: str
    who: str
    units: str
    money: str
    goes_on_under_an_overlay: bool


STAYS: Final = ("stay locked", "stays in escrow")
ALL_BACK: Final = ("back to the seller", "back to the buyer")
NOTHING: Final = ("stay as they are", "stays as it is")
ONWARD: Final = "the next step that the product uses"
FREE, STOPPED = True, False

# Nothing is decided in these: the seller's units are locked, the buyer's money is in escrow.
OPEN: Final = (
    "MATCHED",
    "AGREEMENT_PENDING",
    "FUNDS_PENDING",
    "SUBMITTED",
    "RETURNED",
    "UNDER_REVIEW",
    "PREEMPTION_OPEN",
    "CONFIRMED",
)
# Of what a product may ask for, what the venue does so far.
STEPS: Final = {
    "AGREEMENT": "agreement",
    "FUNDING": "deposit_bps",
    "REVIEW": "review",
    "PREEMPTION": "preemption_days",
    "REGISTRATION": "registration",
}
# The plan's maturity ends a transfer only before the trust company has given its word.
BEFORE_CONFIRMATION: Final = (
    "MATCHED",
    "AGREEMENT_PENDING",
    "FUNDS_PENDING",
    "SUBMITTED",
    "RETURNED",
    "UNDER_REVIEW",
    "PREEMPTION_OPEN",
)
ENDED: Final = (
    "SETTLED",
    "REGISTERED",
    "CANCELLED",
    "REJECTED",
    "LAPSED",
    "BUYER_DEFAULT",
    "SELLER_DEFAULT",
    "PREEMPTED",
    "REVERSED",
)

ANY_OVERLAY: Final = "exchange trust_company operator buyer seller"
WHO_SETS: Final = {
    "HELD": "exchange trust_company",
    "AML_HOLD": "operator",
    "COURT_FREEZE": "exchange",
    "HALTED": "operator trust_company",
    "DISPUTED": "buyer seller trust_company",
    "CORPORATE_EVENT": "trust_company",
    "OPERATOR_HOLD": "operator",
    "PARTY_HALT": "exchange",
    "RISK_RAISED": "exchange",
}


def in_every_open_state(state: str) -> dict[str, Outcome]:
    """Overlays stop the clocks and never for ever; both together, or the operator, may cancel."""
    return {
        "SET_OVERLAY": Outcome(state, ANY_OVERLAY, *STAYS, FREE),
        "LIFT_OVERLAY": Outcome(state, f"{ANY_OVERLAY} clock", *STAYS, FREE),
        "OVERDUE": Outcome(state, "clock", *STAYS, FREE),
        "RESCIND": Outcome("CANCELLED", "buyer", *ALL_BACK, FREE),
        "CONSENT": Outcome(state, "buyer seller", *STAYS, FREE),
        "CANCEL": Outcome("CANCELLED", "buyer seller operator", *ALL_BACK, FREE),
        "SELLER_DEFAULT": Outcome("SELLER_DEFAULT", "exchange operator", *ALL_BACK, FREE),
    }


MOVES: Final[dict[str, dict[str, Outcome]]] = {
    "MATCHED": {
        "BEGIN": Outcome(ONWARD, "exchange", "become locked", "goes to escrow", STOPPED),
        "RECHECK_FAILED": Outcome("CANCELLED", "exchange", *ALL_BACK, STOPPED),
        # Who makes use of pre-emption: his transfer begins where the buyer's ended.
        "SUCCEED": Outcome("SUBMITTED", "exchange", "stay locked", "goes to escrow", STOPPED),
    },
    "AGREEMENT_PENDING": {
        "SIGN": Outcome("AGREEMENT_PENDING", "buyer seller", *STAYS, STOPPED),
        "OVERDUE_DOCUMENTS": Outcome("AGREEMENT_PENDING", "exchange clock", *STAYS, STOPPED),
        "AGREED": Outcome(ONWARD, "exchange clock", *STAYS, STOPPED),
        "WITHDRAW": Outcome("CANCELLED", "buyer", *ALL_BACK, FREE),
        "LAPSE": Outcome("LAPSED", "clock", *ALL_BACK, STOPPED),
    },
    "FUNDS_PENDING": {
        "FUND": Outcome(ONWARD, "buyer", "stay locked", "the rest goes to escrow", STOPPED),
        "DEFAULT": Outcome(
            "BUYER_DEFAULT",
            "clock",
            "back to the seller",
            "the deposit goes to the seller if both have signed",
            STOPPED,
        ),
    },
    "SUBMITTED": {
        "CLAIM": Outcome("UNDER_REVIEW", "trust_company", *STAYS, STOPPED),
        "CONFIRM": Outcome(ONWARD, "trust_company", *STAYS, STOPPED),
        "REJECT": Outcome("REJECTED", "trust_company", *ALL_BACK, FREE),
        "RETURN": Outcome("RETURNED", "trust_company", *STAYS, STOPPED),
        "NOTICE": Outcome("SUBMITTED", "clock", *STAYS, STOPPED),
        "DOCUMENT": Outcome("SUBMITTED", "trust_company operator exchange", *STAYS, FREE),
        "LAPSE": Outcome("LAPSED", "clock", *ALL_BACK, STOPPED),
    },
    "RETURNED": {
        "RESUBMIT": Outcome("SUBMITTED", "buyer seller operator", *STAYS, STOPPED),
        "LAPSE": Outcome("LAPSED", "clock", *ALL_BACK, STOPPED),
    },
    "UNDER_REVIEW": {
        "CLAIM": Outcome("UNDER_REVIEW", "trust_company", *STAYS, STOPPED),
        "RELEASE": Outcome("UNDER_REVIEW", "trust_company", *STAYS, STOPPED),
        "MAKE": Outcome("UNDER_REVIEW", "trust_company", *STAYS, STOPPED),
        "CONFIRM": Outcome(ONWARD, "trust_company", *STAYS, STOPPED),
        "REJECT": Outcome("REJECTED", "trust_company", *ALL_BACK, FREE),
        "RETURN": Outcome("RETURNED", "trust_company", *STAYS, STOPPED),
        "RESET": Outcome("SUBMITTED", "trust_company operator exchange", *STAYS, FREE),
        "NOTICE": Outcome("UNDER_REVIEW", "clock", *STAYS, STOPPED),
        "LAPSE": Outcome("LAPSED", "clock", *ALL_BACK, STOPPED),
    },
    "PREEMPTION_OPEN": {
        "DECLINE": Outcome("PREEMPTION_OPEN", "right_holder", *STAYS, STOPPED),
        "WAIVE": Outcome(ONWARD, "exchange clock", *STAYS, STOPPED),
        "EXERCISE": Outcome(
            "PREEMPTED", "right_holder", "to the new transfer", "back to the buyer", STOPPED
        ),
    },
    "CONFIRMED": {
        "SETTLE": Outcome(
            "SETTLED", "exchange clock", "to the buyer", "to the seller, fees to whom due", STOPPED
        ),
        # The plan has ended: the buyer is paid out what he has bought.
        "REDEEM": Outcome(
            "SETTLED", "trust_company", "to the buyer", "to the seller, fees to whom due", FREE
        ),
        "HOLD": Outcome("CONFIRMED", "exchange", *STAYS, FREE),
    },
    "SETTLED": {
        "ALARM": Outcome("SETTLED", "clock", *NOTHING, FREE),
        "REGISTER": Outcome("REGISTERED", "trust_company", *NOTHING, FREE),
        "REVERSE": Outcome(
            "REVERSED",
            "operator trust_company",
            "the inverse, as a new record",
            "the inverse, as a new record",
            FREE,
        ),
    },
    "REGISTERED": {
        "REVERSE": Outcome(
            "REVERSED",
            "operator trust_company",
            "the inverse, as a new record",
            "the inverse, as a new record",
            FREE,
        ),
    },
}
# What becomes of the clocks follows from the event alone; what is not named here ends them all.
CLOCKS: Final = {
    "on to the next state's": (
        *("BEGIN", "SUCCEED", "AGREED", "FUND", "CONFIRM", "WAIVE", "SETTLE", "REDEEM"),
    ),
    "cooling-off after both have signed": ("SIGN",),
    "time to complete; the decision waits": ("RETURN", "OVERDUE_DOCUMENTS"),
    "the decision goes on; acknowledge anew": ("RESUBMIT",),
    "thirty minutes for the claim": ("CLAIM",),
    "the next notice": ("NOTICE", "ALARM"),
    "all stopped but the overlay's": ("SET_OVERLAY", "HOLD"),
    "resumed, with a working day at least": ("LIFT_OVERLAY",),
    "the overlay's is over: the buyer may rescind": ("OVERDUE",),
    "nobody works on it any more, the others run on": ("RELEASE", "MAKE", "RESET"),
    "run on": ("DOCUMENT", "CONSENT", "DECLINE"),
}

for open_state in OPEN:
    MOVES[open_state] |= in_every_open_state(open_state)
for immature in BEFORE_CONFIRMATION:
    MOVES[immature]["MATURE"] = Outcome("LAPSED", "clock", *ALL_BACK, FREE)


def next_step(state: str, uses: set[str]) -> str:
    """Where a transfer goes on, at a product that uses these steps."""
    if state == "MATCHED" and "AGREEMENT" in uses:
        return "AGREEMENT_PENDING"
    if state in {"MATCHED", "AGREEMENT_PENDING"} and "FUNDING" in uses:
        return "FUNDS_PENDING"
    if state in {"MATCHED", "AGREEMENT_PENDING", "FUNDS_PENDING"}:
        return "SUBMITTED"
    if state in {"SUBMITTED", "UNDER_REVIEW"} and "PREEMPTION" in uses:
        return "PREEMPTION_OPEN"
    assert state in {"SUBMITTED", "UNDER_REVIEW", "PREEMPTION_OPEN"}, state
    return "CONFIRMED"


def outcome(state: str, event: str, uses: set[str]) -> Outcome | None:
    """What the event does in this state at a product that uses these steps; None: nothing."""
    by_one_officer = state == "SUBMITTED" and event in {"CONFIRM", "REJECT"}
    if by_one_officer and "REVIEW" in uses:
        return None  # maker and checker decide, and they begin with a claim
    if (state, event) == ("SUBMITTED", "CLAIM") and "REVIEW" not in uses:
        return None
    found = MOVES.get(state, {}).get(event)
    if found is not None and found.to == ONWARD:
        return found._replace(to=next_step(state, uses))
    return found
