"""Things that a table of cases names in its paths and bodies, made when a case first names them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import Any, Final

from api.signing import DemoSigner
from tests.api.alerts import same_owner_deal, watched
from tests.api.bank import BankDesk, Entry, account
from tests.api.case import LAPSES
from tests.api.clearances import HELD, offers, priced, waiting
from tests.api.clients import applies
from tests.api.evidence.files import attached, upload
from tests.api.rules import load_pack, pack_file
from tests.api.venue import Market, Member, TestVenue, code_of, filled

ONBOARDING: Final[dict[str, Any]] = {"transfer_terms": {"onboarding": True}}


class Furniture(dict[str, str]):
    """Names of what a scene has; a name that it lacks is made by MAKERS."""

    def __init__(self, venue: TestVenue, names: dict[str, str]) -> None:
        super().__init__(names)
        self.venue = venue

    def __missing__(self, name: str) -> str:
        self.update(MAKERS[name](self))
        return self[name]

    def prepare(self, path: str, bodies: Iterable[dict[str, Any] | None] = ()) -> None:
        """Make what these name, so that nothing has to be made afterwards."""
        filled([path, *bodies], self)


def _draft(names: Furniture) -> dict[str, str]:
    symbol = names.venue.new_product(**ONBOARDING)
    product = names.venue.ask("GET", f"/v1/products/{symbol}").json()
    return {"draft": symbol, "draft_digest": product["terms_digest"]}


def _signed_off(names: Furniture) -> dict[str, str]:
    venue, made = names.venue, _draft(names)
    path = f"/v1/products/{made['draft']}/sign-off"
    venue.do("POST", path, venue.trust_company, json={"terms_digest": made["draft_digest"]})
    venue.give_units(made["draft"], venue.new_party(), "5000")
    return {"signed_off": made["draft"]}


def _suspended(name: str) -> Callable[[Furniture], dict[str, str]]:
    def make(names: Furniture) -> dict[str, str]:
        symbol = names.venue.new_product()
        names.venue.do("POST", f"/v1/products/{symbol}/suspend", names.venue.operator)
        return {name: symbol}

    return make


def _files(names: Furniture) -> dict[str, str]:
    """A file, and another that may follow it."""
    venue, symbol = names.venue, names["symbol"]
    office = venue.office(venue.trust_company.party_id)
    made: dict[str, str] = {}
    before = office.outstanding[symbol]
    for name in ("file", "other_file"):
        body = office.signed(office.holders_file(symbol, [(names["party_id"], "100")]))
        made |= {f"{name}_{part}": text for part, text in body.items()}
        office.took(symbol, str(office.outstanding[symbol] + 100))
    office.took(symbol, str(before))
    return made


def _public_key(name: str) -> Callable[[Furniture], dict[str, str]]:
    def make(names: Furniture) -> dict[str, str]:
        signer = DemoSigner(names.venue.unique("key").encode() + name.encode())
        return {name: base64.b64encode(signer.public_key).decode("ascii")}

    return make


def _signing_key(names: Furniture) -> dict[str, str]:
    venue = names.venue
    (public_key,) = _public_key("public")(names).values()
    path = f"/v1/parties/{venue.trust_company.party_id}/signing-keys"
    body = {"public_key": public_key, "label": "old"}
    return {"signing_key_id": venue.do("POST", path, venue.operator, json=body)["key_id"]}


def _scan(names: Furniture) -> dict[str, str]:
    return {"scan_id": upload(names.venue, names.venue.trust_company)["evidence_id"]}


def _officer(names: Furniture) -> dict[str, str]:
    return {"officer_id": names.venue.new_officer(names.venue.operator).officer_id}


def _login(names: Furniture) -> dict[str, str]:
    """Of somebody who has not enrolled yet."""
    venue, body = names.venue, {"party_id": names["seller_id"], "name": "Li Wei"}
    made = venue.do("POST", "/v1/people", venue.operator, json=body)
    return {"login_id": made["person"]["login_id"]}


def _trust_officer(names: Furniture) -> dict[str, str]:
    return {"trust_officer_id": names.venue.reviewer().officer_id}


def _proposal(names: Furniture) -> dict[str, str]:
    proposal = names.venue.propose_deposit(names["party_id"])
    return {name: proposal[name] for name in ("proposal_id", "digest")}


def _exception(names: Furniture) -> dict[str, str]:
    """The trust company confirms what it has rejected."""
    venue, path = names.venue, f"/v1/transfers/{names['transfer_id']}"
    for verb, body in (("reject", {"reason": "OTHER"}), ("confirm", None)):
        venue.ask(
            "POST",
            f"{path}/{verb}",
            venue.trust_company,
            key=venue.unique(),
            headers={"If-Match": '"2"'},
            **({} if body is None else {"json": body}),
        )
    found = venue.ask("GET", "/v1/exceptions?limit=500", venue.trust_company).json()["items"]
    return {"exception_id": found[-1]["exception_id"]}


def _paper(names: Furniture) -> dict[str, str]:
    """Of the seller's: a natural person."""
    venue, path = names.venue, f"/v1/parties/{names['seller_id']}/keys"
    key = venue.do("POST", path, venue.operator, json={"label": "papers"})["key"]
    seller = Member(names["seller_id"], key)
    return {"paper_id": attached(venue, seller, "PARTY", seller.party_id)["link_id"]}


