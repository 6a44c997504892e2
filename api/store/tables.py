"""The tables of `edge.sqlite3`: what the edge must remember and the journal must not know."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from exchange.custodian import simulated

metadata = MetaData()

names = Table(
    "names",
    metadata,
    Column("party_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),  # SHA-256 of the key
    Column("party_id", BigInteger, nullable=False),
    Column("kind", Integer, nullable=False),  # of the party; a PartyKind
    Column("label", Text, nullable=False),
    Column("created_at_ns", BigInteger, nullable=False),
    Column("revoked_at_ns", BigInteger),
    Column("officer_id", BigInteger),  # NULL: the party's
)

Index("keys_of_party", keys.c.party_id, keys.c.key_id)
Index("keys_of_officer", keys.c.officer_id, sqlite_where=keys.c.officer_id.is_not(None))

persons = Table(
    "persons",
    metadata,
    Column("person_id", Integer, primary_key=True),
    Column("party_id", BigInteger, nullable=False),
    Column("reference", Text, nullable=False),  # by which the party knows the person
    UniqueConstraint("party_id", "reference"),
    sqlite_autoincrement=True,  # no number is used twice
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("key_id", Text, primary_key=True),  # made from the key
    Column("party_id", BigInteger, nullable=False),
    Column("public_key", LargeBinary, nullable=False),  # Ed25519
    Column("label", Text, nullable=False),
    Column("created_at_ns", BigInteger, nullable=False),
    Column("revoked_at_ns", BigInteger),
    Column("officer_id", BigInteger),  # NULL: the party's
)

Index("signing_keys_of_party", signing_keys.c.party_id, signing_keys.c.key_id)

answers = Table(
    "answers",
    metadata,
    Column("party_id", BigInteger, primary_key=True, autoincrement=False),
    Column("idempotency_key", Text, primary_key=True),
    Column("body_digest", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),  # JSON, without any secret
    Column("at_ns", BigInteger, nullable=False),
)

Index("answers_by_time", answers.c.at_ns)

files = Table(
    "files",
    metadata,
    Column("file_id", Integer, primary_key=True),
    Column("party_id", BigInteger, nullable=False),
    Column("kind", Integer, nullable=False),  # a FileKind
    Column("sha256", LargeBinary, nullable=False),  # of its bytes
    Column("key_id", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("answer", LargeBinary),  # NULL: what it began was not done to its end
    Column("at_ns", BigInteger, nullable=False),
)

Index("files_of_party", files.c.party_id, files.c.kind, files.c.sha256, unique=True)

own_headings = Table(
    "own_headings",
    metadata,
    Column("party_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Integer, primary_key=True, autoincrement=False),  # a FileKind
    Column("field", Text, primary_key=True),
    Column("heading", Text, nullable=False),
)

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("endpoint_id", Integer, primary_key=True),
    Column("party_id", BigInteger, nullable=False),
    Column("url", Text, nullable=False),
    Column("label", Text, nullable=False),
    # The very bytes, because a keyed hash cannot be made from a digest of its key.
    Column("secret", LargeBinary, nullable=False),
    Column("previous_secret", LargeBinary),
    Column("previous_secret_until_ns", BigInteger),
    Column("disabled_reason", Integer),  # a DisabledReason; NULL: messages are sent
    # When the venue disabled it, until the exchange has been told.
    Column("unreported_ns", BigInteger),
    Column("created_at_ns", BigInteger, nullable=False),
    # The newest row of the outbox at that moment: nothing up to it is sent here.
    Column("after_outbox_id", BigInteger, nullable=False),
    Column("deleted_at_ns", BigInteger),  # the sweep removes it, and its log before it
    sqlite_autoincrement=True,  # no id is used twice
)

Index("webhook_endpoints_of_party", webhook_endpoints.c.party_id, webhook_endpoints.c.endpoint_id)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("endpoint_id", Integer, primary_key=True, autoincrement=False),
    Column("outbox_id", BigInteger, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),  # as sent and signed
    Column("state", Integer, nullable=False),  # a DeliveryState
    Column("attempts", Integer, nullable=False),  # ever
    Column("tries", Integer, nullable=False),  # of the schedule that is under way
    Column("due_ns", BigInteger),  # of the next attempt; NULL: there is none
    Column("created_at_ns", BigInteger, nullable=False),
)

Index(
    "webhook_deliveries_due",
    webhook_deliveries.c.endpoint_id,
    webhook_deliveries.c.due_ns,
    sqlite_where=webhook_deliveries.c.due_ns.is_not(None),
)
Index("webhook_deliveries_by_time", webhook_deliveries.c.created_at_ns)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("endpoint_id", Integer, primary_key=True, autoincrement=False),
    Column("outbox_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("at_ns", BigInteger, nullable=False),  # of its end
    Column("duration_ms", Integer, nullable=False),
    Column("status", Integer),
    Column("fault", Integer),  # a Fault, if there was no answer
)

evidence = Table(
    "evidence",
    metadata,
    Column("evidence_id", LargeBinary, primary_key=True),  # the file's name
    Column("party_id", BigInteger, nullable=False),  # who uploaded it
    Column("sha256", LargeBinary, nullable=False),
    Column("bytes_count", BigInteger, nullable=False),
    Column("media_type", Integer, nullable=False),  # a MediaType
    Column("created_at_ns", BigInteger, nullable=False),
    Column("is_kept", Boolean, nullable=False),  # a document refers to it: it is never removed
)

Index("evidence_of_party", evidence.c.party_id, evidence.c.created_at_ns)
Index("evidence_not_looked_after", evidence.c.created_at_ns, sqlite_where=~evidence.c.is_kept)
own_secrets = Table(
    "own_secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

risk_answers = Table(
    "risk_answers",
    metadata,
    Column("answers_digest", LargeBinary, primary_key=True),
    Column("party_id", BigInteger, nullable=False),
    Column("questionnaire", Integer, nullable=False),
    Column("answers", Text, nullable=False),  # JSON: the numbers of the options
    Column("kept_at_ns", BigInteger, nullable=False),
)

bank_account_numbers = Table(
    "bank_account_numbers",
    metadata,
    Column("account_digest", LargeBinary, primary_key=True),  # what the journal knows it by
    Column("bank", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("holder_name", Text, nullable=False),
)

statement_accounts = Table(
    "statement_accounts",
    metadata,
    Column("file_sha256", LargeBinary, primary_key=True),
    Column("page", Integer, primary_key=True, autoincrement=False),
    Column("account_digest", LargeBinary, primary_key=True),
    Column("bank", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("holder_name", Text, nullable=False),
    Column("held_at_ns", BigInteger, nullable=False),
)

reads = Table(
    "reads",
    metadata,
    Column("read_id", Integer, primary_key=True),
    Column("at_ns", BigInteger, nullable=False),
    Column("party_id", BigInteger, nullable=False),  # of the regulator
    Column("key_id", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("status", Integer, nullable=False),  # of the answer
    sqlite_autoincrement=True,  # no number is used twice
)

alerts = Table(
    "alerts",
    metadata,
    Column("alert_id", Integer, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),  # found again, it is the same one
    Column("kind", Integer, nullable=False),  # an AlertKind
    Column("at_ns", BigInteger, nullable=False),  # of the command that completed it
    Column("due_ns", BigInteger),  # when its report is due; NULL: none is
    Column("state", Integer, nullable=False),  # an AlertState
    Column("alert", LargeBinary, nullable=False),  # all that the detector has said
    sqlite_autoincrement=True,  # no id is used twice
)

Index("alerts_by_state", alerts.c.state, alerts.c.alert_id)
Index("alerts_by_kind", alerts.c.kind, alerts.c.at_ns)

alert_steps = Table(
    "alert_steps",
    metadata,
    Column("alert_id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("event", Integer, nullable=False),  # an AlertEvent
    Column("code", Integer),  # an AlertCode, of who has resolved it
    Column("note", Text, nullable=False),
    Column("officer_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
)

watch = Table(
    "watch",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("version", Integer, nullable=False),  # of the memory
    Column("sequence", BigInteger, nullable=False),  # the last command that was looked at
    Column("memory", LargeBinary, nullable=False),  # as of it
)

logins = Table(
    "logins",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("login_id", Text, nullable=False, unique=True),
    Column("party_id", BigInteger, nullable=False),
    Column("kind", Integer, nullable=False),  # of the party; a PartyKind
    Column("officer_id", BigInteger),  # NULL: the party's
    Column("person_name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("login", Text, unique=True),  # NULL: not enrolled yet
    Column("password_hash", Text),  # argon2id; NULL: nobody signs in before an enrolment
    # The very bytes, because codes cannot be made from a digest.
    Column("totp_secret", LargeBinary),
    Column("totp_step", BigInteger),  # of the last code that was used
    Column("totp_offered", LargeBinary),  # shown, and not confirmed yet
    Column("created_at_ns", BigInteger, nullable=False),
    Column("withdrawn_at_ns", BigInteger),
    sqlite_autoincrement=True,  # no number is used twice
)

Index("logins_of_party", logins.c.party_id, logins.c.number)
Index("logins_of_officer", logins.c.officer_id, sqlite_where=logins.c.officer_id.is_not(None))

enrolments = Table(
    "enrolments",
    metadata,
    Column("login_id", Text, primary_key=True),  # one token at a time
    Column("digest", LargeBinary, nullable=False, unique=True),  # SHA-256 of the token
    Column("expires_at_ns", BigInteger, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),  # SHA-256 of the cookie's token
    Column("login_id", Text, nullable=False),
    Column("created_at_ns", BigInteger, nullable=False),
    Column("seen_at_ns", BigInteger, nullable=False),  # some seconds late
    Column("expires_at_ns", BigInteger, nullable=False),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
)

Index("sessions_of_login", sessions.c.login_id)

for table in simulated.metadata.sorted_tables:
    table.to_metadata(metadata)

notifications = Table(
    "notifications",
    metadata,
    Column("party_id", BigInteger, primary_key=True, autoincrement=False),
    Column("outbox_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Integer, nullable=False),  # a NotificationKind
    Column("body", LargeBinary, nullable=False),  # the message, as a webhook would carry it
)

notification_readers = Table(
    "notification_readers",
    metadata,
    Column("party_id", BigInteger, primary_key=True, autoincrement=False),
    Column("officer_id", BigInteger, primary_key=True, autoincrement=False),  # 0: nobody in person
    Column("read_up_to", BigInteger, nullable=False),  # an outbox_id
    Column("muted", BigInteger, nullable=False),  # a bit of 1 << kind for each that is not shown
    Column("mailed", BigInteger, nullable=False),  # the same for each that is told by e-mail
    Column("address", Text),
    Column("language", Text, nullable=False),
    Column("mailed_up_to", BigInteger, nullable=False),  # an outbox_id
)
