"""Signing in: from a login, its password and its code to a session, and to a session's end.

    enrolment token ──▶ login + password ──▶ (second factor) ──▶ session ──▶ ended, idle or too old

What failed is not said: an unknown login, a wrong password and a wrong code are answered alike and
cost the same. Beginning and ending sessions are done one after the other, so that who is withdrawn
while he signs in does not slip through between the rows and the ring in memory.
"""

import asyncio
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api.auth import totp
from api.auth.attempts import Attempts
from api.auth.keys import KEY_ID_BYTES, digest_of
from api.auth.passwords import PasswordHasher, normalised, weakness_of
from api.auth.principal import Principal
from api.auth.rules import SignInRules
from api.auth.sessions import Session, SessionRing, mint_token
from api.auth.tickets import TicketBox
from api.errors import ApiProblem, Trouble, invalid_field
from api.store import logins as store
from api.store.edge import EdgeStore
from api.store.logins import LoginRecord, SessionRecord
from exchange.clock import Clock
from exchange.types import OfficerId

LOGIN_SHAPE: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{2,63}", re.ASCII)
NS_PER_S: Final = 1_000_000_000
CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="trustex"'}

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session, and its token, which is kept nowhere."""

    session: Session
    token: str
    record: LoginRecord


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who knocks."""

    address: str
    agent: str


def login_in(text: str) -> str:
    """A login as it is kept: whether it was typed in capitals makes no difference."""
    return normalised(text).strip().lower()


