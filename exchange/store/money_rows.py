"""The rows of client money at the custodian, in column order of exchange/store/money_tables.py."""

import msgspec

from exchange.money_events import Break
from exchange.money_state import MoneyTouched, Reconciliation
from exchange.ports import Row

_breaks = msgspec.msgpack.Encoder()


def take_money_rows(touched: MoneyTouched) -> dict[str, list[Row]]:
    """The changed rows by table; they then count as written. Cost: O(objects touched)."""
    rows: dict[str, list[Row]] = {
        "bank_accounts": [_row(account) for account in touched.bank_accounts.values()],
        "statements": [_row(statement) for statement in touched.statements],
        "payments": [_row(payment) for payment in touched.payments.values()],
        "withdrawals": [_row(withdrawal) for withdrawal in touched.withdrawals.values()],
        "reconciliations": [_reconciliation_row(each) for each in touched.reconciliations],
    }
    touched.bank_accounts.clear()
    touched.statements.clear()
    touched.payments.clear()
    touched.withdrawals.clear()
    touched.reconciliations.clear()
    return rows


def decode_breaks(data: bytes) -> tuple[Break, ...]:
    """The breaks of a row of `reconciliations`.

    Raises:
        msgspec.MsgspecError: the bytes are none.
    """
    return msgspec.msgpack.decode(data, type=tuple[Break, ...])


def _row(record: msgspec.Struct) -> Row:
    """The record's fields in their order, which is that of the columns; an enum as its number."""
    return tuple(
        int(value) if isinstance(value, int) else value
        for value in (getattr(record, name) for name in record.__struct_fields__)
    )


def _reconciliation_row(record: Reconciliation) -> Row:
    *values, breaks = _row(record)
    return (*values, _breaks.encode(breaks))
