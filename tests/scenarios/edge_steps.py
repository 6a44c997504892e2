"""What people do and try in the table of edge cases. Each step says what has come of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx

from tests.api.clearances import decide, let_pass
from tests.api.encumbrances import encumber, in_a_month
from tests.api.halts import halt
from tests.api.prices import disclose, quote
from tests.scenarios.scene import PAR, Scene, Step, told, verdicts, wait_until


def sells(
    quantity: str,
    *,
    by: str = "seller",
    to: str = "buyer",
    price: str = PAR,
    knowing: tuple[str, ...] = (),
) -> Step:
    """One proposes so much to the other, who says yes; both have read what these rules say."""

    def step(scene: Scene) -> str:
        read = list(knowing)
        proposed = scene.proposes(by, to, "SELL", quantity, price, acknowledge=read)
        return told(scene.accepts(to, acknowledge=read) if proposed.is_success else proposed)

    return step


def offers(quantity: str, *, by: str = "seller", to: str = "buyer", price: str = PAR) -> Step:
    """One proposes to sell so much to the other."""
    return lambda scene: told(scene.proposes(by, to, "SELL", quantity, price))


def bids(quantity: str, *, by: str = "buyer", to: str = "seller") -> Step:
    """One proposes to buy so much from the other."""
    return lambda scene: told(scene.proposes(by, to, "BUY", quantity))


def enters(side: str, quantity: str, *, by: str, **terms: Any) -> Step:
    """He enters an order at par into the book: its state behind that."""

    def step(scene: Scene) -> str:
        entered = scene.orders(by, side, quantity, **terms)
        return str(entered.json()["status"]) if entered.is_success else told(entered)

    return step


@dataclass(frozen=True)
class On:
    """It has become this day of 2026, or of another year."""

    month: int
    day: int
    year: int = 2026

    def __call__(self, scene: Scene) -> str:
        """Nothing stands against it."""
        wait_until(scene.venue, date(self.year, self.month, self.day))
        return "PASS"


def stands(scene: Scene) -> str:
    """What has become of the last proposal."""
    member, number = scene.words[-1]
    order = scene.venue.ask("GET", f"/v1/orders/{number}", member).json()
    return _with_findings(order["status"], order)


def of_transfer(scene: Scene) -> str:
    """What has become of the last transfer, as its buyer reads it."""
    transfer = scene.transfer()
    return _with_findings(" ".join([transfer["state"], *transfer["overlays"]]), transfer)


def is_left(name: str) -> Step:
    """What has become of his last order, and the money that he has available."""

    def step(scene: Scene) -> str:
        member = scene.people[name]
        last = next(number for by, number in reversed(scene.words) if by == member)
        order = scene.venue.ask("GET", f"/v1/orders/{last}", member).json()
        cash = scene.venue.ask("GET", "/v1/cash", member).json()
        return f"{order['status']}, {cash['available']} available"

    return step


def confirms(scene: Scene) -> str:
    """The trust company confirms the last transfer."""
    return _taken(scene, scene.steps("confirm", scene.venue.trust_company))


def rejects(scene: Scene) -> str:
    """It rejects it."""
    body = {"reason": "DOCUMENTS_INCOMPLETE"}
    return _taken(scene, scene.steps("reject", scene.venue.trust_company, json=body))


def tells_of_default(scene: Scene) -> str:
    """It says of the last transfer that the plan is in default and extended."""
    body = {"overlay": "CORPORATE_EVENT"}
    return _taken(scene, scene.steps("overlays", scene.venue.trust_company, json=body))


def is_claimed(scene: Scene) -> str:
    """An officer of the trust company has begun to review the last transfer."""
    return _taken(scene, scene.steps("claim", scene.venue.reviewer()))


def rescinds(scene: Scene) -> str:
    """The last transfer's buyer wants out."""
    return _taken(scene, scene.steps("rescind", scene.people["buyer"]))


def dies(name: str, **shares: str) -> Step:
    """His one contract goes to his heirs, in these shares."""

    def step(scene: Scene) -> str:
        scene.conveys(name, shares)
        return "PASS"

    return step


def is_frozen(units: str, *, of: str = "seller") -> Step:
    """A court freezes so many of his units for a month."""
    return lambda scene: _encumbers(scene, of, "FREEZE", units, until=in_a_month(scene.venue))


