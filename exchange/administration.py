"""What the operator does: opens the venue, admits parties and products, takes over deposits."""

import re
from typing import Final

from exchange.commands import (
    CreateProduct,
    OpenLicensedVenue,
    OpenVenue,
    RecordDeposit,
    RegisterParty,
)
from exchange.events import (
    PartyRegistered,
    ProductCreated,
    VenueOpened,
)
from exchange.fee_state import FeeSchedules
from exchange.fees import whole_fen
from exchange.limits import (
    ACCOUNT_MAX,
    BENCHMARK_BPS_MAX,
    CALENDARS_MAX,
    DEPOSIT_MAX,
    PRICE_MAX,
    PRINCIPAL_MAX,
    QUANTITY_MAX,
    QUANTITY_SCALE_MAX,
    RISK_LEVEL_MAX,
)
from exchange.market_events import MarketModeSet, VenueLicensed
from exchange.modes.matrix import first_mode
from exchange.modes.types import MarketMode
from exchange.money_events import DepositRecorded
from exchange.refusals import Refusal
from exchange.settlement import Emit
from exchange.state import Party, Product, State
from exchange.types import OPERATOR_ID, PAYING_IN_KINDS, TRADING_KINDS, PartyId, PartyKind, Sequence
from exchange.wording import promises_in
from registry.calendar import Calendar
from registry.types import HolderId, ProductId, TimeNs

SYMBOL: Final = re.compile(r"[A-Z0-9][A-Z0-9.-]{1,31}", re.ASCII)
CTRC_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{3,39}", re.ASCII)
MATURITY_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
TEXT_LENGTH_MAX: Final = 120
APPROVAL_REF: Final = re.compile(r"\S(.{0,118}\S)?")


