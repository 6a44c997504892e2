"""The register files of the demo's trust companies, as their offices would send them."""

import base64
from collections.abc import Iterable, Mapping
from typing import Final

from api.cli.demo.dataset import OpeningHolding
from api.cli.demo.products import Product
from api.schemas.decimals import format_decimal, format_money
from api.signing import DemoSigner

ACQUIRED_ON: Final = "2025-06-30"
HEADINGS: Final = "类型,合同编号,持有人,份额,本金,取得日期"


def office_signer(code: str) -> DemoSigner:
    """The key of a trust company's office: everybody can make it again, like all keys of a demo."""
    return DemoSigner(f"trustex demo office {code}".encode())


def opening_file(
    product: Product, holdings: Iterable[OpeningHolding], parties: Mapping[str, str]
) -> bytes:
    """The product's opening register: a contract for each holding, at par.

    Args:
        parties: the venue's number of each party, by its code.
    """
    scale = product.type.quantity_scale
    rows: list[str] = []
    total = 0
    for number, holding in enumerate(holdings, start=1):
        total += holding.quantity
        units = format_decimal(holding.quantity, scale=scale)
        principal = format_money(_principal(product, holding.quantity))
        contract = f"{product.symbol}-{number:04}"
        holder = parties[holding.holder.code]
        rows.append(f"持有,{contract},{holder},{units},{principal},{ACQUIRED_ON}")
    head = (
        f"产品代码,{product.symbol}",
        "文件类型,期初",
        f"份额总数,{format_decimal(total, scale=scale)}",
    )
    return "\n".join([*head, HEADINGS, *rows, ""]).encode("gb18030")


def signed(content: bytes, signer: DemoSigner) -> dict[str, object]:
    """The body of the request that brings a file."""
    return {
        "content": base64.b64encode(content).decode("ascii"),
        "signature": base64.b64encode(signer.sign(content)).decode("ascii"),
    }


def _principal(product: Product, quantity: int) -> int:
    """Fen at par, half up; a price is in 1/10000 yuan."""
    parts: int = 100 * 10**product.type.quantity_scale
    return (2 * product.type.par_value * quantity + parts) // (2 * parts)
