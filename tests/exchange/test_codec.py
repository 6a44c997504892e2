"""Stored bytes: what a tag means never changes, and what is unknown is refused.

The tables below are released. A row is never changed: a new version of a command or event is a new
row with a new tag, and the old one goes on being decoded.
"""

from __future__ import annotations

from enum import Enum
from hashlib import sha256
from typing import Any, Final, get_args

import msgspec
import pytest

from exchange.codec import (
    CHAIN_START,
    body_digest,
    chain,
    decode_command,
    decode_event,
    decode_events,
    encode_command,
    encode_event,
    encode_events,
    key_digest,
)
from exchange.command import Command
from exchange.commands import AnyCommand, CancelOrder, PlaceOrder
from exchange.event import Event
from exchange.events import AnyEvent, CommandRefused, TimeAdvanced
from exchange.evidence_types import (
    EvidenceFault,
    EvidenceStatus,
    EvidenceSubject,
    MediaType,
)
from exchange.fees import FeeLine, FeeSchedule
from exchange.modes.types import TERMS_OF
from exchange.money_commands import InTransit, StatementEntry
from exchange.money_events import Break
from exchange.money_types import (
    BreakCause,
    PayoutOutcome,
    Resolution,
    UnmatchedReason,
    WithdrawalDecision,
)
from exchange.payments import PaymentState
from exchange.payouts import WithdrawalEvent, WithdrawalState
from exchange.refusals import Refusal
from exchange.transfer_commands import SetOverlay
from exchange.types import (
    CloseReason,
    OrderStatus,
    PartyId,
    PartyKind,
    PreemptionAnswer,
    RejectionReason,
    ReturnReason,
    VenueProfile,
)
from matching import OrderId, Price, Quantity, Side, TimeInForce
from registry.encumbrance import EncumbranceKind
from registry.entries import Cause
from registry.posting import AnyRow, Posting
from registry.product import ProductEvent, ProductState
from registry.terms import DocumentKind
from registry.transfer import Overlay, TransferEvent, TransferState, Who
from registry.types import ProductId, TimeNs, TransferId
from tests.exchange import released
from tests.exchange.codec_transfers import TRANSFER, TRANSFER_COMMANDS, TRANSFER_EVENTS