def open_venue(
    state: State, command: OpenVenue, _sequence: Sequence, _at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The first command of a journal: the venue and its operator."""
    if state.profile is not None:
        return Refusal.VENUE_ALREADY_OPEN
    if not command.fee_schedule.is_in_range():
        return Refusal.TERMS_OUT_OF_RANGE
    if not _calendars_in_range(command.calendars):
        return Refusal.CALENDAR_OUT_OF_RANGE
    approval_ref = command.approval_ref if isinstance(command, OpenLicensedVenue) else None
    if approval_ref is not None and not is_approval_ref(approval_ref):
        return Refusal.LICENCE_OUT_OF_RANGE
    state.profile, state.approval_ref = command.profile, approval_ref
    state.fees = FeeSchedules(command.fee_schedule)
    state.calendars = {calendar.calendar_id: calendar for calendar in command.calendars}
    state.days.touched.update(state.calendars)
    state.four_eyes = command.four_eyes
    _admit(state, OPERATOR_ID, PartyKind.OPERATOR)
    emit(
        VenueOpened(
            operator_id=OPERATOR_ID,
            profile=command.profile,
            fee_schedule=command.fee_schedule,
            calendars=command.calendars,
            four_eyes=command.four_eyes,
        )
    )
    if approval_ref is not None:
        emit(VenueLicensed(approval_ref=approval_ref))
    return None


def register_party(
    state: State, command: RegisterParty, sequence: Sequence, _at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Admit a party with an empty account; its id is the command's sequence."""
    if not state.is_operator(command.actor) or command.kind is PartyKind.OPERATOR:
        return Refusal.NOT_PERMITTED
    party_id = PartyId(sequence)
    _admit(state, party_id, command.kind)
    emit(PartyRegistered(party_id=party_id, kind=command.kind))
    return None


def create_product(
    state: State, command: CreateProduct, sequence: Sequence, _at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Admit a product on its terms; its id is the command's sequence. It is traded at once, unless
    the terms ask for its trust company's agreement, in the first mode that the venue's licence
    allows."""
    if not state.is_operator(command.actor):
        return Refusal.NOT_PERMITTED
    trust_company = state.parties.get(command.trust_company_id)
    if trust_company is None or trust_company.kind is not PartyKind.TRUST_COMPANY:
        return Refusal.UNKNOWN_PARTY
    if not _may_all_buy(state, command.transfer_terms.right_holders):
        return Refusal.UNKNOWN_PARTY
    if command.transfer_terms.calendar_id not in state.calendars:
        return Refusal.UNKNOWN_CALENDAR
    if not _terms_in_range(command):
        return Refusal.TERMS_OUT_OF_RANGE
    if promises_in((command.name_zh, command.name_en)):
        return Refusal.BANNED_WORDS
    if command.symbol in state.symbols:
        return Refusal.SYMBOL_TAKEN
    assert state.profile is not None, command
    product_id = ProductId(sequence)
    product = Product(product_id, command)
    state.add_product(product)
    state.register.open_product(product_id)
    state.touched.products[product_id] = product
    emit(ProductCreated(product_id=product_id, terms=command))
    mode = first_mode(state.profile, is_approved=state.approval_ref is not None)
    if mode is not MarketMode.CONTINUOUS:
        product.set_mode(mode, None)
        emit(
            MarketModeSet(
                product_id=product_id, mode=mode, terms=None, version=product.mode_version
            )
        )
    return None


def record_deposit(
    state: State, command: RecordDeposit, _sequence: Sequence, _at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Money of a party is at the custodian and free: for bids, or for what it redeems."""
    if not state.is_operator(command.actor):
        return Refusal.NOT_PERMITTED
    party = state.parties.get(command.party_id)
    if party is None or party.kind not in PAYING_IN_KINDS:
        return Refusal.UNKNOWN_PARTY
    if not 0 < command.amount <= DEPOSIT_MAX:
        return Refusal.AMOUNT_OUT_OF_RANGE
    if state.cash.accounts[command.party_id].deposited + command.amount > ACCOUNT_MAX:
        return Refusal.ACCOUNT_FULL
    state.cash.deposit(command.party_id, command.amount)
    state.money.cash_deposits += command.amount
    emit(
        DepositRecorded(
            party_id=command.party_id, amount=command.amount, payment_id=None, bank_ref=None
        )
    )
    return None


def _admit(state: State, party_id: PartyId, kind: PartyKind) -> None:
    party = state.parties[party_id] = Party(party_id, kind)
    state.cash.open(party_id)
    state.touched.parties[party_id] = party


def is_approval_ref(text: str) -> bool:
    """Whether a venue may name its approval so: 1 to 120 printable characters, none of them a blank
    at an end. Cost: O(1)."""
    return text.isprintable() and APPROVAL_REF.fullmatch(text) is not None


def _terms_in_range(terms: CreateProduct) -> bool:
    texts = (terms.name_zh, terms.name_en, terms.product_type)
    return (
        SYMBOL.fullmatch(terms.symbol) is not None
        and all(0 < len(text) <= TEXT_LENGTH_MAX for text in texts)
        and 1 <= terms.risk_level <= RISK_LEVEL_MAX
        and (terms.benchmark_bps is None or 0 <= terms.benchmark_bps <= BENCHMARK_BPS_MAX)
        and (
            terms.maturity_date is None or MATURITY_DATE.fullmatch(terms.maturity_date) is not None
        )
        and (terms.ctrc_code is None or CTRC_CODE.fullmatch(terms.ctrc_code) is not None)
        and 0 < terms.units_issued <= QUANTITY_MAX
        and 0 < terms.par_value <= PRICE_MAX
        and 0 < terms.tick <= PRICE_MAX
        and 0 < terms.lot <= QUANTITY_MAX
        and 0 <= terms.quantity_scale <= QUANTITY_SCALE_MAX
        and whole_fen(terms.par_value * terms.units_issued, quantity_scale=terms.quantity_scale)
        <= PRINCIPAL_MAX
        and not terms.transfer_terms.faults()
    )


def _may_all_buy(state: State, holder_ids: tuple[HolderId, ...]) -> bool:
    parties = [state.parties.get(PartyId(holder_id)) for holder_id in holder_ids]
    return all(party is not None and party.kind in TRADING_KINDS for party in parties)


def _calendars_in_range(calendars: tuple[Calendar, ...]) -> bool:
    names = {calendar.calendar_id for calendar in calendars}
    return len(names) == len(calendars) <= CALENDARS_MAX and not any(
        calendar.faults() for calendar in calendars
    )
