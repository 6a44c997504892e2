"""What the requests of the tables of access are made in."""

from __future__ import annotations

from typing import Any

from tests.api.bank import BankDesk
from tests.api.case import Case
from tests.api.evidence.files import upload
from tests.api.furniture import Furniture
from tests.api.people import new_person
from tests.api.venue import Market, Member, filled


class Scene:
    """A market with an open order, a pending transfer and a key to revoke."""

    def __init__(self, market: Market, case: Case | None = None) -> None:
        """Args:
        case: whose things it has; None: those of `furnish`.
        """
        venue = market.venue
        self.market = market
        webhook_id = venue.register_webhook(market.seller)["webhook_id"]
        self.transfer = market.match()
        self.order = market.sell("2.0000", "1000")
        key = venue.do(
            "POST",
            f"/v1/parties/{market.buyer.party_id}/keys",
            venue.operator,
            json={"label": "old"},
        )
        names = {
            "symbol": market.symbol,
            "order_id": self.order["order_id"],
            "transfer_id": self.transfer["transfer_id"],
            "party_id": market.buyer.party_id,
            "seller_id": market.seller.party_id,
            "trust_company_id": venue.trust_company.party_id,
            "key_id": key["key_id"],
            "webhook_id": webhook_id,
            "evidence_id": upload(venue, market.seller)["evidence_id"],
        }
        venue.pair()
        venue.reviewer()
        venue.compliance()
        self.person: Member = market.seller
        self.names = Furniture(venue, names)
        if case is not None:
            self.furnish(case)

    def furnish(self, case: Case) -> None:
        """Have what the case names."""
        if case.who == "person" and "session_id" not in self.names:
            person = new_person(self.market.venue, self.market.seller)
            self.person, self.names["session_id"] = person, person.session_id
        if "{message_id}" not in case.path:
            self.names.prepare(case.path, [case.body])

    def who(self, role: str) -> Member:
        """Somebody who may ask what this role may ask, and whose objects the scene has."""
        venue = self.market.venue
        return {
            "trader": self.market.seller,
            "dealer": self.market.seller,
            "buyer": self.market.buyer,
            "anybody": self.market.seller,
            "member": self.market.seller,
            "officer": venue.trust_company,
            "operator": venue.operator,
            "registrar": venue.trust_company,
            "halter": venue.operator,
            "maker": venue.pair()[0],
            "checker": venue.pair()[1],
            "reviewer": venue.reviewer(),
            "compliance": venue.compliance(),
            "person": self.person,
        }[role]

    def find_message(self) -> None:
        """Have the one message that the webhook has had so far."""
        (message,) = self.market.venue.messages(self.market.seller, self.names["webhook_id"])
        self.names["message_id"] = message["message_id"]

    def ask(self, case: Case, member: Member | None, *, key: str = "scene") -> Any:
        """The case's request, made by `member`."""
        headers = {"If-Match": f'"{self.transfer["version"]}"'} if case.decides else {}
        if "{message_id}" in case.path and "message_id" not in self.names:
            self.find_message()
        body = filled(case.body, self.names)
        more: dict[str, Any] = {} if body is None else {"json": body}
        if case.content is not None:
            content = case.content
            if case.media_type == "text/csv":
                content = content.decode().format_map(self.names).encode()
            more, headers = {"content": content}, headers | {"Content-Type": case.media_type}
        if case.is_statement:
            more = {"content": BankDesk(self.market.venue).file()}
            headers = {"Content-Type": "application/xml"}
        path = case.path.format_map(self.names)
        return self.market.venue.ask(case.method, path, member, key=key, headers=headers, **more)
