"""The answers to the questionnaire, as the edge keeps them: what somebody owns stays out of
the journal, which has their digest.

The digest is keyed with a secret of the venue's: there are few enough answers to try all of them.
"""

import hmac
import json
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite

from api.store.own_secrets import secret_of
from api.store.tables import risk_answers
from exchange.types import PartyId

SECRET: Final = "risk-answers"  # noqa: S105 - the name of one


def keep_answers(
    connection: Connection,
    party_id: PartyId,
    *,
    questionnaire: int,
    answers: Sequence[int],
    at_ns: int,
) -> bytes:
    """Keep the party's answers before the journal hears of them; their digest. The same answers of
    the same party are kept once."""
    text = json.dumps(list(answers), separators=(",", ":"))
    material = f"{party_id}|{questionnaire}|{text}".encode()
    digest = hmac.digest(secret_of(connection, SECRET), material, "sha256")
    row = {
        "answers_digest": digest,
        "party_id": party_id,
        "questionnaire": questionnaire,
        "answers": text,
        "kept_at_ns": at_ns,
    }
    connection.execute(sqlite.insert(risk_answers).on_conflict_do_nothing(), row)
    return digest
