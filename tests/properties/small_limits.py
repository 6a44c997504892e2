"""Bounds so small that a short test meets them, for the engine as for the model."""

from __future__ import annotations

from typing import Final

import pytest

from tests.model.bank import BankLimits
from tests.model.limits import Limits
from tests.properties.negotiation_rows import (
    bounds_of_negotiations,
)

Row = tuple[object, ...]


SMALL_LIMITS: Final = Limits(
    orders_open_per_party_max=9,
    orders_open_per_product_max=12,
    fills_per_command_max=3,
    timers_fired_per_command_max=3,
    keys_expired_per_command_max=2,
    keys_expired_per_sweep_max=5,
    transfers_open_per_party_max=8,
    lots_per_order_max=3,
    lots_per_holding_max=8,
    officers_per_party_max=6,
    proposals_open_max=5,
    negotiations_open_per_party_max=3,
    negotiations_open_per_product_max=5,
    offers_per_negotiation_max=4,
    named_max=3,
    bank=BankLimits(
        bank_accounts_per_party_max=3,
        withdrawals_open_per_party_max=3,
        payments_unmatched_max=20,
    ),
    evidence_per_subject_max=4,
    links_per_evidence_max=5,
    own_evidence_per_review_max=1,
    exceptions_open_per_party_max=4,
    encumbrances_per_holding_max=4,
    encumbered_per_file_max=6,
    sales_marked_at_once_max=1,
    marks_per_command_max=2,
)


def shrink_limits(patch: pytest.MonkeyPatch, limits: Limits) -> None:
    """Let the engine have the model's limits, so that a short test meets them."""
    for name, value in (
        ("exchange.eligibility.ORDERS_OPEN_PER_PARTY_MAX", limits.orders_open_per_party_max),
        ("exchange.eligibility.ORDERS_OPEN_PER_PRODUCT_MAX", limits.orders_open_per_product_max),
        ("exchange.eligibility.FILLS_PER_COMMAND_MAX", limits.fills_per_command_max),
        ("exchange.engine.TIMERS_FIRED_PER_COMMAND_MAX", limits.timers_fired_per_command_max),
        ("exchange.keys.KEYS_EXPIRED_PER_COMMAND_MAX", limits.keys_expired_per_command_max),
        ("exchange.keys.KEYS_EXPIRED_PER_SWEEP_MAX", limits.keys_expired_per_sweep_max),
        ("exchange.eligibility.LOTS_PER_ORDER_MAX", limits.lots_per_order_max),
        ("exchange.eligibility.LOTS_PER_HOLDING_MAX", limits.lots_per_holding_max),
        ("exchange.officers.OFFICERS_PER_PARTY_MAX", limits.officers_per_party_max),
        ("exchange.four_eyes.PROPOSALS_OPEN_MAX", limits.proposals_open_max),
        *bounds_of_negotiations(limits),
        ("exchange.evidence.EVIDENCE_PER_SUBJECT_MAX", limits.evidence_per_subject_max),
        ("exchange.evidence.LINKS_PER_EVIDENCE_MAX", limits.links_per_evidence_max),
        ("exchange.cases.OWN_EVIDENCE_PER_REVIEW_MAX", limits.own_evidence_per_review_max),
        (
            "exchange.exceptions.EXCEPTIONS_OPEN_PER_PARTY_MAX",
            limits.exceptions_open_per_party_max,
        ),
        ("exchange.register_posting.LOTS_PER_HOLDING_MAX", limits.lots_per_holding_max),
        ("exchange.register_posting.ENCUMBERED_PER_FILE_MAX", limits.encumbered_per_file_max),
        *(
            (f"exchange.{name}.ENCUMBRANCES_PER_HOLDING_MAX", limits.encumbrances_per_holding_max)
            for name in ("encumbrances", "register_posting")
        ),
        ("exchange.marking.SALES_MARKED_AT_ONCE_MAX", limits.sales_marked_at_once_max),
        ("exchange.marking.MARKS_PER_COMMAND_MAX", limits.marks_per_command_max),
        (
            "exchange.money_desk.BANK_ACCOUNTS_PER_PARTY_MAX",
            limits.bank.bank_accounts_per_party_max,
        ),
        (
            "exchange.money_desk.WITHDRAWALS_OPEN_PER_PARTY_MAX",
            limits.bank.withdrawals_open_per_party_max,
        ),
        ("exchange.statements.PAYMENTS_UNMATCHED_MAX", limits.bank.payments_unmatched_max),
        (
            "exchange.eligibility.TRANSFERS_OPEN_PER_PARTY_MAX",
            limits.transfers_open_per_party_max,
        ),
    ):
        patch.setattr(name, value)
