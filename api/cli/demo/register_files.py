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
    rows: list[str] = []
    total = 0
    for number, holding in enumerate(holdings, start=1):
        total += holding.quantity
        holder = parties[holding.holder.code]
        for contract, quantity in _contracts(holding, number):
            units = format_decimal(quantity, scale=product.type.quantity_scale)
            principal = format_money(_principal(product, quantity))
            rows.append(f"持有,{contract},{holder},{units},{principal},{ACQUIRED_ON}")
    return _file(product, "期初", total, [HEADINGS, *rows])


def inheritance_file(
    dead: OpeningHolding,
    number: int,
    shares: Iterable[OpeningHolding],
    *,
    parties: Mapping[str, str],
) -> bytes:
    """A holder's one contract goes to his heirs, by a file of changes of the register.

    Args:
        number: of the holder in the opening file, from 1.
    """
    product = dead.product
    ((contract, _),) = _contracts(dead, number)
    rows = []
    for heir, share in enumerate(shares, start=1):
        units = format_decimal(share.quantity, scale=product.type.quantity_scale)
        to_holder = parties[share.holder.code]
        rows.append(
            f"过户,{contract},{parties[dead.holder.code]},{units},,{ACQUIRED_ON},{to_holder},"
            f"{contract}-{heir}"
        )
    return _file(product, "变动", product.units_issued, [f"{HEADINGS},受让人,新合同编号", *rows])


def _contracts(holding: OpeningHolding, number: int) -> list[tuple[str, int]]:
    """The contracts of a holding with what each is of, in whole lots."""
    first = f"{holding.product.symbol}-{number:04}"
    if holding.contracts == 1:
        return [(first, holding.quantity)]
    half = holding.quantity // holding.product.lot // 2 * holding.product.lot
    return [(first, half), (f"{first}-2", holding.quantity - half)]


def _file(product: Product, kind: str, total: int, lines: list[str]) -> bytes:
    head = (
        f"产品代码,{product.symbol}",
        f"文件类型,{kind}",
        f"份额总数,{format_decimal(total, scale=product.type.quantity_scale)}",
    )
    return "\n".join([*head, *lines, ""]).encode("gb18030")


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