A_FILE: Final = "kind of evidence_id sha256 bytes_count media_type uploaded_at_ns"
COMMANDS: Final = {
    102: ("OpenVenue", "actor key profile fee_schedule calendars four_eyes"),
    201: ("RegisterParty", "actor key kind"),
    302: (
        "CreateProduct",
        (
            "actor key symbol trust_company_id name_zh name_en product_type risk_level "
            "benchmark_bps maturity_date units_issued par_value tick lot quantity_scale "
            "transfer_terms"
        ),
    ),
    501: ("RecordDeposit", "actor key party_id amount"),
    601: (
        "PlaceOrder",
        "actor key product_id side price quantity time_in_force post_only expires_at_ns",
    ),
    602: (
        "PlaceConstrainedOrder",
        (
            "actor key product_id side price quantity time_in_force post_only expires_at_ns "
            "minimum_quantity all_or_none whole_only"
        ),
    ),
    603: (
        "PlaceOrderFromLots",
        (
            "actor key product_id side price quantity time_in_force post_only expires_at_ns "
            "minimum_quantity all_or_none whole_only lots"
        ),
    ),
    701: ("CancelOrder", "actor key order_id"),
    801: ("ReplaceOrder", "actor key order_id price quantity"),
    1101: ("AdvanceTime", "actor key downtime_from_ns"),
    1201: ("SignAgreement", "actor key transfer_id version"),
    1301: ("CancelTransfer", "actor key transfer_id version"),
    1501: ("ResubmitTransfer", "actor key transfer_id version"),
    1601: ("RescindTransfer", "actor key transfer_id version"),
    1801: ("SetOverlay", "actor key transfer_id version overlay officer"),
    1901: ("LiftOverlay", "actor key transfer_id version overlay officer"),
    2001: ("AcknowledgeRegistration", "actor key transfer_id version officer"),
    2101: ("CancelTrade", "actor key transfer_id version officer"),
    2201: ("DeclareSellerDefault", "actor key transfer_id version officer"),
    **TRANSFER_COMMANDS,
    **released.COMMANDS,
    3601: ("Propose", "actor key officer_id act"),
    3701: ("Approve", "actor key officer_id proposal_id digest"),
    3801: ("WithdrawProposal", "actor key officer_id proposal_id"),
    5601: (
        "Encumber",
        "actor key product_id holder_id kind lot_id units authority until_on",
    ),
    5701: ("ReleaseEncumbrance", "actor key encumbrance_id authority"),
    5801: (
        "PostRegister",
        ("actor key product_id posting rows units_outstanding file_sha256 key_id signature"),
    ),
    5901: ("SignOffProduct", "actor key product_id terms_digest"),
    6001: ("OpenProduct", "actor key product_id units_outstanding"),
    6101: ("SuspendProduct", "actor key product_id"),
    6201: ("ResumeProduct", "actor key product_id"),
    6301: ("CloseProduct", "actor key product_id"),
    4001: ("RegisterBankAccount", "actor key account_digest tail"),
    4101: ("VerifyBankAccount", "actor key bank_account_id proof_sha256"),
    4201: (
        "ImportStatement",
        (
            "actor key statement_id file_sha256 page pages account_digest opening_balance "
            "closing_balance entries"
        ),
    ),
    4301: ("ResolvePayment", "actor key payment_id resolution party_id against"),
    4401: ("RequestWithdrawal", "actor key bank_account_id amount"),
    4501: ("DecideWithdrawal", "actor key withdrawal_id decision"),
    4601: ("RecordPayout", "actor key withdrawal_id outcome bank_answer"),
    4701: ("RecordReconciliation", "actor key statement_id escrow_balance in_transit"),
    5001: ("AttachEvidence", f"actor key subject subject_id {A_FILE} expires_on replaces"),
    6401: ("AttachLateEvidence", f"actor key transfer_id trust_company_id {A_FILE}"),
    5101: ("ReportEvidenceFault", "actor key evidence_id fault"),
}
ORDER: Final = "order_id party_id product_id side"
EVENTS: Final = {
    101: ("CommandRefused", "refusal"),
    202: ("VenueOpened", "operator_id profile fee_schedule calendars four_eyes"),
    301: ("PartyRegistered", "party_id kind"),
    402: ("ProductCreated", "product_id terms"),
    602: ("DepositRecorded", "party_id amount payment_id bank_ref"),
    701: ("OrderAccepted", f"{ORDER} price quantity time_in_force reserved"),
    801: ("OrderRested", "order_id product_id side price quantity"),
    901: (
        "OrderFilled",
        (
            "transfer_id product_id trade_number maker_order_id taker_order_id taker_side price "
            "quantity maker_remaining taker_remaining buyer_id seller_id"
        ),
    ),
    1001: ("OrderReduced", f"{ORDER} price quantity_removed quantity reserved"),
    1101: ("OrderReplaced", f"{ORDER} old_price old_quantity price quantity reserved"),
    1201: ("OrderClosed", f"{ORDER} price quantity was_resting released reason"),
    1701: ("TimeAdvanced", "downtime_from_ns"),
    1801: ("OrderConstrained", "order_id minimum_quantity all_or_none whole_only"),
    1901: ("OrderRetried", "order_id product_id side price quantity"),
    2001: (
        "TransferAdvanced",
        (
            f"{TRANSFER} paid event state deadline_ns notices officer overlays overlay_ns "
            "rescindable rescind_until_ns signed consented documents_overdue returns returned_to "
            "return_reason version review waived"
        ),
    ),
    **TRANSFER_EVENTS,
    3001: ("ActProposed", "proposal_id officer_id act digest lapses_ns"),
    3101: ("ProposalClosed", "proposal_id outcome officer_id"),
    **released.EVENTS,
    3201: ("OfficerAppointed", "officer_id party_id person roles from_ns until_ns deputy_for"),
    3301: ("OfficerDismissed", "officer_id party_id"),
    5601: (
        "UnitsEncumbered",
        (
            "encumbrance_id product_id trust_company_id holder_id kind lot_id units held authority "
            "until_on"
        ),
    ),
    5701: (
        "EncumbranceReleased",
        "encumbrance_id product_id trust_company_id holder_id kind units authority",
    ),
    5801: (
        "RegisterPosted",
        (
            "product_id trust_company_id posting file_sha256 key_id rows lots units_outstanding "
            "principal_outstanding"
        ),
    ),
    5901: ("ProductAdvanced", "product_id trust_company_id event state version"),
    4001: ("BankAccountRegistered", "bank_account_id party_id account_digest tail"),
    4101: ("BankAccountVerified", "bank_account_id party_id proof_sha256"),
    4201: (
        "StatementImported",
        "statement_id file_sha256 page pages opening_balance closing_balance entries",
    ),
    4301: (
        "PaymentUnmatched",
        "payment_id bank_ref amount reason party_ref withdrawal_ref",
    ),
    4401: ("PaymentResolved", "payment_id amount state party_id withdrawal_id against"),
    4501: ("WithdrawalAdvanced", "withdrawal_id party_id payment_id amount event state"),
    4601: (
        "MoneyReconciled",
        "statement_id accounts suspense escrow_balance statement_balance breaks",
    ),
    5001: (
        "EvidenceAttached",
        (
            "link_id subject subject_id kind of version evidence_id sha256 bytes_count media_type "
            "expires_on replaces attached_by"
        ),
    ),
    5101: (
        "EvidenceInvalidated",
        "link_id subject subject_id kind of version evidence_id reason",
    ),
}
NUMBERS: Final[dict[type[Enum], str]] = {
    PartyKind: "OPERATOR=1 TRUST_COMPANY=2 NATURAL_PERSON=3 INSTITUTION=4",
    **released.NUMBERS,
    RejectionReason: "DOCUMENTS_INCOMPLETE=1 BUYER_NOT_QUALIFIED=2 TITLE_DISPUTED=3 "
    "TRANSFER_RESTRICTED=4 OTHER=9",
    ReturnReason: "DOCUMENT_MISSING=1 DOCUMENT_ILLEGIBLE=2 SIGNATURE=3 DATA_DIFFERS=4 OTHER=9",
    PreemptionAnswer: "WAIVE=1 EXERCISE=2",
    OrderStatus: "OPEN=1 PARTIALLY_MATCHED=2 MATCHED=3 CANCELLED=4 EXPIRED=5 WITHDRAWN_BY_VENUE=6",
    CloseReason: "CANCELLED=1 EXPIRED=2 IMMEDIATE_OR_CANCEL=3 SEARCH_LIMIT=4 WITHDRAWN_BY_VENUE=5",
    VenueProfile: "SANDBOX=1 CN_VENUE_38=2 CN_VENUE_LICENSED=3 JP_PTS=4",
    Side: "BUY=1 SELL=2",
    TimeInForce: "GOOD_TILL_CANCELLED=1 IMMEDIATE_OR_CANCEL=2 FILL_OR_KILL=3 DAY=4 "
    "GOOD_TILL_DATE=5",
    TransferState: "MATCHED=1 AGREEMENT_PENDING=2 FUNDS_PENDING=3 SUBMITTED=4 RETURNED=5 "
    "UNDER_REVIEW=6 CONFIRMED=7 SETTLED=8 PREEMPTION_OPEN=9 REGISTERED=10 CANCELLED=11 "
    "REJECTED=12 LAPSED=13 BUYER_DEFAULT=14 SELLER_DEFAULT=15 PREEMPTED=16 REVERSED=17",
    TransferEvent: "BEGIN=1 RECHECK_FAILED=2 SIGN=3 OVERDUE_DOCUMENTS=4 AGREED=5 WITHDRAW=6 "
    "LAPSE=7 FUND=8 DEFAULT=9 CLAIM=10 CONFIRM=11 REJECT=12 RETURN=13 RESUBMIT=14 MAKE=15 "
    "RESET=16 NOTICE=17 WAIVE=18 EXERCISE=19 SETTLE=20 HOLD=21 ALARM=22 REGISTER=23 REVERSE=24 "
    "SET_OVERLAY=25 LIFT_OVERLAY=26 OVERDUE=27 RESCIND=28 CONSENT=29 CANCEL=30 SELLER_DEFAULT=31 "
    "MATURE=32 DOCUMENT=33 RELEASE=34 DECLINE=35 SUCCEED=36",
    Overlay: "HELD=1 AML_HOLD=2 COURT_FREEZE=4 HALTED=8 DISPUTED=16 CORPORATE_EVENT=32",
    Who: "EXCHANGE=1 CLOCK=2 BUYER=4 SELLER=8 TRUST_COMPANY=16 OPERATOR=32 RIGHT_HOLDER=64",
    DocumentKind: "QUALIFICATION=1 DUAL_RECORDING=2 AUTHORITY=3 AGREEMENT=4 RISK_STATEMENT=5 "
    "SCAN=6 NOTICE=7",
    EvidenceSubject: "TRANSFER=1 PARTY=2 PRODUCT=3",
    MediaType: "PDF=1 JPEG=2 PNG=3 MP4=4 M4A=5 XML=6 CSV=7 XLSX=8",
    EvidenceStatus: "VALID=1 REPLACED=2 EXPIRED=3 FAULTY=4 LATE=5",
    EvidenceFault: "MISSING=1 DIFFERENT=2",
    Cause: "OPENING=1 SUBSCRIPTION=2 REDEMPTION=3 TRANSFER=4 COUNTER_TRANSFER=5 "
    "PLEDGE=6 PLEDGE_RELEASE=7 FREEZE=8 FREEZE_RELEASE=9 REVERSAL=10",
    EncumbranceKind: "PLEDGE=1 FREEZE=2",
    Posting: "OPENING=1 CHANGES=2",
    ProductState: "DRAFT=1 SIGNED_OFF=2 LIVE=3 SUSPENDED=4 CLOSED=5",
    ProductEvent: "SIGN_OFF=1 OPEN=2 SUSPEND=3 RESUME=4 CLOSE=5",
    UnmatchedReason: "THIRD_PARTY=1 DUPLICATE=2 UNKNOWN_REFERENCE=3 UNVERIFIED_ACCOUNT=4 "
    "UNEXPLAINED_DEBIT=5 ACCOUNT_FULL=6",
    Resolution: "ASSIGN=1 RETURN=2 OFFSET=3",
    WithdrawalDecision: "APPROVE=1 DECLINE=2",
    PayoutOutcome: "INSTRUCTED=1 REFUSED_BY_BANK=2",
    BreakCause: "IN_TRANSIT=1 CASH_DEPOSIT=2 UNKNOWN=3",
    PaymentState: "CREDITED=1 PAID_OUT=2 UNMATCHED=3 RETURNING=4 ASSIGNED=5 RETURNED=6 OFFSET=7",
    WithdrawalState: "REQUESTED=1 APPROVED=2 INSTRUCTED=3 PAID=4 DECLINED=5 FAILED=6",
    WithdrawalEvent: "REQUEST=1 APPROVE=2 DECLINE=3 INSTRUCT=4 REFUSE=5 BOOK=6",
    Refusal: "IDEMPOTENCY_KEY_REUSED=101 NOT_PERMITTED=201 UNKNOWN_PARTY=202 UNKNOWN_PRODUCT=203 "
    "UNKNOWN_ORDER=204 UNKNOWN_TRANSFER=205 VENUE_ALREADY_OPEN=206 UNKNOWN_LOT=207 "
    "UNKNOWN_OFFICER=208 UNKNOWN_PROPOSAL=209 UNKNOWN_ENCUMBRANCE=210 UNKNOWN_BANK_ACCOUNT=211 "
    "UNKNOWN_PAYMENT=212 UNKNOWN_EVIDENCE=213 UNKNOWN_EXCEPTION=214 UNKNOWN_CALENDAR=215 "
    "FOUR_EYES_REQUIRED=216 OUT_OF_OFFICE=217 UNKNOWN_WITHDRAWAL=218 UNKNOWN_APPLICATION=221 "
    "UNKNOWN_QUESTIONNAIRE=222 OFFICER_NOT_MAKER=234 OFFICER_NOT_CHECKER=235 "
    "OFFICER_NOT_HEAD=236 OFFICER_NOT_REVIEWER=237 PRICE_OUT_OF_RANGE=301 PRICE_OFF_TICK=302 "
    "QUANTITY_OUT_OF_RANGE=303 QUANTITY_OFF_LOT=304 ORDER_VALUE_OUT_OF_RANGE=305 "
    "EXPIRY_OUT_OF_RANGE=306 TIME_IN_FORCE_CONFLICT=307 TERMS_OUT_OF_RANGE=308 "
    "AMOUNT_OUT_OF_RANGE=309 SIZE_TERMS_CONFLICT=310 LOTS_CONFLICT=311 "
    "CALENDAR_OUT_OF_RANGE=312 ROWS_OUT_OF_RANGE=313 EVIDENCE_OUT_OF_RANGE=314 "
    "DATES_OUT_OF_RANGE=315 TOTALS_DIFFER=316 STATEMENT_BALANCES_DIFFER=317 "
    "BANK_ACCOUNT_OUT_OF_RANGE=319 RETURN_OUT_OF_RANGE=320 ROLES_CONFLICT=321 "
    "NOTE_OUT_OF_RANGE=322 SIGNATURE_MISSING=323 CRITERIA_MISSING=324 PROFILE_OUT_OF_RANGE=330 "
    "ANSWERS_OUT_OF_RANGE=331 REVIEW_INCOMPLETE=332 MODE_TERMS_OUT_OF_RANGE=343 "
    "LICENCE_OUT_OF_RANGE=344 TRANSFER_VERSION_STALE=401 "
    "TRANSFER_NOT_PENDING=402 SYMBOL_TAKEN=403 UNITS_EXCEED_ISSUE=404 ORDER_NOT_OPEN=405 "
    "TRANSFER_NOT_IN_STATE=406 TRANSFER_HELD=407 CRITERIA_STALE=408 CLAIMED_BY_ANOTHER=409 "
    "NOT_CLAIMED=410 SAME_PERSON=411 DECISION_DIFFERS=412 DOCUMENTS_MISSING=413 RETURNS_MAX=414 "
    "NOT_RESCINDABLE=415 ALREADY_DONE=416 PRODUCT_NOT_LIVE=417 PRODUCT_NOT_IN_STATE=418 "
    "FILE_ALREADY_IMPORTED=419 WITHDRAWAL_NOT_IN_STATE=420 PAYMENT_NOT_IN_STATE=421 "
    "BANK_ACCOUNT_NOT_VERIFIED=422 STATEMENT_DOES_NOT_FOLLOW=423 REGISTER_NOT_EMPTY=424 "
    "LOT_NOT_HELD=425 BANK_ACCOUNT_TAKEN=426 EXCEPTION_STANDS=427 OWN_EVIDENCE_MAX=429 "
    "APPLICATION_OPEN=430 ASSESSMENTS_MAX=431 OWNER_CONFLICT=432 "
    "WRONG_MARKET_MODE=434 MODE_NOT_LICENSED=435 MARKET_NOT_EMPTY=436 AUCTION_PLAIN_ONLY=437 "
    "AUCTION_UNDER_WAY=438 SELF_TRADE=501 HOLDER_SLOTS=505 "
    "ORDERS_OPEN_MAX=601 BOOK_FULL=602 UNITS_NOT_AVAILABLE=603 MONEY_NOT_AVAILABLE=604 "
    "ACCOUNT_FULL=605 TRANSFERS_OPEN_MAX=606 LOTS_MAX=607 PROPOSALS_OPEN_MAX=608 "
    "ENCUMBRANCES_MAX=609 BANK_ACCOUNTS_MAX=610 WITHDRAWALS_OPEN_MAX=611 "
    "PAYMENTS_UNMATCHED_MAX=612 EVIDENCE_MAX=613 OFFICERS_MAX=614 EXCEPTIONS_OPEN_MAX=615 "
    "TURNAROUND=618 "
    "FILLS_MAX=701 POST_ONLY_WOULD_CROSS=702 FILL_OR_KILL_UNFILLABLE=703",
}
"""Numbers that are stored with their meaning: the wire and the rows carry them."""

