"""Bank accounts as the edge keeps them: digests for the journal, numbers and names for itself.

The digest is keyed with a secret of the venue's: who has the journal alone cannot try out account
numbers until one fits. Without this database the digests mean nothing to anybody, the venue
included; it is backed up like the journal.
"""

import hmac
import unicodedata
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, select
from sqlalchemy.dialects import sqlite

from api.store.own_secrets import secret_of
from api.store.tables import bank_account_numbers
from exchange.custodian.statement import OtherAccount, plain_number

PEPPER: Final = "bank-account-digests"
TAIL_LENGTH: Final = 4
DIGESTS_PER_QUERY_MAX: Final = 500
BIC_HEAD_OFFICE: Final = "XXX"
BIC_LENGTH: Final = 11


def pepper_of(connection: Connection) -> bytes:
    """The secret with which digests of accounts are keyed."""
    return secret_of(connection, PEPPER)


def digest_of_account(pepper: bytes, account: OtherAccount) -> bytes:
    """By what the journal knows the account: the same however it is written."""
    parts = (
        plain_bank(account.bank),
        plain_number(account.number),
        plain_name(account.holder_name),
    )
    return _digest(pepper, parts)


def digest_of_escrow(pepper: bytes, number: str) -> bytes:
    """The same of the venue's own account, of which a statement says the number alone."""
    return _digest(pepper, ("", plain_number(number), ""))


def tail_of(number: str) -> str:
    """The last digits, for people."""
    return plain_number(number)[-TAIL_LENGTH:]


def plain_bank(code: str) -> str:
    """A bank's code; of a BIC with eleven letters for the head office, the eight that matter."""
    plain = plain_number(code)
    is_head_office = len(plain) == BIC_LENGTH and plain.endswith(BIC_HEAD_OFFICE)
    return plain.removesuffix(BIC_HEAD_OFFICE) if is_head_office else plain


def plain_name(name: str) -> str:
    """A name without what is written in more than one way: width, case, blanks, punctuation."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))


def keep_accounts(connection: Connection, accounts: dict[bytes, OtherAccount]) -> None:
    """Keep these accounts under their digests; one that is kept already stays as it was written.

    Before the journal hears of a digest: so there is none that nobody can pay to.
    """
    if not accounts:
        return
    rows = [
        {
            "account_digest": digest,
            "bank": account.bank,
            "number": account.number,
            "holder_name": account.holder_name,
        }
        for digest, account in accounts.items()
    ]
    connection.execute(sqlite.insert(bank_account_numbers).on_conflict_do_nothing(), rows)


def accounts_of(connection: Connection, digests: Iterable[bytes]) -> dict[bytes, OtherAccount]:
    """The accounts of these digests, as far as they are known."""
    wanted = sorted(set(digests))
    found: dict[bytes, OtherAccount] = {}
    for start in range(0, len(wanted), DIGESTS_PER_QUERY_MAX):
        page = wanted[start : start + DIGESTS_PER_QUERY_MAX]
        query = select(bank_account_numbers).where(bank_account_numbers.c.account_digest.in_(page))
        for row in connection.execute(query):
            found[bytes(row.account_digest)] = OtherAccount(
                bank=row.bank, number=row.number, holder_name=row.holder_name
            )
    return found


def _digest(pepper: bytes, parts: tuple[str, ...]) -> bytes:
    # No part has the separator, so that nothing can move from one part to the next.
    return hmac.digest(pepper, "|".join(parts).encode(), "sha256")
