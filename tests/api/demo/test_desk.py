"""Officers and parties do what they have in mind, each with a key of its own: a venue of paper
takes the requests and answers as the real one would."""

import asyncio
import base64
import hashlib
import json
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from api.cli.demo.chance import chance
from api.cli.demo.client import Answer, ApiClient, Refused, Request
from api.cli.demo.course import Act, draw_course
from api.cli.demo.decisions import officer_signer
from api.cli.demo.desk import DeskOfficer, OfficerDesk
from api.cli.demo.parties import Parties, PartyKey
from api.cli.demo.products import TrustCompany
from api.cli.demo.watch import Watch
from api.cli.demo.ways import Way
from api.cli.demo.wire import Frame, Problem
from api.schemas.decimals import format_moment
from tests.api.demo.market import DATA, PRODUCTS
from tests.api.demo.test_watch import transfer_item
from tests.api.signed import text_of

DAY_NS = 5_000_000
"""Ten working days are a twentieth of a second."""
OPENED_NS = 1_795_406_400_000_000_000
TOGETHER = next(company for company in DATA.trust_companies if company.decides_together)
ALONE = next(company for company in DATA.trust_companies if company.pace == "fast")
AGREEMENT = next(product for product in DATA.products if product.has_agreement)
SANDBOX = next(product for product in DATA.products if product.way is Way.SANDBOX)
DEPOSIT, REVIEWED, SIGNED, OFFERED = (
    next(product for product in DATA.products if product.way is way)
    for way in (Way.DEPOSIT, Way.REVIEW, Way.SIGNED, Way.PREEMPTION)
)
ENDS_IN = {
    "cancel": "CANCELLED",
    "claim": "UNDER_REVIEW",
    "confirm": "SETTLED",
    "fund": "SUBMITTED",
    "reject": "REJECTED",
    "rescind": "CANCELLED",
    "resubmit": "SUBMITTED",
}
"""What always becomes of a transfer by a step."""
CRITERIA = "0123456789abcdef0123456789abcdef"


