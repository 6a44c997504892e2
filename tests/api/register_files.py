"""Register files as a trust company's office makes them: text, bytes, signature."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Protocol

from api.signing import DemoSigner

HEADINGS: Final = "type,contract,holder,units,principal,cost,acquired_on,to_holder,to_contract"
ACQUIRED_ON: Final = "2025-03-31"


class Operator(Protocol):
    """Whoever asks with the operator's key."""

    def post(self, path: str, body: object = None) -> Any:
        """Have something done, once."""


@dataclass
class Office:
    """A trust company's office with a key, and what it has written of each product so far."""

    signer: DemoSigner
    outstanding: dict[str, Decimal] = field(default_factory=dict)
    contracts: int = 0

    @property
    def public_key(self) -> str:
        """For its registration."""
        return base64.b64encode(self.signer.public_key).decode("ascii")

    def holders_file(
        self, symbol: str, holdings: Sequence[tuple[str, str]], *, par: str = "1.0000"
    ) -> bytes:
        """A file that gives each holder a contract of so many units at par; the product's first is
        its opening."""
        before = self.outstanding.get(symbol, Decimal(0))
        kind = "SUBSCRIBE" if before else "HOLD"
        rows = []
        for holder_id, units in holdings:
            self.contracts += 1
            principal = (Decimal(units) * Decimal(par)).quantize(Decimal("0.01"))
            contract = f"C-{self.contracts:05}"
            rows.append(f"{kind},{contract},{holder_id},{units},{principal},,{ACQUIRED_ON},,")
        total = before + sum(Decimal(units) for _, units in holdings)
        return file_text(symbol, "CHANGES" if before else "OPENING", str(total), rows).encode()

    def took(self, symbol: str, units_outstanding: str) -> None:
        """A file was posted, after which there are so many units."""
        self.outstanding[symbol] = Decimal(units_outstanding)

    def signed(self, content: bytes) -> dict[str, Any]:
        """The body of a request that imports the file."""
        return {
            "content": base64.b64encode(content).decode("ascii"),
            "signature": base64.b64encode(self.signer.sign(content)).decode("ascii"),
        }


def give_units(
    operator: Operator, company_id: str, symbol: str, holdings: Sequence[tuple[str, str]]
) -> None:
    """The first file of a trust company that has sent none: each holder has so many units."""
    path = f"/v1/parties/{company_id}/signing-keys"
    operator.post(path, {"public_key": _office(company_id).public_key, "label": "office"})
    open_register(operator, company_id, symbol, holdings)


def open_register(
    operator: Operator, company_id: str, symbol: str, holdings: Sequence[tuple[str, str]]
) -> None:
    """The first file of another product of this trust company."""
    office = _office(company_id)
    operator.post("/v1/imports/register", office.signed(office.holders_file(symbol, holdings)))


def _office(company_id: str) -> Office:
    return Office(DemoSigner(f"office {company_id}".encode()))


def file_text(symbol: str, kind: str, units_outstanding: str, rows: Sequence[str]) -> str:
    """A file with these rows, of the columns of HEADINGS."""
    head = [f"product,{symbol}", f"file,{kind}", f"units_outstanding,{units_outstanding}"]
    return "\n".join([*head, HEADINGS, *rows, ""])