ORDER_COMMAND: Final = PlaceOrder(
    actor=PartyId(4),
    key="order-1",
    product_id=ProductId(6),
    side=Side.SELL,
    price=Price(9_850),
    quantity=Quantity(100_000),
    time_in_force=TimeInForce.GOOD_TILL_CANCELLED,
    post_only=False,
    expires_at_ns=TimeNs(1_700_000_000_000_000_000),
)
ORDER_BYTES: Final = bytes.fromhex(
    "9acd025904a76f726465722d310602cd267ace000186a001c2cf17979cfe362a0000"
)


ROWS: Final = {
    1: ("Hold", "holder_id contract units principal cost acquired_on"),
    2: ("Subscribe", "holder_id contract units principal cost acquired_on"),
    3: ("Redeem", "holder_id lot units"),
    4: ("Convey", "holder_id lot units to_holder_id to_contract cost acquired_on"),
    5: ("Pledge", "holder_id lot units"),
    6: ("Freeze", "holder_id lot units until_on"),
    7: ("Release", "holder_id encumbrance_id"),
}
"""Of register files."""


def shape(kinds: tuple[Any, ...]) -> dict[int, tuple[str, str]]:
    """Tag, name and fields of every member of a union."""
    return {
        kind.__struct_config__.tag: (kind.__name__, " ".join(kind.__struct_fields__))
        for kind in kinds
    }