def is_pledged(units: str, *, of: str = "seller") -> Step:
    """So many of his units secure a loan."""
    return lambda scene: _encumbers(scene, of, "PLEDGE", units)


def is_certified_anew(name: str, until: str) -> Step:
    """Compliance has looked at him again; his risk test is what it was."""

    def step(scene: Scene) -> str:
        certification = {"basis": "NET_ASSETS", "valid_until": until}
        scene.states(scene.people[name], certification=certification)
        return "PASS"

    return step


def is_halted(scene: Scene) -> str:
    """Something has happened to the product that everybody is to know before he trades."""
    return told(halt(scene.venue, scene.symbol, scene.venue.trust_company))


def is_suspended(name: str) -> Step:
    """The operator halts whatever he would trade."""

    def step(scene: Scene) -> str:
        return told(halt(scene.venue, None, party_id=scene.people[name].party_id))

    return step


def is_cleared(quantity: str, price: str, *, by: str = "seller", to: str = "buyer") -> Step:
    """He proposes to sell what a rule leaves to a person: an officer of the operator's would let it
    pass, and one of compliance agrees."""

    def step(scene: Scene) -> str:
        venue = scene.venue
        held = told(scene.proposes(by, to, "SELL", quantity, price))
        assert held.startswith("HOLD"), held
        asked = venue.ask("GET", "/v1/clearances", scene.people[by]).json()["items"][0]
        assert asked["queue"] == "COMPLIANCE", asked
        terms, maker = let_pass(venue, quantity, price), venue.pair()[0]
        proposal = decide(venue, asked["clearance_id"], terms, maker).json()
        checker = venue.new_officer(venue.operator, roles=["CHECKER", "COMPLIANCE"])
        path = f"/v1/proposals/{proposal['proposal_id']}/approve"
        return told(scene.asks("POST", path, checker, json={"digest": proposal["digest"]}))

    return step


def discloses(**said: Any) -> Step:
    """The trust company says this of the product."""
    return lambda scene: told(disclose(scene.venue, scene.symbol, **said))


def is_quoted(basis: str) -> Step:
    """Prices of the product mean this from now on."""
    return lambda scene: told(quote(scene.venue, scene.symbol, basis))


def is_signed_off(scene: Scene) -> str:
    """The trust company stands by the product's terms."""
    digest = {"terms_digest": scene.venue.ask("GET", scene.path).json()["terms_digest"]}
    company = scene.venue.trust_company
    return told(scene.asks("POST", f"{scene.path}/sign-off", company, json=digest))


def is_registered(name: str, units: str) -> Step:
    """By a file of the trust company's, he has so many units under a contract of his own."""

    def step(scene: Scene) -> str:
        scene.venue.give_units(scene.symbol, scene.people[name], units)
        return "PASS"

    return step


def opens(scene: Scene) -> str:
    """The operator opens the product."""
    office = scene.venue.office(scene.venue.trust_company.party_id)
    body = {"units_outstanding": str(office.outstanding[scene.symbol])}
    return told(scene.asks("POST", f"{scene.path}/open", json=body))


def asks_for_mode(mode: str, **terms: Any) -> Step:
    """The operator sets how the product is traded."""

    def step(scene: Scene) -> str:
        body = {"market_mode": mode} | terms
        return told(scene.asks("POST", f"{scene.path}/market-mode", json=body))

    return step


def lists_firmly(quantity: str) -> Step:
    """The seller lists so much for whoever comes first."""

    def step(scene: Scene) -> str:
        body = {"symbol": scene.symbol, "price": "1.0000", "quantity": quantity}
        body |= {"acceptance": "FIRST_PASSING", "lapses_at": "2026-11-30T04:00:00Z"}
        return told(scene.asks("POST", "/v1/listings", scene.people["seller"], json=body))

    return step


def _taken(scene: Scene, response: httpx.Response) -> str:
    """Where a step leaves the last transfer."""
    return of_transfer(scene) if response.is_success else told(response)


def _with_findings(state: str, shown: Any) -> str:
    against = verdicts(shown["findings"])
    return f"{state}: {against}" if against else str(state)


def _encumbers(scene: Scene, name: str, kind: str, units: str, **more: Any) -> str:
    placed = encumber(scene.venue, scene.symbol, scene.people[name], kind, units, **more)
    assert placed["held"] == units or kind == "FREEZE", placed
    return "PASS"
