"""Transfers that go out to an office by file, as texts for the columns of its sheets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from api.schemas.decimals import NS_PER_S, format_decimal, format_money, format_price
from api.schemas.holdings import contract_of
from exchange.commands import CreateProduct
from exchange.desk_state import Case
from exchange.store.review_queries import DeskRow
from exchange.types import PartyId
from registry.calendar import Calendar
from registry.store.queries import TransferRow
from registry.store.sources import Source
from registry.trust_company.decisions import CONFIRM, DECISIONS, REJECT, criteria_sent
from registry.trust_company.registration import OVERDUE, SETTLED_DEAL, deal_sent
from registry.trust_company.words import Language
from registry.types import TimeNs

BEIJING: Final = timezone(timedelta(hours=8))
"""Of the moments in files, which people read; the headings say so."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A transfer, with what its sheets say of it besides its row."""

    transfer: TransferRow
    terms: CreateProduct
    sources: list[Source]
    names: Mapping[PartyId, str]
    """Of the parties, as far as they are known."""
    language: Language


def application_texts(sent: Sent, desk: DeskRow) -> dict[str, str]:
    """The texts by the fields of registry/trust_company/decisions.py.

    Args:
        desk: what officers see of it.
    """
    transfer, case = sent.transfer, desk.case
    seller_fees = transfer.seller_fee_venue + transfer.seller_fee_trust_company
    buyer_fees = transfer.buyer_fee_venue + transfer.buyer_fee_trust_company
    return _about_texts(sent) | {
        "seller_fees": format_money(seller_fees),
        "buyer_fees": format_money(buyer_fees),
        "matched_at": beijing_time(transfer.matched_at_ns),
        "deadline": beijing_time(transfer.deadline_ns),
        "criteria": "" if desk.criteria is None else criteria_sent(desk.criteria),
        "made_by": "" if case is None or case.made_by is None else str(case.made_by),
        "proposed": "" if case is None else _proposed(case, sent.language),
    }


def registration_texts(sent: Sent, calendar: Calendar, *, now_ns: TimeNs) -> dict[str, str]:
    """The texts by the fields of registry/trust_company/registration.py.

    Args:
        calendar: of the product, by which days are left after today.
    """
    transfer, due_ns = sent.transfer, sent.transfer.registration_due_ns
    assert due_ns is not None, transfer
    days_left = str(calendar.remaining(from_ns=now_ns, until_ns=due_ns))
    return _about_texts(sent) | {
        SETTLED_DEAL.field: _deal_sent(transfer, sent.terms),
        "settled_at": beijing_time(transfer.decided_at_ns),
        "due": beijing_time(due_ns),
        "days_left": days_left if now_ns < due_ns else OVERDUE.in_language(sent.language),
    }


def fact_texts(transfer: TransferRow, terms: CreateProduct) -> dict[str, str]:
    """What a file that comes back may not say otherwise of the transfer, by field. Names, moments
    and contracts are written by spreadsheets and people in too many ways."""
    return _deal_texts(transfer, terms) | {
        "accrued": format_money(transfer.accrued),
        "full": format_money(transfer.due_to_seller),
    }


def settled_texts(transfer: TransferRow, terms: CreateProduct) -> dict[str, str]:
    """The same of a transfer whose change registration is acknowledged: and its digest."""
    return fact_texts(transfer, terms) | {SETTLED_DEAL.field: _deal_sent(transfer, terms)}


def _deal_texts(transfer: TransferRow, terms: CreateProduct) -> dict[str, str]:
    # Of what a settled deal's digest is. Income is not: of one transfer it never changes, and
    # sheets that were sent before they said it are still known.
    return {
        "symbol": terms.symbol,
        "seller_id": str(transfer.seller_id),
        "buyer_id": str(transfer.buyer_id),
        "units": format_decimal(transfer.units, scale=terms.quantity_scale),
        "price": format_price(transfer.price),
        "consideration": format_money(transfer.consideration),
    }


def _deal_sent(transfer: TransferRow, terms: CreateProduct) -> str:
    facts = _deal_texts(transfer, terms)
    return deal_sent(transfer.transfer_id, facts, settled_at_ns=transfer.decided_at_ns)


def _about_texts(sent: Sent) -> dict[str, str]:
    transfer, terms, names = sent.transfer, sent.terms, sent.names
    scale = terms.quantity_scale
    return fact_texts(transfer, terms) | {
        "transfer_id": str(transfer.transfer_id),
        "product_name": terms.name_zh if sent.language is Language.ZH else terms.name_en,
        "seller_name": names.get(PartyId(transfer.seller_id), ""),
        "contracts": "; ".join(
            f"{contract_of(source.lot_id, source.contract)} "
            f"({format_decimal(source.units, scale=scale)})"
            for source in sent.sources
        ),
        "buyer_name": names.get(PartyId(transfer.buyer_id), ""),
    }


def _proposed(case: Case, language: Language) -> str:
    """What the maker would decide; empty where nobody has said so."""
    if case.made_by is None:
        return ""
    word = DECISIONS[CONFIRM if case.reason is None else REJECT].in_language(language)
    return word if case.reason is None else f"{word} ({case.reason.name})"


def beijing_time(at_ns: TimeNs | None) -> str:
    """The moment as people in Beijing write it; empty where there is none."""
    if at_ns is None:
        return ""
    moment = datetime.fromtimestamp(at_ns // NS_PER_S, UTC)
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
