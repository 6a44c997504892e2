"""The officers of one trust company: they watch the feed and decide over HTTP, some of them once a
day all that is due in one request."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from api.cli.demo.chance import chance
from api.cli.demo.client import ApiClient, Refused, Request, VenueGone
from api.cli.demo.course import (
    PROPOSING_AGAIN_DAYS,
    Act,
    Course,
    Errand,
    Role,
    Stage,
    answer,
    draw_course,
    next_errands,
    reading,
)
from api.cli.demo.deeds import DECISIONS, STALE, carry_out
from api.cli.demo.feed import FeedClient, Wish
from api.cli.demo.officers import CONFIRMATION_WORKING_DAYS, PACES, decide
from api.cli.demo.parties import Parties
from api.cli.demo.pile import Pile
from api.cli.demo.products import TrustCompany
from api.cli.demo.watch import Pending, Watch
from api.cli.demo.ways import Way, checklist_of
from api.cli.demo.wire import Decisions, Frame
from api.schemas.decimals import NS_PER_S
from api.signing import Signer

CATCHING_UP_S: Final = 3.0
"""After a start, what is overdue is decided within this time."""
log = logging.getLogger("trustex.demo")


@dataclass(slots=True, kw_only=True)
class Case:
    """What people have in mind with a transfer, and what of it is done."""

    course: Course
    stage: Stage | None = None
    """The one for which errands are on the piles."""
    done: set[Act] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskOfficer:
    """One of the officers."""

    key: str
    signer: Signer


class OfficerDesk:
    """Two officers, who take turns; where there is review, the first one makes and the second
    checks."""

    def __init__(
        self,
        company: TrustCompany,
        *,
        officers: tuple[DeskOfficer, DeskOfficer],
        parties: Parties,
        seed: int,
        start: int,
        client: ApiClient,
        watch: Watch,
        base_url: str,
    ) -> None:
        self._company = company
        self._officers = officers
        self._parties = parties
        self._seed = seed
        self._start = start
        self._client = client
        self._watch = watch
        self._cases: dict[str, Case] = {}
        self.pile = Pile(
            watch,
            self._see_to,
            together=DECISIONS if company.decides_together else frozenset(),
        )
        self._turn = 0
        self.feed = FeedClient(base_url, key=officers[0].key, take=self.take)

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.feed.follow([Wish(channel="transfers")]))
            tasks.create_task(self.pile.run())

    def take(self, frame: Frame, text: bytes) -> None:
        """A frame of the company's stream: plan what it asks for."""
        for transfer in self._watch.take(frame, text):
            pending = self._watch.pending.get(transfer.transfer_id)
            if pending is None:
                self._cases.pop(transfer.transfer_id, None)
            else:
                self._plan(pending)

    def _plan(self, pending: Pending) -> None:
        """Put on the piles what will be done with a transfer that has come to a new stage.

        Drawn from the transfer alone: after a restart everybody has the same in mind.
        """
        transfer_id, stage = pending.transfer_id, pending.stage
        case = self._cases.get(transfer_id)
        if case is None:
            drawn = chance(self._seed, f"course {transfer_id}")
            case = self._cases[transfer_id] = Case(course=draw_course(drawn))
        if case.stage == stage:
            return
        case.stage = stage
        if stage.overlays:
            case.done.add(Act.HOLD)
        if stage.state == "RETURNED":
            case.done.add(Act.RETURN)
        product = self._watch.products[pending.symbol]
        may_withdraw = self._parties.is_natural_person(pending.buyer_id)
        for days, errand in next_errands(
            case.course,
            transfer_id=transfer_id,
            stage=stage,
            may_withdraw=may_withdraw,
            seller_hands_in=bool(checklist_of(product.way, Role.SELLER.name)),
            done=case.done,
            asked=self._parties.asked(pending),
        ):
            pile = self.pile if errand.by is Role.OFFICER else self._parties.pile
            pile.put(errand, due_ns=self._watch.now_ns + round(days * self._watch.day_ns))
        if stage.state == "SUBMITTED" and not stage.overlays:
            if product.has_agreement:
                days, look = reading(transfer_id=transfer_id, stage=stage)
                self.pile.put(look, due_ns=self._watch.now_ns + round(days * self._watch.day_ns))
            self._plan_answer(pending, case)
        elif stage.state == "UNDER_REVIEW" and not stage.overlays:
            self._plan_answer(pending, case, waits=not stage.is_proposed)

    def _plan_answer(self, pending: Pending, case: Case, *, waits: bool = False) -> None:
        """Put the officer's answer on the pile, unless he will leave the transfer lying.

        Args:
            waits: somebody has just claimed it and may be about to propose.
        """
        assert pending.deadline_ns is not None, pending  # the trust company's clock runs
        drawn = chance(self._seed, f"transfer {pending.transfer_id}")
        # The time for a decision begins when the transfer is submitted, which may be long after its
        # match, and it is never more than a day longer than its working days.
        longest_ns = (CONFIRMATION_WORKING_DAYS + 1) * self._watch.day_ns
        began_ns = max(pending.opened_at_ns, pending.deadline_ns - longest_ns)
        window_ns = pending.deadline_ns - began_ns
        decision = decide(drawn, PACES[self._company.pace], window_s=window_ns / NS_PER_S)
        if decision is None:
            return
        due_ns = began_ns + round(decision.after_s * NS_PER_S)
        if due_ns < self._watch.now_ns:
            catching_up_s = drawn.uniform(0, min(CATCHING_UP_S, window_ns / NS_PER_S / 10))
            due_ns = self._watch.now_ns + round(catching_up_s * NS_PER_S)
        if waits:
            again_ns = self._watch.now_ns + round(PROPOSING_AGAIN_DAYS * self._watch.day_ns)
            due_ns = max(due_ns, again_ns)
        product = self._watch.products[pending.symbol]
        errand = answer(
            case.course,
            decision,
            transfer_id=pending.transfer_id,
            stage=pending.stage,
            may_return=product.has_agreement,
            has_review=product.way is Way.REVIEW,
            done=case.done,
        )
        if self._company.decides_together and errand.act in DECISIONS:
            day_ns = self._watch.day_ns
            due_ns = -(-due_ns // day_ns) * day_ns  # at the end of the day
        self.pile.put(errand, due_ns=due_ns)

    async def _see_to(self, errands: Sequence[Errand]) -> None:
        self._turn += 1
        if len(errands) > 1:
            await self._decide_together(errands, self._officers[self._turn % 2].key)
            return
        for errand in errands:
            officer = self._officer_for(errand)
            code = await carry_out(
                self._client,
                self._watch,
                errand,
                key=officer.key,
                who=self._company.short_name,
                signer=officer.signer,
            )
            if code == STALE:
                self.pile.put_again(errand)
            elif code is not None and errand.act is Act.RETURN:
                self._decide_after_all(errand)

    def _officer_for(self, errand: Errand) -> DeskOfficer:
        first, second = self._officers
        if errand.act is Act.PROPOSE:
            return first
        if errand.stage.is_proposed:
            return second
        return self._officers[self._turn % 2]

    def _decide_after_all(self, errand: Errand) -> None:
        """The transfer cannot be returned again, so the officer has to say yes or no."""
        pending, case = (
            self._watch.pending.get(errand.transfer_id),
            self._cases.get(errand.transfer_id),
        )
        if pending is not None and case is not None and pending.stage == errand.stage:
            case.done.add(Act.RETURN)
            self._plan_answer(pending, case)

    async def _decide_together(self, errands: Sequence[Errand], key: str) -> None:
        pending = self._watch.pending
        errands = [errand for errand in errands if errand.transfer_id in pending]
        items = [_item(errand, pending[errand.transfer_id].version) for errand in errands]
        if not items:
            return
        request = Request(
            method="POST",
            path="/v1/decisions",
            key=key,
            body={"items": items},
            idempotency_key=f"day-{self._start}-{self._turn}",
        )
        try:
            answered = await self._client.send(request, Decisions)
        except (Refused, VenueGone) as error:
            log.warning("%s: %d decisions: %s", self._company.short_name, len(items), error)
            return
        for errand, item_answered in zip(errands, answered.items, strict=True):
            if item_answered.refusal == STALE:
                self.pile.put_again(errand)
            elif item_answered.refusal is not None:
                log.info("%s: %s", errand, item_answered.refusal)
                self._watch.counts.refused += 1
        taken = f"decided {answered.taken} of {len(items)} in one request"
        self._watch.tell(self._company.short_name, what=taken)


def _item(errand: Errand, version: int) -> dict[str, object]:
    """A decision among others in one request."""
    item: dict[str, object] = {
        "transfer_id": errand.transfer_id,
        "version": version,
        "decision": errand.act.name,
    }
    return item if errand.detail is None else item | {"reason": errand.detail}