class SignIns:
    """Everything about people's sessions, for the routes."""

    def __init__(
        self,
        edge: EdgeStore,
        *,
        rules: SignInRules,
        clock: Clock,
        on_ended: Callable[[str], None],
    ) -> None:
        """Take up the sessions that are kept.

        Args:
            on_ended: is told the id of a session that signs nobody in any more.
        """
        self.rules = rules
        self.hasher = PasswordHasher(rules.hashing)
        self._edge = edge
        self._clock = clock
        self._on_ended = on_ended
        self._attempts = Attempts(rules.attempts)
        self._tickets = TicketBox()
        self._ring = SessionRing(idle_ns=rules.idle_ns)
        self._changing = asyncio.Lock()
        with edge.transaction() as connection:
            for record, login in store.all_sessions(connection):
                self._ring.add(self._session(record, login))

    async def close(self) -> None:
        """Write down when sessions were used last, and let go of the threads."""
        await self.sweep()
        self.hasher.close()

    # --- sessions ---

    def find(self, token: str) -> Session | None:
        """The live session of this token, which is used by that. Cost: some 2 µs."""
        return self._ring.find(token, self._clock.now_ns())

    def of_login(self, login_id: str) -> list[Session]:
        """The login's live sessions, the one used least recently first."""
        now_ns, idle_ns = self._clock.now_ns(), self.rules.idle_ns
        return [each for each in self._ring.of_login(login_id) if now_ns < each.ends_at_ns(idle_ns)]

    async def sign_in(
        self, *, login: str, password: str, code: str | None, visitor: Visitor
    ) -> SignedIn:
        """A new session of whoever has this login, password and code; else the request ends.

        Cost: a hash, whoever knocks.
        """
        login = login_in(login)
        self._count_attempt(login, visitor)
        record = await self._with_edge(lambda connection: store.login_named(connection, login))
        stored = None if record is None else record.password_hash
        fits = await self.hasher.fits(stored, normalised(password))
        if record is None or not fits:
            raise _failed()
        if record.totp_secret is not None:
            await self._check_code(record, record.totp_secret, code)
        self._attempts.forgive(login=login, address=visitor.address)
        if stored is not None and self.hasher.is_outdated(stored):
            await self._replace_password(record, password)
        return await self._begin(record.login_id, visitor, was=record)

    async def sign_in_unasked(self, login: str, visitor: Visitor) -> SignedIn:
        """A new session of whoever has this login, at a demo venue; ends the request if nobody."""
        record = await self._with_edge(
            lambda connection: store.login_named(connection, login_in(login))
        )
        if record is None:
            raise ApiProblem(Trouble.UNKNOWN_LOGIN, "Nobody has this login.")
        return await self._begin(record.login_id, visitor, was=record)

    async def end(self, sessions: Iterable[Session]) -> None:
        """From now on these sign nobody in."""
        async with self._changing:
            await self._end([each.session_id for each in sessions])

    async def cut_off(self, login_id: str, change: Callable[[], Result]) -> Result:
        """Make a change, in a thread, after which none of the login's sessions goes on."""
        async with self._changing:
            result = await run_in_threadpool(change)
            await self._end([each.session_id for each in self._ring.of_login(login_id)])
            return result

    async def withdraw_officers(self, officer_ids: list[OfficerId]) -> None:
        """These officers sign in no more."""
        login_ids = await self._with_edge(
            lambda connection: store.live_logins_of(connection, officer_ids)
        )
        at_ns = self._clock.now_ns()
        for login_id in login_ids:
            withdraw = partial(store.withdraw_login, login_id=login_id, at_ns=at_ns)
            await self.cut_off(login_id, partial(self._transact, withdraw))

    async def sweep(self) -> None:
        """End what has ended by itself, and write down when the others were used last."""
        async with self._changing:
            ended = [each.session_id for each in self._ring.expired(self._clock.now_ns())]
            await self._end(ended)
            seen = {each.session_id: each.seen_at_ns for each in self._ring.take_used()}
            if seen:
                await self._with_edge(lambda connection: store.mark_seen(connection, seen))

    # --- enrolment, password, second factor ---

    async def enrol(self, token: str, *, login: str, password: str) -> LoginRecord:
        """Give the person of this token a login and a password; ends the request if it may not be.

        Refuses: UNKNOWN_ENROLMENT, LOGIN_TAKEN, and a weak password at its field.
        """
        login, digest = login_in(login), digest_of(token)
        if LOGIN_SHAPE.fullmatch(login) is None:
            detail = "Has 3 to 64 of a-z, 0-9, '.', '_', '@' and '-', the first a letter or digit."
            raise invalid_field("malformed", detail=detail, pointer="/login")
        now_ns = self._clock.now_ns()
        record = await self._with_edge(
            lambda connection: store.enrolling(connection, digest, now_ns=now_ns)
        )
        if record is None:
            raise _no_enrolment()
        _check_password(password, login=login, pointer="/password")
        kept = await self.hasher.hash(normalised(password))

        def act(connection: Connection) -> LoginRecord | None:
            if store.is_login_taken(connection, login, but=record.login_id):
                raise ApiProblem(Trouble.LOGIN_TAKEN, "Choose another login.")
            return store.enrol(connection, digest, login=login, password_hash=kept, now_ns=now_ns)

        enrolled = await self.cut_off(record.login_id, partial(self._transact, act))
        if enrolled is None:
            raise _no_enrolment()
        return enrolled

    async def change_password(
        self, session: Session, *, password: str, new_password: str, visitor: Visitor
    ) -> None:
        """Another password for who knows the present one; the login's other sessions end."""
        record = await self.record_of(session)
        assert record.login is not None, record.login_id
        self._count_attempt(record.login, visitor)
        if not await self.hasher.fits(record.password_hash, normalised(password)):
            raise _failed()
        self._attempts.forgive(login=record.login, address=visitor.address)
        _check_password(new_password, login=record.login, pointer="/new_password")
        if not await self._replace_password(record, new_password):
            raise _failed()  # the operator has cut the login off in the meantime
        await self._end_others(session)

    async def offer_totp(self, session: Session) -> tuple[bytes, LoginRecord]:
        """A secret for a second factor, which counts once it is confirmed; the one offered before
        does no more. Ends the request if there is a second factor."""
        secret = totp.mint_secret()
        record = await self.record_of(session)
        if record.totp_secret is not None:
            raise ApiProblem(Trouble.TOTP_SET_UP, "The operator has it set up anew.")
        await self._with_edge(
            lambda connection: store.change_login(connection, record.login_id, totp_offered=secret)
        )
        return secret, record

    async def confirm_totp(self, session: Session, code: str) -> None:
        """Take the offered secret, of which this is a code; the login's other sessions end."""
        record = await self.record_of(session)
        offered = record.totp_offered
        if offered is None:
            raise ApiProblem(Trouble.TOTP_NOT_OFFERED, "Ask for a secret first.")
        step = totp.step_of(offered, code, now_ns=self._clock.now_ns(), after_step=None)
        if step is None:
            raise ApiProblem(Trouble.TOTP_INVALID, "It is none of the secret's codes of now.")
        taken = await self._with_edge(
            lambda connection: store.take_totp(
                connection, record.login_id, offered=offered, step=step
            )
        )
        if not taken:  # another request, or the operator, was quicker
            raise ApiProblem(Trouble.TOTP_NOT_OFFERED, "Ask for a secret first.")
        await self._end_others(session)
        session.needs_totp_setup = False

    async def record_of(self, session: Session) -> LoginRecord:
        """The login of a session."""
        record = await self._with_edge(
            lambda connection: store.login_of(connection, session.login_id)
        )
        assert record is not None, session.session_id
        return record

    # --- the feed ---

    def issue_ticket(self, session: Session) -> tuple[str, int]:
        """A ticket for one connection of the feed, and when it ends; ends the request if the
        session has too many."""
        issued = self._tickets.issue(session, self._clock.now_ns())
        if issued is None:
            headers = {"Retry-After": "30"}
            raise ApiProblem(Trouble.TICKETS_MAX, "Use those that there are.", headers=headers)
        return issued

    def redeem_ticket(self, ticket: str) -> Principal | None:
        """Whom the ticket signs in, once; None if it is none, or its session has ended."""
        now_ns = self._clock.now_ns()
        session = self._tickets.redeem(ticket, now_ns)
        if session is None or not self._ring.is_live(session.session_id, now_ns):
            return None
        return session.principal

    # --- helpers ---

    def _count_attempt(self, login: str, visitor: Visitor) -> None:
        wait_ns = self._attempts.take(
            login=login, address=visitor.address, now_ns=self._clock.now_ns()
        )
        if wait_ns is not None:
            headers = {"Retry-After": str(-(-wait_ns // NS_PER_S))}
            detail = "Nothing was looked at: wait, or have the operator help."
            raise ApiProblem(Trouble.SIGN_IN_ATTEMPTS_MAX, detail, headers=headers)

    async def _check_code(self, record: LoginRecord, secret: bytes, code: str | None) -> None:
        if code is None:
            detail = "Send the code of your second factor, too."
            raise ApiProblem(Trouble.TOTP_REQUIRED, detail, headers=CHALLENGE)
        step = totp.step_of(secret, code, now_ns=self._clock.now_ns(), after_step=record.totp_step)
        if step is None:
            raise _failed()
        unused = await self._with_edge(
            lambda connection: store.use_totp_step(connection, record.login_id, step)
        )
        if not unused:  # somebody else was quicker with the same code
            raise _failed()

    async def _begin(self, login_id: str, visitor: Visitor, *, was: LoginRecord) -> SignedIn:
        """A new session, if the login still has the secrets that were looked at."""
        token, now_ns = mint_token(), self._clock.now_ns()
        kept = SessionRecord(
            session_id=secrets.token_hex(KEY_ID_BYTES),
            digest=digest_of(token),
            login_id=login_id,
            created_at_ns=now_ns,
            seen_at_ns=now_ns,
            expires_at_ns=now_ns + self.rules.absolute_ns,
            address=visitor.address,
            agent=visitor.agent,
        )

        def act(connection: Connection) -> LoginRecord | None:
            record = store.login_of(connection, login_id)
            if record is None or record.withdrawn_at_ns is not None:
                return None
            if (record.login, record.totp_secret) != (was.login, was.totp_secret):
                return None
            if record.password_hash is None:
                return None
            store.insert_session(connection, kept)
            return record

        async with self._changing:
            record = await self._with_edge(act)
            if record is None:
                raise _failed()
            session = self._session(kept, record)
            self._ring.add(session)
            surplus = self._ring.of_login(login_id)[: -self.rules.sessions_max]
            await self._end([each.session_id for each in surplus])
        return SignedIn(session, token, record)

    async def _end_others(self, session: Session) -> None:
        async with self._changing:
            mine = self._ring.of_login(session.login_id)
            await self._end([each.session_id for each in mine if each is not session])

    async def _end(self, session_ids: list[str]) -> None:
        if not session_ids:
            return
        await self._with_edge(lambda connection: store.delete_sessions(connection, session_ids))
        for session_id in session_ids:
            self._ring.discard(session_id)
            self._on_ended(session_id)

    async def _replace_password(self, was: LoginRecord, password: str) -> bool:
        kept = await self.hasher.hash(normalised(password))
        return await self._with_edge(
            lambda connection: store.replace_password(
                connection, was.login_id, was=was.password_hash, password_hash=kept
            )
        )

    def _session(self, kept: SessionRecord, login: LoginRecord) -> Session:
        has_totp = login.totp_secret is not None
        return Session(
            session_id=kept.session_id,
            digest=kept.digest,
            login_id=kept.login_id,
            principal=login.principal(kept.session_id),
            created_at_ns=kept.created_at_ns,
            seen_at_ns=kept.seen_at_ns,
            expires_at_ns=kept.expires_at_ns,
            address=kept.address,
            agent=kept.agent,
            needs_totp_setup=not has_totp and self.rules.needs_totp(login.kind),
        )

    async def _with_edge(self, act: Callable[[Connection], Result]) -> Result:
        return await run_in_threadpool(self._transact, act)

    def _transact(self, act: Callable[[Connection], Result]) -> Result:
        with self._edge.transaction() as connection:
            return act(connection)


def _check_password(password: str, *, login: str, pointer: str) -> None:
    weakness = weakness_of(normalised(password), login=login)
    if weakness is not None:
        code, detail = weakness
        raise invalid_field(code, detail=detail, pointer=pointer)


def _failed() -> ApiProblem:
    detail = "The login, the password or the code is wrong."
    return ApiProblem(Trouble.SIGN_IN_FAILED, detail, headers=CHALLENGE)


def _no_enrolment() -> ApiProblem:
    return ApiProblem(Trouble.UNKNOWN_ENROLMENT, "Ask the operator for a new one.")