class PaperVenue(ApiClient):
    """Takes requests; tells the desk what becomes of the transfers."""

    def __init__(self, company: TrustCompany, *, seed: int = 1) -> None:
        super().__init__("nowhere", port=1)
        self.requests: list[Request] = []
        self.returns_left = 1
        self.stale_left = 0
        self.proposals_lost = 0
        self.file = b""
        self.shows_other_bytes = False
        self._all_decided = asyncio.Event()
        watch = Watch(PRODUCTS, day_ns=DAY_NS)
        keys = {
            "11": PartyKey(key="seller's", is_institution=True),
            "12": PartyKey(key="buyer's", is_institution=False),
        }
        keys |= {
            party_id: PartyKey(key=f"holder {party_id}'s", is_institution=True)
            for party_id in ("21", "22", "23")
        }
        self.parties = Parties(
            keys,
            operator_key="operator's",
            right_holders={OFFERED.symbol: ["21", "22", "23"]},
            client=self,
            watch=watch,
        )
        self.watch = watch
        self.desk = OfficerDesk(
            company,
            officers=(
                DeskOfficer(key="first", signer=officer_signer("first")),
                DeskOfficer(key="second", signer=officer_signer("second")),
            ),
            parties=self.parties,
            seed=seed,
            start=1,
            client=self,
            watch=watch,
            base_url="http://nowhere",
        )

    def tell(self, number: int, state: str, **members: Any) -> None:
        """The desk is told where a transfer stands."""
        before = self.watch.pending.get(str(number))
        version = 2 if before is None else before.version + 1
        symbol = members.get("symbol", SANDBOX.symbol if before is None else before.symbol)
        now_ns = self.watch.now_ns or OPENED_NS
        item = transfer_item(
            number,
            state,
            **{
                "version": version,
                "symbol": symbol,
                "units": "10000" + ".0000" * (PRODUCTS[symbol].type.quantity_scale > 0),
                "opened_at": format_moment(now_ns),
                "deadline": format_moment(now_ns + 10 * DAY_NS),
            }
            | members,
        )
        frame = Frame(type="update", s="transfers:2", eseq=1, sent=format_moment(now_ns))
        text = {"type": "update", "s": "transfers:2", "transfers": [item]}
        self.desk.take(frame, json.dumps(text).encode())
        if not self.watch.pending:
            self._all_decided.set()

    async def send(self, request: Request, answer: type[Answer]) -> Answer:
        """Take the request."""
        self.requests.append(request)
        body: Any = request.body
        if request.path.startswith("/v1/evidence"):
            return self._keep(request, answer)
        if request.path == "/v1/decisions":
            answers = [self._decide(item) for item in body["items"]]
            taken = sum(each["refusal"] is None for each in answers)
            return msgspec.convert({"taken": taken, "items": answers}, type=answer)
        _, _, _, transfer_id, *step = request.path.split("/")
        pending = self.watch.pending[transfer_id]
        if request.method == "GET":
            shown = {"version": pending.version, "desk": {"criteria": CRITERIA}}
            return msgspec.convert(shown, type=answer)
        assert request.version == pending.version
        if step[0] in ENDS_IN:
            self.tell(int(transfer_id), ENDS_IN[step[0]])
        elif step[0] in {"propose", "preemption"}:
            self._take_word(int(transfer_id), step[0], body)
        else:
            self._take_step(int(transfer_id), step, body)
        now = self.watch.pending.get(transfer_id, pending)
        return msgspec.convert({"version": now.version}, type=answer)

    def _take_step(self, number: int, step: list[str], body: Any) -> None:
        match step:
            case ["return"] if self.returns_left == 0:
                raise Refused(Problem(code="returns_max"))
            case ["return"]:
                self.returns_left -= 1
                self.tell(number, "RETURNED")
            case ["sign"]:
                both = sum(each.path.endswith("/sign") for each in self.requests) == 2
                self.tell(number, "SUBMITTED" if both else "AGREEMENT_PENDING")
            case ["overlays"]:
                told = "DISPUTED" if body["overlay"] == "DISPUTED" else "HELD"
                self.tell(number, "SUBMITTED", overlays=[told], deadline=None)
            case ["overlays", _]:
                self.tell(number, "SUBMITTED")
            case _:
                raise AssertionError(step)

    def _take_word(self, number: int, step: str, body: Any) -> None:
        """A maker's proposal, or a right-holder's answer."""
        if step == "preemption":
            took_it = body["answer"] == "EXERCISE"
            self.tell(number, "PREEMPTED" if took_it else "PREEMPTION_OPEN")
        elif self.proposals_lost > 0:
            self.proposals_lost -= 1
            raise Refused(Problem(code="not_claimed"))
        else:
            self.tell(number, "UNDER_REVIEW", made_by="501")

    def _keep(self, request: Request, answer: type[Answer]) -> Answer:
        """Take and show documents."""
        if request.content is not None:
            self.file = request.content
            return msgspec.convert({"evidence_id": "e1"}, type=answer)
        told: dict[str, Any] = {}
        if request.method == "GET":
            sha256 = hashlib.sha256(self.file).hexdigest()
            told = {"items": [{"evidence_id": "e1", "sha256": sha256}], "next_cursor": None}
        return msgspec.convert(told, type=answer)

    async def fetch(self, request: Request) -> bytes:
        """Show the document, or another."""
        self.requests.append(request)
        assert request.path == "/v1/evidence/e1"
        return b"other bytes" if self.shows_other_bytes else self.file

    def _decide(self, item: dict[str, Any]) -> dict[str, str | None]:
        number = item["transfer_id"]
        assert item["version"] == self.watch.pending[number].version
        if self.stale_left > 0:
            self.stale_left -= 1
            self.tell(int(number), "SUBMITTED", notices=1)
            return {"refusal": "transfer_version_stale"}
        self.tell(int(number), "SETTLED" if item["decision"] == "CONFIRM" else "REJECTED")
        return {"refusal": None}

    def work(self) -> None:
        """Let everybody work until no transfer is pending."""

        async def until_done() -> None:
            desks = asyncio.gather(self.desk.pile.run(), self.parties.run())
            async with asyncio.timeout(10):
                await self._all_decided.wait()
            desks.cancel()
            await asyncio.gather(desks, return_exceptions=True)

        asyncio.run(until_done())

    def steps(self, number: int) -> list[tuple[str, str]]:
        """What was done about a transfer, and with whose key."""
        prefix = f"/v1/transfers/{number}/"
        return [
            (each.path.removeprefix(prefix), each.key)
            for each in self.requests
            if each.path.startswith(prefix)
        ]