def test_a_released_command_or_event_never_changes() -> None:
    assert shape(get_args(AnyCommand)) == COMMANDS
    assert shape(get_args(AnyEvent)) == EVENTS
    assert shape(get_args(AnyRow)) == ROWS
    assert shape(tuple(TERMS_OF.values())) == released.TERMS
    assert (FeeSchedule.__struct_fields__, FeeLine.__struct_fields__) == (
        ("venue_buyer", "venue_seller", "trust_company_buyer", "trust_company_seller"),
        ("rate_bps", "minimum", "maximum"),
    )
    for part, fields in released.PARTS.items():
        assert " ".join(part.__struct_fields__) == fields
    assert [" ".join(kind.__struct_fields__) for kind in (StatementEntry, InTransit, Break)] == [
        "bank_ref amount booked_on account_digest party_ref withdrawal_ref",
        "amount withdrawal_ref",
        "cause amount",
    ]


@pytest.mark.parametrize("kind", NUMBERS)
def test_a_stored_number_never_changes_its_meaning(kind: type[Enum]) -> None:
    assert " ".join(f"{member.name}={member.value}" for member in kind) == NUMBERS[kind]


def every_kind_of(base: type) -> set[type]:
    found: set[type] = set(base.__subclasses__())
    return found.union(*(every_kind_of(kind) for kind in found))


