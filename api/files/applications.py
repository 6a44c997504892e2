"""What goes out to an office by file, as texts for its columns."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from api.schemas.decimals import NS_PER_S, format_decimal, format_money, format_price
from api.schemas.holdings import contract_of
from exchange.commands import CreateProduct
from exchange.types import PartyId
from registry.store.queries import TransferRow
from registry.store.sources import Source
from registry.trust_company.words import Language
from registry.types import ProductId, TimeNs, TransferId

BEIJING: Final = timezone(timedelta(hours=8))
"""Of the moments in files, which people read; the headings say so."""


def application_texts(
    transfers: Iterable[TransferRow],
    *,
    products: Mapping[ProductId, CreateProduct],
    names: Mapping[PartyId, str],
    sources: Mapping[TransferId, list[Source]],
    language: Language,
) -> dict[TransferId, dict[str, str]]:
    """Each transfer's texts by the fields of registry/trust_company/decisions.py."""
    return {
        transfer.transfer_id: _application(
            transfer,
            products[transfer.product_id],
            names=names,
            sources=sources[transfer.transfer_id],
            language=language,
        )
        for transfer in transfers
    }


def fact_texts(transfer: TransferRow, terms: CreateProduct) -> dict[str, str]:
    """What a file that comes back may not say otherwise of the transfer, by field."""
    return {
        "symbol": terms.symbol,
        "seller_id": str(transfer.seller_id),
        "buyer_id": str(transfer.buyer_id),
        "units": format_decimal(transfer.units, scale=terms.quantity_scale),
        "price": format_price(transfer.price),
        "consideration": format_money(transfer.consideration),
    }


def _application(
    transfer: TransferRow,
    terms: CreateProduct,
    *,
    names: Mapping[PartyId, str],
    sources: list[Source],
    language: Language,
) -> dict[str, str]:
    scale = terms.quantity_scale
    seller_fees = transfer.seller_fee_venue + transfer.seller_fee_trust_company
    buyer_fees = transfer.buyer_fee_venue + transfer.buyer_fee_trust_company
    return fact_texts(transfer, terms) | {
        "transfer_id": str(transfer.transfer_id),
        "version": str(transfer.version),
        "product_name": terms.name_zh if language is Language.ZH else terms.name_en,
        "seller_name": names.get(PartyId(transfer.seller_id), ""),
        "contracts": "; ".join(
            f"{contract_of(source.lot_id, source.contract)} "
            f"({format_decimal(source.units, scale=scale)})"
            for source in sources
        ),
        "buyer_name": names.get(PartyId(transfer.buyer_id), ""),
        "seller_fees": format_money(seller_fees),
        "buyer_fees": format_money(buyer_fees),
        "matched_at": _beijing_time(transfer.matched_at_ns),
        "deadline": "" if transfer.deadline_ns is None else _beijing_time(transfer.deadline_ns),
    }


def _beijing_time(at_ns: TimeNs) -> str:
    moment = datetime.fromtimestamp(at_ns // NS_PER_S, UTC)
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