def test_what_is_due_at_the_end_of_a_day_is_decided_in_one_request() -> None:
    venue = PaperVenue(TOGETHER)
    venue.stale_left = 1
    for number in range(1, 41):
        venue.tell(number, "SUBMITTED")
    venue.work()
    together = [each for each in venue.requests if each.path == "/v1/decisions"]
    assert together
    assert {each.key for each in venue.requests if "overlays" not in each.path} == {
        "first",
        "second",
    }
    keys = [each.idempotency_key for each in venue.requests]
    assert len(set(keys)) == len(keys)
    counts = venue.watch.counts
    assert counts.settled + counts.rejected + counts.cancelled == 40
    assert counts.rejected > 0
    assert counts.refused == 0
    assert any("in one request" in deed.what for deed in venue.watch.deeds)


def test_officers_who_decide_one_by_one_send_no_batch() -> None:
    venue = PaperVenue(ALONE)
    for number in range(1, 41):
        venue.tell(number, "SUBMITTED")
    venue.work()
    assert not [each for each in venue.requests if each.path == "/v1/decisions"]
    # One in twenty is stopped by somebody, who lets go or whose dispute the buyer rescinds.
    stopped = [each for each in venue.requests if each.path.endswith("/overlays")]
    assert stopped


def first_with(**wanted: object) -> int:
    """The first transfer of which people have this in mind."""
    for number in range(1, 10_000):
        course = draw_course(chance(1, f"course {number}"))
        if all((getattr(course, name) is not None) == is_so for name, is_so in wanted.items()):
            return number
    raise AssertionError(wanted)


def test_an_agreement_is_signed_returned_resubmitted_and_decided() -> None:
    number = first_with(
        buyer_signs_days=True,
        seller_signs_days=True,
        withdraws_days=False,
        return_reason=True,
        resubmits_days=True,
        hands_in_days=True,
        hold=False,
    )
    venue = PaperVenue(ALONE)
    venue.tell(number, "AGREEMENT_PENDING", symbol=AGREEMENT.symbol)
    venue.work()
    steps = venue.steps(number)
    assert sorted(steps[:2]) == [("sign", "buyer's"), ("sign", "seller's")]
    assert [step for step, _ in steps[2:4]] == ["return", "resubmit"]
    assert steps[3][1] == "buyer's"
    assert [step for step, _ in steps[4:]] in (["confirm"], ["reject"])
    papers = [each for each in venue.requests if each.path.startswith("/v1/evidence")]
    (handed_in, *_) = papers
    assert (handed_in.key, handed_in.media_type) == ("buyer's", "application/pdf")
    attached = [each.body for each in papers if each.path == "/v1/evidence-links" and each.body]
    assert attached[0]["subject_id"] == str(number)
    read = [each.key for each in papers if each.path == "/v1/evidence/e1"]
    assert set(read) <= {"first", "second"}
    assert read