@pytest.mark.parametrize(("base", "union"), [(Command, AnyCommand), (Event, AnyEvent)])
def test_every_command_and_event_has_a_tag(base: type, union: object) -> None:
    assert every_kind_of(base) == set(get_args(union))
    assert len(shape(get_args(union))) == len(get_args(union))


def test_bytes_of_a_released_version_are_decoded_for_ever() -> None:
    assert encode_command(ORDER_COMMAND) == ORDER_BYTES
    assert decode_command(ORDER_BYTES) == ORDER_COMMAND


@pytest.mark.parametrize(
    "raw",
    [
        [603, 4, "k", 6],  # an unknown version
        [602, 4, "k", 6],  # fields missing
        [9901, 4, "k"],  # an unknown kind
        [0],
        [],
        [701, 4, "k"],  # a field too few
        [701, 4, "k", 5, 6],  # a field too many
        [701, "4", "k", 5],  # a number as text
        [701, 4, "k", 5.0],  # a number as a float
        [701, 4, "k", True],
        [201, 4, "k", 9],  # no such kind of party
        {"type": "CancelOrder"},
        701,
        None,
    ],
)
def test_unknown_bytes_are_no_command(raw: object) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode_command(msgspec.msgpack.encode(raw))
    with pytest.raises(msgspec.MsgspecError):
        decode_events(msgspec.msgpack.encode([raw]))


