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
    bound_key,
    chain,
    decode_command,
    decode_event,
    decode_events,
    encode_command,
    encode_event,
    encode_events,
)
from exchange.command import Command
from exchange.commands import AnyCommand, CancelOrder, PlaceOrder
from exchange.event import Event
from exchange.events import AnyEvent, CommandRefused, TimeAdvanced
from exchange.fees import FeeLine, FeeSchedule
from exchange.modes.types import TERMS_OF
from exchange.money_commands import InTransit, StatementEntry
from exchange.money_events import Break
from exchange.refusals import Refusal
from exchange.transfer_commands import SetOverlay
from exchange.types import (
    PartyId,
)
from matching import OrderId, Price, Quantity, Side, TimeInForce
from registry.posting import AnyRow
from registry.transfer import Overlay
from registry.types import ProductId, TimeNs, TransferId
from tests.exchange import (
    released_calendars,
    released_clients,
    released_desk,
    released_halts,
    released_market,
    released_negotiations,
    released_prices,
    released_review,
    released_rules,
    released_slots,
)
from tests.exchange.codec_transfers import TRANSFER, TRANSFER_COMMANDS, TRANSFER_EVENTS
from tests.exchange.released_numbers import NUMBERS

A_FILE: Final = "kind of evidence_id sha256 bytes_count media_type uploaded_at_ns"
COMMANDS: Final = {
    102: ("OpenVenue", "actor key profile fee_schedule calendars four_eyes"),
    201: ("RegisterParty", "actor key kind"),
    303: (
        "CreateProduct",
        (
            "actor key symbol trust_company_id name_zh name_en product_type risk_level "
            "benchmark_bps maturity_date units_issued par_value tick lot quantity_scale "
            "transfer_terms ctrc_code"
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
    **released_review.COMMANDS,
    **released_clients.COMMANDS,
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
    **released_desk.COMMANDS,
    **released_rules.COMMANDS,
    **released_market.COMMANDS,
    **released_negotiations.COMMANDS,
    **released_prices.COMMANDS,
    **released_halts.COMMANDS,
    **released_calendars.COMMANDS,
}
ORDER: Final = "order_id party_id product_id side"
EVENTS: Final = {
    101: ("CommandRefused", "refusal"),
    202: ("VenueOpened", "operator_id profile fee_schedule calendars four_eyes"),
    301: ("PartyRegistered", "party_id kind"),
    402: ("ProductCreated", "product_id terms"),
    602: ("DepositRecorded", "party_id amount payment_id bank_ref"),
    701: ("OrderAccepted", f"{ORDER} price quantity time_in_force reserved expires_at_ns"),
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
    **released_review.EVENTS,
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
    **released_desk.EVENTS,
    **released_rules.EVENTS,
    **released_clients.EVENTS,
    **released_market.EVENTS,
    **released_negotiations.EVENTS,
    **released_prices.EVENTS,
    **released_slots.EVENTS,
    **released_halts.EVENTS,
    **released_calendars.EVENTS,
}
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
    for part, fields in (*released_rules.PARTS.items(), *released_slots.PARTS.items()):
        assert " ".join(part.__struct_fields__) == fields
    assert shape(tuple(TERMS_OF.values())) == released_market.TERMS
    assert (FeeSchedule.__struct_fields__, FeeLine.__struct_fields__) == (
        ("venue_buyer", "venue_seller", "trust_company_buyer", "trust_company_seller"),
        ("rate_bps", "minimum", "maximum"),
    )
    for part, fields in released_clients.PARTS.items():
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
    keys = {
        bound_key(ORDER_COMMAND),
        bound_key(msgspec.structs.replace(ORDER_COMMAND, actor=PartyId(5))),
        bound_key(cancel),
        bound_key(msgspec.structs.replace(cancel, key="order-2")),
    }
    assert len(keys) == 4
    assert bound_key(cancel) == (4).to_bytes(8) + b"r" + b"order-1"
    other_body = msgspec.structs.replace(ORDER_COMMAND, quantity=Quantity(1))
    assert bound_key(other_body) == bound_key(ORDER_COMMAND)
    assert body_digest(encode_command(other_body)) != body_digest(ORDER_BYTES)
