"""Every SELECT about what officers have signed: committed state only, for people to read."""

from collections import abc

from sqlalchemy import Connection, select

from exchange.decision_signature import DecisionAct, SignedDecision
from exchange.store.desk_tables import signed_decisions
from exchange.types import OfficerId, RejectionReason, Sequence
from registry.store.queries import IDS_PER_STATEMENT
from registry.types import TimeNs, TransferId


def signed_among(
    connection: Connection, transfer_ids: abc.Sequence[TransferId]
) -> dict[TransferId, list[SignedDecision]]:
    """What was signed about these transfers, oldest first. Cost: O(transfers + what was signed)."""
    found: dict[TransferId, list[SignedDecision]] = {}
    columns = signed_decisions.c
    for begin in range(0, len(transfer_ids), IDS_PER_STATEMENT):
        some = transfer_ids[begin : begin + IDS_PER_STATEMENT]
        wanted = select(signed_decisions).where(columns.transfer_id.in_(some))
        for row in connection.execute(wanted.order_by(columns.sequence)):
            transfer_id = TransferId(row.transfer_id)
            found.setdefault(transfer_id, []).append(
                SignedDecision(
                    sequence=Sequence(row.sequence),
                    transfer_id=transfer_id,
                    act=DecisionAct(row.act),
                    officer_id=OfficerId(row.officer_id),
                    criteria=row.criteria,
                    reason=None if row.reason is None else RejectionReason(row.reason),
                    key_id=row.key_id,
                    signature=row.signature,
                    signed_at_ns=TimeNs(row.signed_at_ns),
                )
            )
    return found