def test_torn_bytes_are_no_command() -> None:
    for length in range(len(ORDER_BYTES)):
        with pytest.raises(msgspec.MsgspecError):
            decode_command(ORDER_BYTES[:length])
    with pytest.raises(msgspec.MsgspecError):
        decode_command(ORDER_BYTES + b"\x00")


def test_overlays_and_roles_are_decoded_singly_and_together() -> None:
    command = SetOverlay(
        actor=PartyId(2),
        key="k",
        transfer_id=TransferId(7_000),
        version=2,
        overlay=Overlay.HELD | Overlay.DISPUTED,
        officer="ruan",
    )
    for overlay in (*Overlay, Overlay(0), command.overlay, Overlay(64)):
        given = msgspec.structs.replace(command, overlay=overlay)
        decoded = decode_command(encode_command(given))
        assert decoded == given
        assert isinstance(decoded, SetOverlay)
        assert type(decoded.overlay) is Overlay


def test_events_are_decoded_in_their_order() -> None:
    told: tuple[AnyEvent, ...] = (
        TimeAdvanced(downtime_from_ns=None),
        CommandRefused(refusal=Refusal.SELF_TRADE),
    )
    assert decode_events(encode_events(told)) == told
    assert encode_events(told) == b"\x92" + b"".join(map(encode_event, told))
    assert [decode_event(encode_event(event)) for event in told] == list(told)
    assert decode_events(encode_events(())) == ()