def _application(names: Furniture) -> dict[str, str]:
    """An institution's."""
    applicant = names.venue.new_party()
    return {"application_id": applies(names.venue, applicant)["application_id"]}


def _own_application(names: Furniture) -> dict[str, str]:
    """The seller's."""
    venue, path = names.venue, f"/v1/parties/{names['seller_id']}/keys"
    key = venue.do("POST", path, venue.operator, json={"label": "application"})["key"]
    application = applies(venue, Member(names["seller_id"], key), "INCOME")
    return {"own_application_id": application["application_id"]}


def _alert(names: Furniture) -> dict[str, str]:
    same_owner_deal(names.venue)
    return {"alert_id": watched(names.venue)[-1]["alert_id"]}


def _encumbrance(names: Furniture) -> dict[str, str]:
    body = {"symbol": names["symbol"], "holder_id": names["seller_id"], "kind": "PLEDGE"}
    body |= {"units": "100", "authority_sha256": "a" * 64}
    venue = names.venue
    made = venue.do("POST", "/v1/encumbrances", venue.operator, json=body)
    return {"encumbrance_id": made["encumbrance_id"]}


def _money(names: Furniture) -> dict[str, str]:
    """Things of the seller's at the bank, and a payment that is nobody's."""
    venue, bank = names.venue, BankDesk(names.venue)
    path = f"/v1/parties/{names['seller_id']}"
    key = venue.do("POST", f"{path}/keys", venue.operator, json={"label": "bank"})["key"]
    venue.do("POST", f"{path}/deposits", venue.operator, json={"amount": "10.00"})
    bank.receives(account("1"), "1.00", text="for what is paid below")
    seller, number = Member(names["seller_id"], key), venue.unique("6222")
    account_id = bank.has_account(seller, number)
    approved_id = bank.wants(seller, account_id, "1.00")["withdrawal_id"]
    bank.approves(approved_id)
    bank.books(Entry(100, account(number), "no reference"))
    return {
        "bank_account_id": account_id,
        "unverified_id": bank.register(seller, venue.unique("6223"))["bank_account_id"],
        "withdrawal_id": bank.wants(seller, account_id, "1.00")["withdrawal_id"],
        "approved_id": approved_id,
        "payment_id": bank.unmatched()[0]["payment_id"],
    }


def _quiet(names: Furniture) -> dict[str, str]:
    """A product without orders."""
    return {"quiet": names.venue.new_product()}


def _in_mode(name: str, mode: str) -> Callable[[Furniture], dict[str, str]]:
    """A product in which deals are made in another mode, with units of the seller's."""

    def make(names: Furniture) -> dict[str, str]:
        venue, symbol = names.venue, names.venue.new_product()
        venue.give_units(symbol, Member(names["seller_id"], ""), "1000")
        path = f"/v1/products/{symbol}/market-mode"
        venue.do("POST", path, venue.operator, json={"market_mode": mode})
        return {name: symbol}

    return make


def _dealer(names: Furniture) -> dict[str, str]:
    return {"dealer_id": names.venue.new_party(money="10000.00").party_id}


