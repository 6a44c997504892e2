"""camt.053 as banks write it, in both versions; and everything that is refused, with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.custodian import camt053
from exchange.custodian.camt053 import read_camt053
from exchange.custodian.camt053_writer import WrittenBooking, write_camt053
from exchange.custodian.statement import OtherAccount, StatementFault
from exchange.types import Fen
from registry.types import DayNumber

# The shape of the examples that banks publish for version 02: BIC and IBAN, a reversal that is
# pending, an entry that sums up two payments.
VERSION_02 = """\
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
 <BkToCstmrStmt>
  <GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-11-23T01:00:00</CreDtTm></GrpHdr>
  <Stmt>
   <Id>2026-225</Id>
   <Acct><Id><IBAN>CN001234567890</IBAN></Id><Ccy>CNY</Ccy></Acct>
   <Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp>
    <Amt Ccy="CNY">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
   <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>
    <Amt Ccy="CNY">350.5</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
   <Ntry>
    <Amt Ccy="CNY">300.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
    <BookgDt><Dt>2026-11-22</Dt></BookgDt><AcctSvcrRef>B-1</AcctSvcrRef>
    <NtryDtls><TxDtls>
     <Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
     <RltdPties><Dbtr><Nm>张&amp;伟</Nm></Dbtr>
      <DbtrAcct><Id><IBAN>CN55</IBAN></Id></DbtrAcct>
      <Cdtr><Nm>the venue</Nm></Cdtr></RltdPties>
     <RltdAgts><DbtrAgt><FinInstnId><BIC>ICBKCNBJ</BIC></FinInstnId></DbtrAgt></RltdAgts>
     <RmtInf><Ustrd>deposit</Ustrd><Ustrd>TX-P17</Ustrd></RmtInf>
    </TxDtls></NtryDtls>
   </Ntry>
   <Ntry>
    <Amt Ccy="CNY">999.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts>
   </Ntry>
   <Ntry>
    <Amt Ccy="CNY">50.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
    <BookgDt><DtTm>2026-11-22T10:11:12+08:00</DtTm></BookgDt><AcctSvcrRef>B-2</AcctSvcrRef>
    <NtryDtls>
     <TxDtls><Refs><EndToEndId>TX-W40</EndToEndId></Refs>
      <AmtDtls><TxAmt><Amt Ccy="CNY">20.00</Amt></TxAmt></AmtDtls></TxDtls>
     <TxDtls><Refs><AcctSvcrRef>B-2-B</AcctSvcrRef><EndToEndId>TX-W41</EndToEndId></Refs>
      <AmtDtls><TxAmt><Amt Ccy="CNY">30.00</Amt></TxAmt></AmtDtls></TxDtls>
    </NtryDtls>
   </Ntry>
  </Stmt>
 </BkToCstmrStmt>
