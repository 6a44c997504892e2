"""The bounds of the naive exchange."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.model.bank import BankLimits


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The bounds that a test may make smaller, so that they are met."""

    orders_open_per_party_max: int = 1_000
    orders_open_per_product_max: int = 200_000
    fills_per_command_max: int = 500
    timers_fired_per_command_max: int = 128
    keys_expired_per_command_max: int = 4
    keys_expired_per_sweep_max: int = 1_000
    transfers_open_per_party_max: int = 10_000
    lots_per_order_max: int = 200
    lots_per_holding_max: int = 10_000
    officers_per_party_max: int = 200
    proposals_open_max: int = 200
    negotiations_open_per_party_max: int = 200
    negotiations_open_per_product_max: int = 1_000
    offers_per_negotiation_max: int = 100
    named_max: int = 50
    bank: BankLimits = field(default_factory=BankLimits)
    evidence_per_subject_max: int = 100
    links_per_evidence_max: int = 256
    own_evidence_per_review_max: int = 5
    exceptions_open_per_party_max: int = 10_000
    encumbrances_per_holding_max: int = 50
    encumbered_per_file_max: int = 2_000
    sales_marked_at_once_max: int = 100
    marks_per_command_max: int = 200