def test_each_row_is_hashed_with_its_number_its_time_and_the_row_before() -> None:
    def hashed(
        previous: bytes = CHAIN_START,
        sequence: int = 2,
        at_ns: int = 3,
        command: bytes = b"ab",
        events: bytes = b"c",
    ) -> bytes:
        return chain(previous, sequence=sequence, at_ns=at_ns, command=command, events=events)

    variants = [
        hashed(),
        hashed(previous=bytes(31) + b"1"),
        hashed(sequence=4),
        hashed(at_ns=4),
        hashed(command=b"ac"),
        hashed(events=b"d"),
        hashed(command=b"a", events=b"bc"),  # the same bytes, divided otherwise
        hashed(command=b"abc", events=b""),
        hashed(sequence=23, at_ns=3),
    ]
    assert len(set(variants)) == len(variants)
    assert hashed().hex() == sha256(bytes(32) + b"2 3 2 1 " + b"abc").hexdigest()


def test_a_key_belongs_to_a_party_and_a_namespace() -> None:
    cancel = CancelOrder(actor=PartyId(4), key="order-1", order_id=OrderId(9))
    digests = {
        key_digest(PartyId(4), ORDER_COMMAND),
        key_digest(PartyId(5), ORDER_COMMAND),
        key_digest(PartyId(4), cancel),
        key_digest(PartyId(4), msgspec.structs.replace(cancel, key="order-2")),
    }
    assert len(digests) == 4
    assert {len(digest) for digest in digests} == {24}
    other_body = msgspec.structs.replace(ORDER_COMMAND, quantity=Quantity(1))
    assert key_digest(PartyId(4), other_body) == key_digest(PartyId(4), ORDER_COMMAND)
    assert body_digest(encode_command(other_body)) != body_digest(ORDER_BYTES)