def _negotiation(names: Furniture) -> dict[str, str]:
    """An offer that another party has made to the seller, and one of the seller's."""
    venue, dealer = names.venue, names.venue.new_party(money="10000.00")
    body = {"symbol": names["negotiated"], "side": "BUY", "price": "1.0000", "quantity": "100"}
    body |= {"counterparty_id": names["seller_id"], "lapses_at": LAPSES}
    made = venue.do("POST", "/v1/negotiations", dealer, json=body)
    seller = _of_seller(names)
    body |= {"side": "SELL", "counterparty_id": dealer.party_id}
    own = venue.do("POST", "/v1/negotiations", seller, json=body)
    return {
        "negotiation_id": made["negotiation_id"],
        "own_negotiation_id": own["negotiation_id"],
    }


def _of_seller(names: Furniture) -> Member:
    """The seller, by a new key."""
    path = f"/v1/parties/{names['seller_id']}/keys"
    label = {"label": names.venue.unique("seller")}
    key = names.venue.do("POST", path, names.venue.operator, json=label)["key"]
    return Member(names["seller_id"], key)


def _gathering(names: Furniture) -> dict[str, str]:
    """A product with call auctions."""
    symbol = names.venue.new_product()
    names.venue.gather(symbol)
    return {"gathering": symbol}


def _rule_pack(names: Furniture) -> dict[str, str]:
    return {"rule_pack": pack_file(names.venue)}


def _loaded_pack(names: Furniture) -> dict[str, str]:
    return {"rule_pack_id": load_pack(names.venue, pack_file(names.venue))["pack_id"]}


def _halt(names: Furniture) -> dict[str, str]:
    """Of a product in which nobody trades."""
    symbol = names.venue.new_product()
    body = {"symbol": symbol, "reason": "OTHER", "note": "…", "review_at": LAPSES}
    made = names.venue.do("POST", "/v1/halts", names.venue.operator, json=body)
    return {"halt_id": made["halt_id"]}


def _clearance(names: Furniture) -> dict[str, str]:
    """What the seller has asked for by an order far from any price."""
    market = Market.make(names.venue)
    priced(market)
    seller = _of_seller(names)
    assert code_of(offers(market, HELD, by=seller)) == "rule_holds"
    return {"clearance_id": waiting(market, seller)["clearance_id"]}


MAKERS: Final[dict[str, Callable[[Furniture], dict[str, str]]]] = {
    "alert_id": _alert,
    "login_id": _login,
    "encumbrance_id": _encumbrance,
    "paper_id": _paper,
    "application_id": _application,
    "own_application_id": _own_application,
    "halt_id": _halt,
    "clearance_id": _clearance,
    "quiet": _quiet,
    "negotiated": _in_mode("negotiated", "NEGOTIATED"),
    "listed": _in_mode("listed", "LISTED_PRICE"),
    "quoted": _in_mode("quoted", "RFQ"),
    "auctioned": _in_mode("auctioned", "ENGLISH_AUCTION"),
    "dealer_id": _dealer,
    "negotiation_id": _negotiation,
    "own_negotiation_id": _negotiation,
    "gathering": _gathering,
    "other_symbol": lambda names: {"other_symbol": names.venue.new_product()},
    "rule_pack": _rule_pack,
    "rule_pack_id": _loaded_pack,
    "draft": _draft,
    "draft_digest": _draft,
    "signed_off": _signed_off,
    "suspended": _suspended("suspended"),
    "other_suspended": _suspended("other_suspended"),
    "file_content": _files,
    "file_signature": _files,
    "other_file_content": _files,
    "other_file_signature": _files,
    "public_key": _public_key("public_key"),
    "other_public_key": _public_key("other_public_key"),
    "signing_key_id": _signing_key,
    "officer_id": _officer,
    "scan_id": _scan,
    "trust_officer_id": _trust_officer,
    "proposal_id": _proposal,
    "digest": _proposal,
    "exception_id": _exception,
    "unique": lambda names: {"unique": names.venue.unique("name")},
    "bank_account_id": _money,
    "unverified_id": _money,
    "withdrawal_id": _money,
    "approved_id": _money,
    "payment_id": _money,
}
