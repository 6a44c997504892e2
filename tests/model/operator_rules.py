"""What the operator may do, in the order of the refusals' numbers."""

from __future__ import annotations

import re
from typing import assert_never

from exchange import commands as given
from exchange.fees import FeeLine
from exchange.refusals import Refusal
from exchange.types import PartyId, PartyKind
from registry.calendar import Calendar
from registry.terms import TransferTerms
from registry.types import ProductId
from tests.model.desk import (
    Applies,
)
from tests.model.ledger import Ledger
from tests.model.product import ModelProduct

FEE_LINES = ("venue_buyer", "venue_seller", "trust_company_buyer", "trust_company_seller")
TRADERS = (PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION)
PAYS_IN = (*TRADERS, PartyKind.TRUST_COMPANY)
ByOperator = given.RegisterParty | given.CreateProduct | given.RecordDeposit


def are_calendars(calendars: tuple[Calendar, ...]) -> bool:
    names = [calendar.calendar_id for calendar in calendars]
    return len(names) == len(set(names)) <= 16 and all(
        0 < calendar.working_weekdays < 128 for calendar in calendars
    )


def is_licence(command: given.OpenVenue) -> bool:
    """An approval, where one is named, is named by a line of text."""
    if not isinstance(command, given.OpenLicensedVenue):
        return True
    name = command.approval_ref
    return name == name.strip() and 1 <= len(name) <= 120 and name.isprintable()


def _is_known(ledger: Ledger, command: given.CreateProduct) -> bool:
    assert ledger.opened is not None
    known = [calendar.calendar_id for calendar in ledger.opened.calendars]
    return command.transfer_terms.calendar_id in known


def is_fee(line: FeeLine) -> bool:
    return 0 <= line.rate_bps <= 10_000 and 0 <= line.minimum <= line.maximum <= 10**12


def rules_for_operator(ledger: Ledger, command: ByOperator) -> Applies:
    match command:
        case given.RegisterParty():
            return [(Refusal.NOT_PERMITTED, command.kind is PartyKind.OPERATOR)]
        case given.CreateProduct():
            kind = ledger.kinds.get(command.trust_company_id)
            symbols = [product.terms.symbol for product in ledger.products.values()]
            return [
                (Refusal.UNKNOWN_PARTY, kind is not PartyKind.TRUST_COMPANY),
                (Refusal.UNKNOWN_PARTY, not _may_all_buy(ledger, command.transfer_terms)),
                (Refusal.UNKNOWN_CALENDAR, not _is_known(ledger, command)),
                (Refusal.TERMS_OUT_OF_RANGE, not all(_terms_in_range(command))),
                (Refusal.SYMBOL_TAKEN, command.symbol in symbols),
            ]
        case given.RecordDeposit():
            total = ledger.deposited(command.party_id) + command.amount
            return [
                (Refusal.UNKNOWN_PARTY, ledger.kinds.get(command.party_id) not in PAYS_IN),
                (Refusal.AMOUNT_OUT_OF_RANGE, not 1 <= command.amount <= 10**14),
                (Refusal.ACCOUNT_FULL, total > 10**17),
            ]
        case _:
            assert_never(command)


def _terms_in_range(terms: given.CreateProduct) -> list[bool]:
    texts = [terms.name_zh, terms.name_en, terms.product_type]
    return [
        re.fullmatch("[A-Z0-9][A-Z0-9.-]*", terms.symbol) is not None,
        2 <= len(terms.symbol) <= 32,
        *(1 <= len(text) <= 120 for text in texts),
        terms.risk_level in range(1, 6),
        terms.benchmark_bps is None or terms.benchmark_bps in range(10_001),
        terms.maturity_date is None or is_date(terms.maturity_date),
        1 <= terms.units_issued <= 10**15,
        1 <= terms.par_value <= 10**9,
        1 <= terms.tick <= 10**9,
        1 <= terms.lot <= 10**15,
        terms.quantity_scale in range(5),
        ModelProduct(product_id=ProductId(0), terms=terms).par(terms.units_issued) <= 10**18
        if terms.quantity_scale in range(5)
        else False,
        *_transfer_terms_in_range(terms.transfer_terms),
    ]


def _transfer_terms_in_range(terms: TransferTerms) -> list[bool]:
    notices = [terms.acknowledge_days, terms.remind_days, terms.escalate_days]
    days = [*notices, terms.decide_days, terms.settling_days, terms.funding_days]
    days += [terms.signing_days, terms.returning_days, terms.overlay_days, terms.rescission_days]
    return [
        0 <= terms.cooling_off_hours <= (240 if terms.agreement else 0),
        0 <= terms.deposit_bps <= 1_000,
        0 <= terms.returns_max <= 10,
        0 <= terms.fault_fee.rate_bps <= 10_000,
        0 <= terms.fault_fee.maximum <= 20_000_00,
        *(1 <= each <= 250 for each in days),
        0 <= terms.maturity_days <= 250,
        0 <= terms.preemption_days <= 366,
        bool(terms.right_holders) is (terms.preemption_days > 0),
        len(set(terms.right_holders)) == len(terms.right_holders) <= 200,
        notices == sorted(notices),
        terms.escalate_days <= terms.decide_days,
        terms.cut_off_minute is None or terms.cut_off_minute in range(1440),
    ]


def _may_all_buy(ledger: Ledger, terms: TransferTerms) -> bool:
    """Whether everybody who has a right of pre-emption can make use of it."""
    return all(ledger.kinds.get(PartyId(each)) in TRADERS for each in terms.right_holders)


def is_date(text: str) -> bool:
    """YYYY-MM-DD; whether the calendar has such a day, the edge asks."""
    parts = text.split("-")
    digits = all(digit in "0123456789" for part in parts for digit in part)
    return digits and [len(part) for part in parts] == [4, 2, 2]
