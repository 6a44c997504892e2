"""The large amounts of some days as the rows of a sheet, for the report to the authority."""

from collections.abc import Mapping
from typing import Final

from api.files.transfer_texts import beijing_time
from api.schemas.decimals import format_money
from api.store.alerts import AlertRecord
from api.supervision.states import AlertState
from exchange.commands import CreateProduct
from exchange.supervision.alerts import Direction
from exchange.types import PartyId, PartyKind
from registry.store.queries import TransferRow
from registry.trust_company.mapping import Column, Profile
from registry.trust_company.words import Language, Words
from registry.types import TransferId

PROFILE: Final = Profile(
    (
        Column("alert_id", Words("预警编号", "Alert")),
        Column("party_id", Words("客户编号", "Client")),
        Column("party_name", Words("客户名称", "Client name")),
        Column("party_kind", Words("客户类型", "Kind of client")),
        Column("direction", Words("资金方向", "Direction")),
        Column("transfer_id", Words("转让编号", "Transfer")),
        Column("settled_at", Words("交割时间（北京时间）", "Settled at (UTC+8)")),
        Column("symbol", Words("产品代码", "Product")),
        Column("counterparty_id", Words("交易对手编号", "Counterparty")),
        Column("counterparty_name", Words("交易对手名称", "Counterparty name")),
        Column("amount", Words("交易金额（元）", "Amount (yuan)")),
        Column("day_total", Words("当日累计金额（元）", "Total of the day (yuan)")),
        Column("due", Words("报送期限（北京时间）", "Report due (UTC+8)")),
        Column("state", Words("处理状态", "State")),
    )
)
DIRECTIONS: Final = {
    Direction.PAID: Words("付", "Paid"),
    Direction.RECEIVED: Words("收", "Received"),
}
KINDS: Final = {
    PartyKind.NATURAL_PERSON: Words("自然人", "Natural person"),
    PartyKind.INSTITUTION: Words("非自然人", "Institution"),
}
STATES: Final = {
    AlertState.OPEN: Words("待处理", "Open"),
    AlertState.ESCALATED: Words("待报送", "To be reported"),
    AlertState.RESOLVED: Words("已处理", "Resolved"),
}


def large_amount_texts(
    record: AlertRecord,
    transfer: TransferRow,
    *,
    terms: CreateProduct,
    kinds: Mapping[PartyId, PartyKind],
    names: Mapping[PartyId, str],
    language: Language,
) -> dict[str, str]:
    """The texts of one deal of an alert, by the fields of PROFILE."""
    alert = record.alert
    (party_id,) = alert.party_ids
    direction = alert.direction
    assert direction is not None, alert
    others = {Direction.PAID: transfer.seller_id, Direction.RECEIVED: transfer.buyer_id}
    counterparty_id = PartyId(others[direction])
    return {
        "alert_id": str(record.alert_id),
        "party_id": str(party_id),
        "party_name": names.get(party_id, ""),
        "party_kind": KINDS[kinds[party_id]].in_language(language),
        "direction": DIRECTIONS[direction].in_language(language),
        "transfer_id": str(transfer.transfer_id),
        "settled_at": beijing_time(transfer.decided_at_ns),
        "symbol": terms.symbol,
        "counterparty_id": str(counterparty_id),
        "counterparty_name": names.get(counterparty_id, ""),
        "amount": format_money(transfer.consideration),
        "day_total": format_money(alert.amount),
        "due": beijing_time(record.due_ns),
        "state": STATES[record.state].in_language(language),
    }


def transfers_in(records: list[AlertRecord]) -> list[TransferId]:
    """All transfers that these alerts name, each once."""
    named = (each for record in records for each in record.alert.transfer_ids)
    return sorted(set(named))
