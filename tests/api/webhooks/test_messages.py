"""What is told, and to whom: every event that a trust company has to be told, to all three."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec
import pytest

from api.webhooks.messages import (
    BY_END,
    TYPES,
    EncumbranceTold,
    ExceptionTold,
    ProfileTold,
    TransferTold,
    encode,
    message,
    receivers,
    told,
)
from exchange.clearance_types import ClearanceId
from exchange.client_events import ProfileEnding, ProfileLapsed
from exchange.client_types import ProfileFact
from exchange.commands import CreateProduct
from exchange.desk_events import ExceptionRaised, ExceptionResolved
from exchange.events import (
    TimeAdvanced,
    TransferAdvanced,
    TransferFailed,
    TransferOpened,
    TransferRedeemed,
    TransferReversed,
    TransferSettled,
)
from exchange.halt_events import HaltLifted, TradeHalted
from exchange.negotiation_events import NegotiationOpened, OfferEnded, OfferMade, OfferPicked
from exchange.register_events import EncumbranceReleased, UnitsEncumbered
from exchange.reserve_events import BidUnfunded
from exchange.review_events import ApprovalsLapsed
from exchange.rules_events import ClearanceDecided, OrdersDisqualified
from exchange.sequencer import OUTBOX_EVENTS
from exchange.store.queries import OutboxRow
from exchange.types import (
    ExceptionCode,
    ExceptionId,
    ExceptionKind,
    Fen,
    OfficerId,
    PartyId,
    RejectionReason,
    Sequence,
)
from matching import OrderId, Price, Quantity, Side
from registry.encumbrance import EncumbranceKind
from registry.terms import SANDBOX
from registry.transfer import Overlay, TransferEvent, TransferState, Who
from registry.types import (
    DayNumber,
    EncumbranceId,
    HolderId,
    LotId,
    ProductId,
    TimeNs,
    TransferId,
    Units,
)
from tests.api.webhooks.test_own_affairs import OWN_AFFAIRS

TRUST_COMPANY, SELLER, BUYER = PartyId(2), PartyId(3), PartyId(4)
COMMON: Final[dict[str, Any]] = {
    "transfer_id": TransferId(4_702_000),
    "product_id": ProductId(8),
    "trade_number": 17,
    "seller_id": SELLER,
    "buyer_id": BUYER,
    "trust_company_id": TRUST_COMPANY,
    "units": Units(12_345),
    "version": 3,
}
LAPSED: Final = ApprovalsLapsed(
    **COMMON,
    event=TransferEvent.RESET,
    made_by=OfficerId(66_666),
    reason=None,
    state=TransferState.SUBMITTED,
)
PROCEEDS: Final = Fen(66_666)
EVENTS: Final[dict[str, tuple[TransferTold, str]]] = {
    "transfer.opened": (
        TransferOpened(
            **COMMON,
            price=Price(10_000),
            consideration=Fen(77_777),
            buyer_fee_venue=Fen(66_666),
            buyer_fee_trust_company=Fen(66_666),
            seller_fee_venue=Fen(66_666),
            seller_fee_trust_company=Fen(66_666),
            paid=Fen(66_666),
            state=TransferState.SUBMITTED,
            deadline_ns=TimeNs(9),
        ),
        "SUBMITTED",
    ),
    "transfer.advanced": (
        TransferAdvanced(
            **COMMON,
            paid=Fen(66_666),
            event=TransferEvent.CONFIRM,
            state=TransferState.CONFIRMED,
            deadline_ns=TimeNs(9),
            notices=0,
            officer="k_66666",
            overlays=Overlay.AML_HOLD,
            overlay_ns=TimeNs(9),
            rescindable=False,
            rescind_until_ns=None,
            signed=Who(0),
            consented=Who(0),
            documents_overdue=False,
            returns=0,
            returned_to=Who(0),
            return_reason=None,
        ),
        "CONFIRMED",
    ),
    "transfer.settled": (
        TransferSettled(
            **COMMON,
            seller_credit=Fen(66_666),
            venue_credit=Fen(66_666),
            trust_company_credit=Fen(66_666),
            officer="k_66666",
            registration_due_ns=None,
        ),
        "SETTLED",
    ),
    "transfer.redeemed": (TransferRedeemed(**COMMON, proceeds=PROCEEDS, officer="k_66"), "SETTLED"),
    "transfer.reversed": (
        TransferReversed(
            **COMMON,
            lot_id=LotId(66_666),
            payer_id=PartyId(66_666),
            amount=Fen(66_666),
            authority=b"66666",
            confirmed_by=OfficerId(66_666),
            officer="k_66666",
        ),
        "REVERSED",
    ),
    "transfer.rejected": (
        TransferFailed(
            **COMMON,
            event=TransferEvent.REJECT,
            state=TransferState.REJECTED,
            refund=Fen(66_666),
            forfeited=Fen(66_666),
            reason=RejectionReason.OTHER,
            officer="k_66666",
            fault=Who(0),
            fault_fee=Fen(0),
            fault_fee_owed=Fen(66_666),
        ),
        "REJECTED",
    ),
    "transfer.lapsed": (
        TransferFailed(
            **COMMON,
            event=TransferEvent.MATURE,
            state=TransferState.LAPSED,
            refund=Fen(66_666),
            forfeited=Fen(66_666),
            reason=None,
            officer=None,
            fault=Who(0),
            fault_fee=Fen(0),
            fault_fee_owed=Fen(66_666),
        ),
        "LAPSED",
    ),
    "transfer.buyer_default": (
        TransferFailed(
            **COMMON,
            event=TransferEvent.DEFAULT,
            state=TransferState.BUYER_DEFAULT,
            refund=Fen(0),
            forfeited=Fen(66_666),
            reason=None,
            officer=None,
            fault=Who(0),
            fault_fee=Fen(0),
            fault_fee_owed=Fen(0),
        ),
        "BUYER_DEFAULT",
    ),
}


HOLDERS: Final[dict[str, Any]] = {
    "encumbrance_id": EncumbranceId(4_702),
    "product_id": ProductId(8),
    "trust_company_id": TRUST_COMPANY,
    "holder_id": SELLER,
    "kind": EncumbranceKind.FREEZE,
    "units": Units(12_345),
}
OF_TITLE: Final[dict[str, tuple[EncumbranceTold, str]]] = {
    "units.encumbered": (
        UnitsEncumbered(
            **HOLDERS,
            lot_id=None,
            held=Units(66_666),
            authority=b"666",
            until_on=DayNumber(20_000),
        ),
        "STANDS",
    ),
    "units.released": (EncumbranceReleased(**HOLDERS, authority=b"666"), "ENDED"),
}


def terms_of(product_id: ProductId) -> CreateProduct:
    assert product_id == ProductId(8)
    return CreateProduct(
        actor=PartyId(1),
        key="",
        symbol="JIAHE-1",
        trust_company_id=TRUST_COMPANY,
        name_zh="嘉禾",
        name_en="Jiahe",
        product_type="FIXED_INCOME",
        risk_level=2,
        benchmark_bps=None,
        maturity_date=None,
        units_issued=Units(1_000_000),
        par_value=Price(10_000),
        tick=Price(1),
        lot=Quantity(1),
        quantity_scale=2,
        transfer_terms=SANDBOX,
    )


def trust_companies() -> list[PartyId]:
    return [TRUST_COMPANY, PartyId(9)]


ABOUT: Final[dict[str, Any]] = {
    "exception_id": ExceptionId(4_711_000),
    "kind": ExceptionKind.EVIDENCE,
    "subject_id": 77,
    "trust_company_id": TRUST_COMPANY,
}
EXCEPTIONS: Final[dict[str, ExceptionTold]] = {
    "exception.raised": ExceptionRaised(**ABOUT, times=2),
    "exception.resolved": ExceptionResolved(
        **ABOUT,
        code=ExceptionCode.OTHER,
        officer_id=OfficerId(9),
    ),
}


DISQUALIFIED: Final = OrdersDisqualified(
    party_id=BUYER,
    product_id=ProductId(8),
    side=Side.BUY,
    order_ids=(OrderId(5), OrderId(6)),
    findings=(),
)
DECIDED: Final = ClearanceDecided(
    clearance_id=ClearanceId(4_711_000),
    party_id=BUYER,
    product_id=ProductId(8),
    rule_id="PRC-01",
    terms=None,
    note="too far",
)
ENDS: Final[dict[str, Any]] = {
    "party_id": BUYER,
    "fact": ProfileFact.CERTIFICATION,
    "last_day": DayNumber(20_000),
}
PROFILES: Final[dict[str, tuple[ProfileTold, int]]] = {
    "profile.ending": (ProfileEnding(**ENDS, days_left=7), 7),
    "profile.lapsed": (ProfileLapsed(**ENDS), 0),
}


def test_whatever_goes_to_the_outbox_has_a_message() -> None:
    assert {*TYPES, *BY_END} == set(OUTBOX_EVENTS)
    assert set(TYPES).isdisjoint(BY_END)
    events = [event for event, _ in [*EVENTS.values(), *OF_TITLE.values(), *PROFILES.values()]]
    others = {*map(type, EXCEPTIONS.values()), type(LAPSED), type(DISQUALIFIED), type(DECIDED)}
    others |= {TradeHalted, HaltLifted}  # test_halts.py
    others.add(BidUnfunded)  # tests/api/test_accrued_income.py
    others |= {NegotiationOpened, OfferMade, OfferPicked, OfferEnded}  # test_negotiations.py
    others |= {type(event) for event, _, _ in OWN_AFFAIRS.values()}  # test_own_affairs.py
    assert {*map(type, events), *others} == set(OUTBOX_EVENTS)


def test_whose_orders_may_stand_no_longer_is_told_which_alone() -> None:
    row = OutboxRow(
        outbox_id=4_711_000,
        sequence=Sequence(4_711),
        at_ns=TimeNs(1_795_320_000 * 10**9),
        event=DISQUALIFIED,
    )
    assert receivers(told(DISQUALIFIED), terms_of, trust_companies) == {BUYER: "CLIENT"}
    assert json.loads(encode(message(row, "CLIENT", terms_of))) == {
        "type": "orders.withdrawn",
        "timestamp": "2026-11-22T04:00:00.000000Z",
        "sequence": "4711",
        "data": {"symbol": terms_of(ProductId(8)).symbol, "side": "BUY", "order_ids": ["5", "6"]},
    }


def test_who_has_asked_is_told_of_the_decision_alone() -> None:
    row = OutboxRow(
        outbox_id=4_711_000,
        sequence=Sequence(4_711),
        at_ns=TimeNs(1_795_320_000 * 10**9),
        event=DECIDED,
    )
    assert receivers(told(DECIDED), terms_of, trust_companies) == {BUYER: "CLIENT"}
    said = json.loads(encode(message(row, "CLIENT", terms_of)))
    assert said["type"] == "clearance.decided"
    assert said["data"] == {
        "clearance_id": "4711000",
        "symbol": terms_of(ProductId(8)).symbol,
        "rule_id": "PRC-01",
        "state": "REFUSED",
    }


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_a_message_names_the_exception_to_the_trust_company_alone(name: str) -> None:
    event = EXCEPTIONS[name]
    row = OutboxRow(
        outbox_id=4_711_000,
        sequence=Sequence(4_711),
        at_ns=TimeNs(1_795_320_000 * 10**9),
        event=event,
    )
    assert receivers(told(event), terms_of, trust_companies) == {TRUST_COMPANY: "TRUST_COMPANY"}
    assert json.loads(encode(message(row, "TRUST_COMPANY", terms_of))) == {
        "type": name,
        "timestamp": "2026-11-22T04:00:00.000000Z",
        "sequence": "4711",
        "data": {"exception_id": "4711000", "kind": "EVIDENCE", "subject_id": "77"},
    }


@pytest.mark.parametrize("name", PROFILES)
def test_the_client_alone_is_told_that_something_of_him_ends(name: str) -> None:
    event, days_left = PROFILES[name]
    row = OutboxRow(
        outbox_id=4_711_000,
        sequence=Sequence(4_711),
        at_ns=TimeNs(1_795_320_000 * 10**9),
        event=event,
    )
    assert receivers(told(event), terms_of, trust_companies) == {BUYER: "CLIENT"}
    assert json.loads(encode(message(row, "CLIENT", terms_of))) == {
        "type": name,
        "timestamp": "2026-11-22T04:00:00.000000Z",
        "sequence": "4711",
        "data": {
            "party_id": "4",
            "fact": "CERTIFICATION",
            "last_day": "2024-10-04",
            "days_left": days_left,
        },
    }


def test_that_approvals_lapsed_is_told_to_the_trust_company_alone() -> None:
    assert receivers(LAPSED, terms_of, trust_companies) == {TRUST_COMPANY: "TRUST_COMPANY"}
    row = OutboxRow(outbox_id=1, sequence=Sequence(4_711), at_ns=TimeNs(0), event=LAPSED)
    body = encode(message(row, "TRUST_COMPANY", terms_of))
    said = json.loads(body)
    assert (said["type"], said["data"]["state"]) == ("transfer.approvals_lapsed", "SUBMITTED")
    assert b"66666" not in body


@pytest.mark.parametrize("name", EVENTS)
def test_a_message_names_the_transfer_its_state_and_the_receivers_role(name: str) -> None:
    event, state = EVENTS[name]
    row = OutboxRow(
        outbox_id=4_711_000,
        sequence=Sequence(4_711),
        at_ns=TimeNs(1_795_320_000 * 10**9),
        event=event,
    )
    roles = receivers(told(event), terms_of, trust_companies)
    assert roles == {TRUST_COMPANY: "TRUST_COMPANY", SELLER: "SELLER", BUYER: "BUYER"}
    for role in roles.values():
        body = encode(message(row, role, terms_of))
        assert json.loads(body) == {
            "type": name,
            "timestamp": "2026-11-22T04:00:00.000000Z",
            "sequence": "4711",
            "data": {
                "transfer_id": "4702000",
                "symbol": "JIAHE-1",
                "trade_number": 17,
                "role": role,
                "seller_id": "3",
                "buyer_id": "4",
                "trust_company_id": "2",
                "units": "123.45",
                "state": state,
                "version": 3,
            },
        }
        assert b"666" not in body, "nobody learns another's fees"


@pytest.mark.parametrize("name", OF_TITLE)
def test_the_holder_and_his_trust_company_are_told_of_a_pledge_or_freeze(name: str) -> None:
    event, state = OF_TITLE[name]
    row = OutboxRow(
        outbox_id=4_702_000,
        sequence=Sequence(4_702),
        at_ns=TimeNs(1_795_320_000 * 10**9),
        event=event,
    )
    roles = receivers(told(event), terms_of, trust_companies)
    assert roles == {TRUST_COMPANY: "TRUST_COMPANY", SELLER: "HOLDER"}
    for role in roles.values():
        said = json.loads(encode(message(row, role, terms_of)))
        assert said == {
            "type": name,
            "timestamp": "2026-11-22T04:00:00.000000Z",
            "sequence": "4702",
            "data": {
                "encumbrance_id": "4702",
                "symbol": "JIAHE-1",
                "role": role,
                "holder_id": "3",
                "trust_company_id": "2",
                "kind": "FREEZE",
                "units": "123.45",
                "state": state,
            },
        }


def offered_terms(product_id: ProductId) -> CreateProduct:
    rights = msgspec.structs.replace(
        SANDBOX, preemption_days=3, right_holders=tuple(map(HolderId, (3, 7, 8, 9)))
    )
    return msgspec.structs.replace(terms_of(product_id), transfer_terms=rights)


def test_an_offer_is_told_to_those_who_have_the_right_and_may_still_use_it() -> None:
    confirmed, _ = EVENTS["transfer.advanced"]
    assert isinstance(confirmed, TransferAdvanced)
    assert set(receivers(confirmed, offered_terms, trust_companies)) == {
        TRUST_COMPANY,
        SELLER,
        BUYER,
    }
    event = msgspec.structs.replace(
        confirmed, state=TransferState.PREEMPTION_OPEN, waived=(HolderId(8),)
    )
    assert receivers(event, offered_terms, trust_companies) == {
        TRUST_COMPANY: "TRUST_COMPANY",
        SELLER: "SELLER",
        BUYER: "BUYER",
        PartyId(7): "RIGHT_HOLDER",
        PartyId(9): "RIGHT_HOLDER",
    }
    among_them = msgspec.structs.replace(event, buyer_id=PartyId(9))
    assert "RIGHT_HOLDER" not in receivers(among_them, offered_terms, trust_companies).values()
    row = OutboxRow(
        outbox_id=4_711_000,
        sequence=Sequence(4_711),
        at_ns=TimeNs(1_795_320_000 * 10**9),
        event=event,
    )
    assert json.loads(encode(message(row, "RIGHT_HOLDER", offered_terms))) == {
        "type": "preemption.offered",
        "timestamp": "2026-11-22T04:00:00.000000Z",
        "sequence": "4711",
        "data": {
            "transfer_id": "4702000",
            "symbol": "JIAHE-1",
            "role": "RIGHT_HOLDER",
            "trust_company_id": "2",
            "units": "123.45",
            "version": 3,
        },
    }


def test_nothing_else_is_told() -> None:
    with pytest.raises(AssertionError):
        told(TimeAdvanced(downtime_from_ns=None))