</Document>
"""
DAY = DayNumber(20_779)  # 2026-11-22
PAYER = OtherAccount(bank="102100099996", number="6222020011", holder_name="Wanrong <万融> & Co")

LINES = {line.strip(): number for number, line in enumerate(VERSION_02.splitlines(), start=1)}


def version_08() -> str:
    """A statement of the other version."""
    return write_camt053(
        statement_id="S-1",
        account_number="8888",
        day=DAY,
        opening_balance=Fen(500),
        bookings=[
            WrittenBooking(
                bank_ref="A-1", amount=Fen(1_234), booked_on=DAY, other=PAYER, text="TX-P7 & more"
            ),
            WrittenBooking(
                bank_ref="A-2", amount=Fen(-34), booked_on=DAY, other=None, text="charges"
            ),
        ],
    ).decode()


def fault(text: str | bytes) -> str:
    """Why these are no statement."""
    with pytest.raises(StatementFault) as raised:
        read_camt053(text.encode() if isinstance(text, str) else text)
    return str(raised.value)


def test_a_statement_of_version_02_says_who_paid_and_what_for() -> None:
    statement = read_camt053(VERSION_02.encode())

    assert (statement.statement_id, statement.account_number) == ("2026-225", "CN001234567890")
    assert (statement.opening_balance, statement.closing_balance) == (10_000, 35_050)
    deposit, first, second = statement.bookings
    assert (deposit.bank_ref, deposit.amount, deposit.booked_on) == ("B-1", 30_050, DAY)
    assert deposit.other == OtherAccount(bank="ICBKCNBJ", number="CN55", holder_name="张&伟")
    assert (deposit.party_ref, deposit.withdrawal_ref) == (17, None)
    assert (first.bank_ref, first.amount, first.withdrawal_ref) == ("B-2/1", -2_000, 40)
    assert (second.bank_ref, second.amount, second.withdrawal_ref) == ("B-2-B", -3_000, 41)
    assert first.other is second.other is None


def test_what_is_pending_is_left_out() -> None:
    booked = read_camt053(VERSION_02.replace("PDNG", "INFO").encode())

    assert booked == read_camt053(VERSION_02.encode())
    assert 99_900 not in {each.amount for each in booked.bookings}


def test_a_statement_of_version_08_says_the_same_in_its_own_words() -> None:
    statement = read_camt053(version_08().encode())

    assert (statement.opening_balance, statement.closing_balance) == (500, 1_700)
    deposit, charges = statement.bookings
    assert (deposit.other, deposit.party_ref) == (PAYER, 7)
    assert (charges.amount, charges.other, charges.party_ref) == (-34, None, None)


def test_a_byte_order_mark_is_no_fault_and_a_false_declaration_is_not_believed() -> None:
    expected = read_camt053(version_08().encode())

    assert read_camt053(b"\xef\xbb\xbf" + version_08().encode()) == expected
    declared = version_08().replace('encoding="UTF-8"', 'encoding="ISO-8859-1"')
    assert read_camt053(declared.encode()) == expected


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("camt.053.001.02", "camt.053.001.04", "line 2, element Document: is no camt.053"),
        ("camt.053.001.02", "camt.052.001.02", "line 2, element Document: is no camt.053"),
        ("<Id>2026-225</Id>", "", "line 5, element Stmt/Id: is no reference"),
        ("<IBAN>CN001234567890</IBAN>", "", "line 5, element Stmt/Acct/Id: is missing"),
        ("<Ccy>CNY</Ccy>", "<Ccy>USD</Ccy>", "element Stmt/Acct/Ccy: is not CNY"),
        ("PRCD", "ITBD", "line 5, element Stmt/Bal: OPBD is missing"),
        ("CLBD", "ITBD", "line 5, element Stmt/Bal: CLBD is missing"),
        ('Ccy="CNY">100.00', 'Ccy="EUR">100.00', "line 9, element Amt: its currency is not CNY"),
        ("<CdtDbtInd>CRDT</CdtDbtInd></Bal>", "<CdtDbtInd>DBIT</CdtDbtInd></Bal>", "below zero"),
        ("300.50", "300.505", "element Ntry/Amt: is no whole number of fen"),
        ("300.50", "-300.50", "element Ntry/Amt: is no amount"),
        ("300.50", "0.00", "element Ntry/Amt: is out of range"),
        ("<CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK", "<Sts>BOOK", "is neither CRDT nor DBIT"),
        ("<Sts>PDNG</Sts>", "", "element Ntry/Sts: is missing"),
        ("2026-11-22</Dt>", "2026-11-31</Dt>", "element Ntry/BookgDt: is no date"),
        ("<AcctSvcrRef>B-1</AcctSvcrRef>", "", "Refs/AcctSvcrRef: is no reference"),
        ("<AcctSvcrRef>B-2</AcctSvcrRef>", "", "Refs/AcctSvcrRef: is no reference"),
        (">30.00<", ">30.01<", "element Ntry/NtryDtls: its transactions do not sum up to it"),
        (
            '<AmtDtls><TxAmt><Amt Ccy="CNY">30.00</Amt></TxAmt></AmtDtls>',
            "",
            "element TxDtls/Amt: is missing in an entry of several",
        ),
        ("</BkToCstmrStmt>", "", "is not well-formed XML"),
        ("&amp;", "&nbsp;", "is not well-formed XML: undefined entity"),
        ("<Id>2026-225</Id>", "<Id>" + "<A>" * 40, "is nested too deeply"),
        ("NOTPROVIDED", "x" * 2_001, "element EndToEndId: is too long"),
        ("Stmt>", "Report>", "the file: has no statement"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, said: str) -> None:
    assert old in VERSION_02

    assert said in fault(VERSION_02.replace(old, new))


def test_the_line_is_the_one_of_the_fault() -> None:
    line = LINES['<Amt Ccy="CNY">300.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>']

    # The entry's element begins on the line above.
    assert fault(VERSION_02.replace("300.50", "3OO")).startswith(f"line {line - 1}, element Ntry/")


def test_a_file_has_one_statement() -> None:
    begin, end = VERSION_02.index("<Stmt>"), VERSION_02.index(" </BkToCstmrStmt>")
    twice = VERSION_02[:end] + VERSION_02[begin:]

    assert "is a second statement" in fault(twice)


def test_a_document_type_is_refused_before_anything_is_expanded() -> None:
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {name} "{f"&{inner};" * 10}">'
        for inner, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    bomb = VERSION_02.replace("<Document", f"<!DOCTYPE Document [{entities}]>\n<Document", 1)
    bomb = bomb.replace("NOTPROVIDED", "&i;")

    assert fault(bomb) == "line 2: a document type is not accepted"
    outside = '<!DOCTYPE Document SYSTEM "file:///etc/passwd">\n<Document'
    assert "document type" in fault(VERSION_02.replace("<Document", outside, 1))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_another_encoding_is_refused_and_not_guessed(encoding: str) -> None:
    said = fault(VERSION_02.encode(encoding))

    assert said.endswith("is not UTF-8")
    if encoding == "gb18030":
        line = next(n for text, n in LINES.items() if "张" in text)
        assert said == f"line {line}: is not UTF-8"


def test_what_is_read_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camt053, "ENTRIES_MAX", 2)
    assert "is one entry too many" in fault(VERSION_02)
    monkeypatch.setattr(camt053, "CHILDREN_MAX", 3)
    assert "is one too many" in fault(VERSION_02)
    monkeypatch.setattr(camt053, "STATEMENT_BYTES_MAX", 100)
    assert fault(VERSION_02) == "the file: has more than 100 bytes"


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_are_anything_but_a_statement_or_a_fault(content: bytes) -> None:
    with pytest.raises(StatementFault):
        read_camt053(content)


@given(st.data())
def test_a_damaged_statement_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(VERSION_02.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        statement = read_camt053(bytes(content))
    except StatementFault:
        return
    assert all(booking.amount for booking in statement.bookings)
    assert statement.opening_balance >= 0


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9)


@given(
    opening=st.integers(0, 10**12),
    amounts=st.lists(st.integers(1, 10**9) | st.integers(-(10**9), -1), max_size=9),
    name=NAMES,
)
def test_what_is_written_is_read_again(opening: int, amounts: list[int], name: str) -> None:
    other = OtherAccount(bank="B-1", number="N/1", holder_name=name)
    opening += sum(abs(amount) for amount in amounts)
    content = write_camt053(
        statement_id="S",
        account_number="1",
        day=DAY,
        opening_balance=Fen(opening),
        bookings=[
            WrittenBooking(
                bank_ref=f"R{n}", amount=Fen(amount), booked_on=DAY, other=other, text="TX-P5 TX-W6"
            )
            for n, amount in enumerate(amounts)
        ],
    )

    statement = read_camt053(content)

    assert statement.opening_balance == opening
    assert statement.closing_balance == opening + sum(amounts)
    assert [booking.amount for booking in statement.bookings] == amounts
    for booking in statement.bookings:
        assert booking.other == other
        came_in = booking.amount > 0
        assert booking.party_ref == (5 if came_in else None)
        assert booking.withdrawal_ref == (None if came_in else 6)
