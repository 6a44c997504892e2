"""Texts of a bank's statement: amounts to the fen, days, and the references in them."""

import pytest

from exchange.custodian.statement import (
    StatementFault,
    amount_of,
    balance_of,
    booked_amount,
    day_of_text,
    other_account,
    party_reference,
    reference_of,
    references_in,
    withdrawal_reference,
)
from exchange.limits import DEPOSIT_MAX, ESCROW_BALANCE_MAX
from exchange.money_types import WithdrawalId
from exchange.types import PartyId


@pytest.mark.parametrize(
    ("text", "fen"),
    [("0", 0), ("1", 100), ("1.5", 150), ("0.01", 1), ("12.3400", 1_234), ("007.10", 710)],
)
def test_an_amount_is_whole_fen(text: str, fen: int) -> None:
    assert amount_of(text, where="here") == fen


@pytest.mark.parametrize(
    "text",
    ["", "-1", "+1", "1,000.00", "1e3", "1.005", "1.00001", ".5", "1.", "\uff11", "9" * 18, "NaN"],
)
def test_what_is_no_amount_is_said_with_its_place(text: str) -> None:
    with pytest.raises(StatementFault, match=r"^line 7: is no "):
        amount_of(text, where="line 7")


def test_amounts_and_balances_are_bounded() -> None:
    largest, full = f"{DEPOSIT_MAX // 100}.00", f"{ESCROW_BALANCE_MAX // 100}.00"

    assert booked_amount(largest, where="") == DEPOSIT_MAX
    assert balance_of(full, where="") == ESCROW_BALANCE_MAX
    for text in ("0.00", largest.replace(".00", ".01")):
        with pytest.raises(StatementFault, match="out of range"):
            booked_amount(text, where="")
    with pytest.raises(StatementFault, match="out of range"):
        balance_of(full.replace(".00", ".01"), where="")


def test_a_day_is_one_of_the_calendar() -> None:
    assert day_of_text("1970-01-02", where="") == 1
    assert day_of_text("2026-11-22", where="") == 20_779
    for text in ("2026-02-29", "2026-1-1", "20261122", "1969-12-31", "", "2026-11-22T00:00"):
        with pytest.raises(StatementFault, match="is no date"):
            day_of_text(text, where="")


def test_references_are_found_as_they_are_written() -> None:
    written = party_reference(PartyId(17)), withdrawal_reference(WithdrawalId(4_050))

    found = references_in("Einzahlung", f"pay {written[0]}, thanks", written[1].lower())

    assert (found.party, found.withdrawal) == (17, 4_050)


@pytest.mark.parametrize(
    "texts",
    [
        ("TX-P17 TX-P18",),
        ("TX-P17", "TX-P18"),
        ("TX-P0",),
        ("TX-P-17",),
        ("XTX-P17",),
        ("TX-P", "17"),
        ("TX-P1234567890123456789",),
        ("TX-P17/TX-W3 TX-P1",),
    ],
)
def test_an_unclear_reference_names_nobody(texts: tuple[str, ...]) -> None:
    assert references_in(*texts).party is None


def test_the_same_reference_twice_is_one() -> None:
    assert references_in("TX-P17", "tx-p17").party == 17


def test_a_reference_of_the_banks_has_signs_that_can_be_kept() -> None:
    assert reference_of("2026 / 11.A", where="") == "2026 / 11.A"
    for text in ("", " A", "A ", "编号", "A\tB", "A" * 65):
        with pytest.raises(StatementFault, match="is no reference"):
            reference_of(text, where="")


def test_a_part_of_an_account_is_no_account() -> None:
    whole = {"bank": "102100099996", "number": "6222", "holder_name": "某某"}

    found = other_account(**whole)
    assert found is not None
    assert (found.bank, found.number, found.holder_name) == tuple(whole.values())
    for missing in whole:
        assert other_account(**whole | {missing: ""}) is None
