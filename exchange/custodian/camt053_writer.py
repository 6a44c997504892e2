"""A statement as camt.053.001.08: values to bytes, the same values to the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from xml.sax.saxutils import escape

from exchange.custodian.statement import CURRENCY, EPOCH, OtherAccount
from exchange.types import Fen
from registry.types import DayNumber

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
FEN_PER_YUAN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenBooking:
    """A booking as the bank knows it."""

    bank_ref: str
    amount: Fen
    """Positive: it came in; negative: it went out."""
    booked_on: DayNumber
    other: OtherAccount | None
    text: str


def write_camt053(
    *,
    statement_id: str,
    account_number: str,
    day: DayNumber,
    opening_balance: Fen,
    bookings: Sequence[WrittenBooking],
) -> bytes:
    """The statement of a day."""
    closing = opening_balance + sum(booking.amount for booking in bookings)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<Document xmlns="{NAMESPACE}">',
        "<BkToCstmrStmt>",
        f"<GrpHdr><MsgId>{escape(statement_id)}</MsgId>",
        f"<CreDtTm>{_day(DayNumber(day + 1))}T00:00:00</CreDtTm></GrpHdr>",
        "<Stmt>",
        f"<Id>{escape(statement_id)}</Id>",
        f"<Acct><Id><Othr><Id>{escape(account_number)}</Id></Othr></Id>",
        f"<Ccy>{CURRENCY}</Ccy></Acct>",
        _balance("OPBD", opening_balance, day),
        _balance("CLBD", closing, day),
        *map(_entry, bookings),
        "</Stmt>",
        "</BkToCstmrStmt>",
        "</Document>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _balance(code: str, amount: int, day: DayNumber) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(amount)}"
        f"<Dt><Dt>{_day(day)}</Dt></Dt></Bal>"
    )


def _entry(booking: WrittenBooking) -> str:
    reference = escape(booking.bank_ref)
    return (
        f"<Ntry>{_amount(booking.amount)}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{_day(booking.booked_on)}</Dt></BookgDt>"
        f"<AcctSvcrRef>{reference}</AcctSvcrRef>"
        f"<BkTxCd><Domn><Cd>PMNT</Cd></Domn></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><AcctSvcrRef>{reference}</AcctSvcrRef></Refs>"
        f"{_parties(booking)}"
        f"<RmtInf><Ustrd>{escape(booking.text)}</Ustrd></RmtInf>"
        "</TxDtls></NtryDtls></Ntry>"
    )


def _parties(booking: WrittenBooking) -> str:
    other = booking.other
    if other is None:
        return ""
    role = "Dbtr" if booking.amount > 0 else "Cdtr"
    return (
        f"<RltdPties><{role}><Pty><Nm>{escape(other.holder_name)}</Nm></Pty></{role}>"
        f"<{role}Acct><Id><Othr><Id>{escape(other.number)}</Id></Othr></Id></{role}Acct>"
        f"</RltdPties><RltdAgts><{role}Agt><FinInstnId><ClrSysMmbId><MmbId>{escape(other.bank)}"
        f"</MmbId></ClrSysMmbId></FinInstnId></{role}Agt></RltdAgts>"
    )


def _amount(amount: int) -> str:
    yuan, fen = divmod(abs(amount), FEN_PER_YUAN)
    sign = "DBIT" if amount < 0 else "CRDT"
    return f'<Amt Ccy="{CURRENCY}">{yuan}.{fen:02d}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'


def _day(day: DayNumber) -> str:
    return (EPOCH + timedelta(days=day)).isoformat()
