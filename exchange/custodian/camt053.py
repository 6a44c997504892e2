"""ISO 20022 camt.053, the bank's statement in XML: bytes to values.

Versions 001.02 and 001.08, one statement a file, CNY, and of its entries the booked ones: what is
pending may still be called back. A document type is refused before anything is expanded, and what
is read is bounded in depth, length and number.

Source: ISO 20022 message definitions camt.053.001.02 and camt.053.001.08.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from exchange.custodian.statement import (
    CURRENCY,
    ENTRIES_MAX,
    STATEMENT_BYTES_MAX,
    BankStatement,
    Booking,
    OtherAccount,
    StatementFault,
    balance_of,
    booked_amount,
    day_of_text,
    other_account,
    reference_of,
    references_in,
)
from exchange.types import Fen
from registry.types import DayNumber

NAMESPACES: Final = frozenset(
    f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}" for version in ("02", "08")
)
DEPTH_MAX: Final = 32
TEXT_LENGTH_MAX: Final = 2_000
"""Of one element; the longest that is read has 140."""
CHILDREN_MAX: Final = 20_000
"""Of one element; the entries, which are read one by one, are counted apart."""
SEPARATOR: Final = " "
STATEMENT_PATH: Final = ("Document", "BkToCstmrStmt", "Stmt")
ENTRY_PATH: Final = (*STATEMENT_PATH, "Ntry")
SIGNS: Final = {"CRDT": 1, "DBIT": -1}


@dataclass(slots=True)
class Element:
    """An element that has been read."""

    name: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, *path: str) -> Iterator["Element"]:
        """Every element at this path below."""
        first, *rest = path
        for child in self.children:
            if child.name == first:
                if rest:
                    yield from child.all(*rest)
                else:
                    yield child

    def one(self, *path: str) -> "Element | None":
        """The first one, if there is any."""
        return next(self.all(*path), None)

    def said(self, *paths: str) -> str:
        """The text of the first of these paths, written with slashes, that says something."""
        for path in paths:
            for found in self.all(*path.split("/")):
                if found.text.strip():
                    return found.text.strip()
        return ""

    def where(self, path: str = "") -> str:
        """The place of the element, or of what is missing below it."""
        return f"line {self.line}, element {self.name}{'/' if path else ''}{path}"


def read_camt053(content: bytes) -> BankStatement:
    """The statement of a file. Cost: O(bytes), some 0.1 s a megabyte.

    Raises:
        StatementFault: it is none that may be read; the line and the element are named.
    """
    if len(content) > STATEMENT_BYTES_MAX:
        raise StatementFault("the file", what=f"has more than {STATEMENT_BYTES_MAX} bytes")
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise StatementFault(f"line {line}", what="is not UTF-8") from error
    return _Reader().read(content)


class _Reader:
    """The state of one parse: the elements that are open, and what was read."""

    def __init__(self) -> None:
        # UTF-8 whatever the file declares, for that is what was checked.
        self.parser = expat.ParserCreate("utf-8", SEPARATOR)
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._on_doctype
        self.parser.StartElementHandler = self._on_start
        self.parser.EndElementHandler = self._on_end
        self.parser.CharacterDataHandler = self._on_text
        self.open: list[Element] = []
        self.statement: Element | None = None
        self.bookings: list[Booking] = []

    def read(self, content: bytes) -> BankStatement:
        try:
            self.parser.Parse(content, True)  # noqa: FBT003  expat takes no name for it
        except expat.ExpatError as error:
            what = f"is not well-formed XML: {expat.ErrorString(error.code)}"
            raise StatementFault(f"line {error.lineno}", what=what) from error
        if self.statement is None:
            raise StatementFault("the file", what="has no statement (Document/BkToCstmrStmt/Stmt)")
        return _statement(self.statement, tuple(self.bookings))

    @property
    def _line(self) -> int:
        return int(self.parser.CurrentLineNumber)

    def _on_doctype(self, *_: object) -> None:
        raise StatementFault(f"line {self._line}", what="a document type is not accepted")

    def _on_start(self, qualified: str, attributes: dict[str, str]) -> None:
        namespace, _, name = qualified.rpartition(SEPARATOR)
        where = f"line {self._line}, element {name[:40]}"
        if not self.open and (namespace not in NAMESPACES or name != "Document"):
            raise StatementFault(where, what="is no camt.053.001.02 or camt.053.001.08")
        if len(self.open) >= DEPTH_MAX:
            raise StatementFault(where, what="is nested too deeply")
        element = Element(name, self._line, attributes)
        if self.open:
            siblings = self.open[-1].children
            if len(siblings) >= CHILDREN_MAX:
                raise StatementFault(where, what="is one too many")
            siblings.append(element)
        self.open.append(element)

    def _on_text(self, text: str) -> None:
        element = self.open[-1]
        if len(element.text) + len(text) > TEXT_LENGTH_MAX:
            raise StatementFault(element.where(), what="is too long")
        element.text += text

    def _on_end(self, _qualified: str) -> None:
        path = tuple(element.name for element in self.open)
        element = self.open.pop()
        if path == ENTRY_PATH:
            # Read and let go, so that a long statement does not stand in memory as a tree.
            self.open[-1].children.pop()
            self.bookings += _bookings(element)
            if len(self.bookings) > ENTRIES_MAX:
                raise StatementFault(element.where(), what="is one entry too many")
        elif path == STATEMENT_PATH:
            if self.statement is not None:
                raise StatementFault(element.where(), what="is a second statement in the file")
            self.statement = element


def _statement(element: Element, bookings: tuple[Booking, ...]) -> BankStatement:
    number = element.said("Acct/Id/IBAN", "Acct/Id/Othr/Id")
    if not number:
        raise StatementFault(element.where("Acct/Id"), what="is missing")
    currency = element.said("Acct/Ccy")
    if currency not in ("", CURRENCY):
        raise StatementFault(element.where("Acct/Ccy"), what=f"is not {CURRENCY}")
    return BankStatement(
        statement_id=reference_of(element.said("Id"), where=element.where("Id")),
        account_number=number,
        # The opening balance, or the closing one of the statement before.
        opening_balance=_balance(element, "OPBD", "PRCD"),
        closing_balance=_balance(element, "CLBD"),
        bookings=bookings,
    )


def _balance(statement: Element, *codes: str) -> Fen:
    for code in codes:
        for balance in statement.all("Bal"):
            if balance.said("Tp/CdOrPrtry/Cd") == code:
                amount = balance_of(_money(balance), where=balance.where("Amt"))
                if _sign(balance) < 0 and amount:
                    raise StatementFault(balance.where(), what="is below zero")
                return amount
    raise StatementFault(statement.where("Bal"), what=f"{codes[0]} is missing")


def _bookings(entry: Element) -> list[Booking]:
    """What the entry booked: one thing, or each of the transactions that it sums up."""
    status = entry.said("Sts/Cd", "Sts")
    if not status:
        raise StatementFault(entry.where("Sts"), what="is missing")
    if status != "BOOK":
        return []
    amount = booked_amount(_money(entry), where=entry.where("Amt"))
    sign = _sign(entry)
    day_text = entry.said("BookgDt/Dt") or entry.said("BookgDt/DtTm")[:10]
    booked_on = day_of_text(day_text, where=entry.where("BookgDt"))
    own_ref = entry.said("AcctSvcrRef")
    details = list(entry.all("NtryDtls", "TxDtls"))
    if len(details) <= 1:
        detail = details[0] if details else entry
        bank_ref = own_ref or detail.said("Refs/AcctSvcrRef")
        return [_booking(detail, Fen(sign * amount), bank_ref=bank_ref, booked_on=booked_on)]
    parts = [_part_amount(detail) for detail in details]
    if sum(parts) != amount:
        raise StatementFault(entry.where("NtryDtls"), what="its transactions do not sum up to it")
    return [
        _booking(
            detail,
            Fen(sign * part),
            bank_ref=detail.said("Refs/AcctSvcrRef") or (own_ref and f"{own_ref}/{place}"),
            booked_on=booked_on,
        )
        for place, (detail, part) in enumerate(zip(details, parts, strict=True), start=1)
    ]


def _part_amount(detail: Element) -> Fen:
    holder = detail if detail.one("Amt") else detail.one("AmtDtls", "TxAmt")
    if holder is None:
        raise StatementFault(detail.where("Amt"), what="is missing in an entry of several")
    return booked_amount(_money(holder), where=holder.where("Amt"))


def _booking(detail: Element, amount: Fen, *, bank_ref: str, booked_on: DayNumber) -> Booking:
    # Who is the other side: of what came in the debtor, of what went out the creditor.
    references = references_in(
        *(found.text for found in detail.all("Refs", "EndToEndId")),
        *(found.text for found in detail.all("RmtInf", "Ustrd")),
        *(found.text for found in detail.all("RmtInf", "Strd", "CdtrRefInf", "Ref")),
    )
    return Booking(
        bank_ref=reference_of(bank_ref, where=detail.where("Refs/AcctSvcrRef")),
        amount=amount,
        booked_on=booked_on,
        other=_other(detail, "Dbtr" if amount > 0 else "Cdtr"),
        party_ref=references.party if amount > 0 else None,
        withdrawal_ref=references.withdrawal if amount < 0 else None,
    )


def _other(detail: Element, role: str) -> OtherAccount | None:
    account, agent = f"RltdPties/{role}Acct/Id", f"RltdAgts/{role}Agt/FinInstnId"
    return other_account(
        bank=detail.said(f"{agent}/BICFI", f"{agent}/BIC", f"{agent}/ClrSysMmbId/MmbId"),
        number=detail.said(f"{account}/IBAN", f"{account}/Othr/Id"),
        holder_name=detail.said(f"RltdPties/{role}/Pty/Nm", f"RltdPties/{role}/Nm"),
    )


def _money(holder: Element) -> str:
    amount = holder.one("Amt")
    if amount is None:
        raise StatementFault(holder.where("Amt"), what="is missing")
    if amount.attributes.get("Ccy") != CURRENCY:
        raise StatementFault(amount.where(), what=f"its currency is not {CURRENCY}")
    return amount.text.strip()


def _sign(holder: Element) -> int:
    sign = SIGNS.get(holder.said("CdtDbtInd"))
    if sign is None:
        raise StatementFault(holder.where("CdtDbtInd"), what="is neither CRDT nor DBIT")
    return sign