def test_an_officer_tells_when_a_document_has_other_bytes() -> None:
    number = first_with(return_reason=False, hold=False)
    venue = PaperVenue(ALONE)
    venue.file, venue.shows_other_bytes = b"%PDF-", True
    venue.tell(number, "SUBMITTED", symbol=AGREEMENT.symbol)
    venue.work()
    assert any("found other bytes" in deed.what for deed in venue.watch.deeds)


def test_what_may_not_be_returned_again_is_decided() -> None:
    number = first_with(return_reason=True, hold=False)
    venue = PaperVenue(ALONE)
    venue.returns_left = 0
    venue.tell(number, "SUBMITTED", symbol=AGREEMENT.symbol)
    venue.work()
    steps = [step for step, _ in venue.steps(number)]
    assert steps in (["return", "confirm"], ["return", "reject"])
    assert venue.watch.counts.refused == 1


def test_a_natural_buyer_withdraws() -> None:
    number = first_with(
        buyer_signs_days=True, seller_signs_days=False, withdraws_days=True, hold=False
    )
    venue = PaperVenue(ALONE)
    venue.tell(number, "AGREEMENT_PENDING", symbol=AGREEMENT.symbol)
    venue.work()
    assert venue.steps(number)[-1] == ("cancel", "buyer's")
    assert venue.watch.counts.cancelled == 1


def test_the_rest_of_the_price_is_paid_before_the_officer_decides() -> None:
    number = first_with(funds_days=True, return_reason=False, hold=False)
    venue = PaperVenue(ALONE)
    venue.tell(number, "FUNDS_PENDING", symbol=DEPOSIT.symbol)
    venue.work()
    (funded, *decided) = venue.steps(number)
    assert funded == ("fund", "buyer's")
    assert [step for step, _ in decided] in (["confirm"], ["reject"])


def test_what_is_reviewed_is_claimed_and_proposed_by_one_and_decided_by_the_other() -> None:
    number = first_with(hold=False)
    venue = PaperVenue(ALONE)
    venue.proposals_lost = 1  # the claim has ended before the proposal came
    venue.tell(number, "SUBMITTED", symbol=REVIEWED.symbol)
    venue.work()
    (*made, checked) = venue.steps(number)
    claimed_and_proposed = [("claim", "first"), ("propose", "first")]
    assert made == [*claimed_and_proposed, *claimed_and_proposed]
    assert checked in (("confirm", "second"), ("reject", "second"))
    decision = venue.requests[-1].body
    assert decision is not None
    assert decision["criteria"] == CRITERIA
    assert "signature" not in decision


def test_a_signed_decision_can_be_verified_with_the_key_of_who_made_it() -> None:
    number = first_with(hold=False)
    venue = PaperVenue(ALONE)
    venue.tell(number, "SUBMITTED", symbol=SIGNED.symbol)
    venue.work()
    ((step, officer),) = venue.steps(number)
    body: Any = venue.requests[-1].body
    text = text_of("DECISION", str(number), CRITERIA, body.get("reason"))
    assert step == ("reject" if "reason" in body else "confirm")
    key = Ed25519PublicKey.from_public_bytes(officer_signer(officer).public_key)
    key.verify(base64.b64decode(body["signature"]), text.encode("ascii"))


def test_right_holders_answer_with_keys_of_their_own_and_a_seller_is_not_asked() -> None:
    venue = PaperVenue(ALONE)
    number = next(
        each
        for each in range(1, 10_000)
        if [right and right.act for right in draw_course(chance(1, f"course {each}")).rights]
        == [Act.WAIVE, Act.WAIVE, Act.EXERCISE]
    )
    venue.tell(number, "PREEMPTION_OPEN", symbol=OFFERED.symbol, seller_id="22")
    venue.work()
    answers = [(each.key, each.body) for each in venue.requests]
    assert answers[-1] == ("holder 23's", {"answer": "EXERCISE"})
    assert {key for key, _ in answers} <= {"holder 21's", "holder 23's"}
    assert venue.watch.counts.preempted == 1
