"""The work before a market can trade: the operator's officers, parties, keys, profiles, products,
bank accounts, the first statement of the bank, and the registers that trust companies send.

All of it goes over HTTP with idempotency keys that follow from the data set alone, so that a set-up
that was interrupted is simply done again: what was done before is answered and not repeated.
"""

import asyncio
import base64
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from api.cli.demo.bank import Bank
from api.cli.demo.client import ApiClient, Request
from api.cli.demo.credentials import Credentials, save_credentials
from api.cli.demo.dataset import DataSet, OpeningHolding, Trader
from api.cli.demo.decisions import officer_signer
from api.cli.demo.edge_cases import (
    Ask,
    disclosure_asks,
    inheritance,
    lien_asks,
    quote_asks,
)
from api.cli.demo.examiner import EXAMINER, KIND, NAME
from api.cli.demo.officers import CALENDAR_ID
from api.cli.demo.pair import PERSONS, Pair
from api.cli.demo.products import MODE_BODIES, Product, TrustCompany
from api.cli.demo.profiles import OFFICER, Admissions
from api.cli.demo.register_files import inheritance_file, office_signer, opening_file, signed
from api.cli.demo.ways import PACKS, TERMS
from api.cli.demo.wire import Key, Officer, Party, Terms
from api.cli.rules import text_of
from api.schemas.decimals import format_decimal, format_price

REQUESTS_AT_ONCE_MAX: Final = 24
KEYS_BETWEEN_SAVES: Final = 50
OPERATOR: Final = "operator"
OPERATOR_PARTY: Final = "1"
ROLES: Final = ("MAKER", "CHECKER")
"""Of the officers of a trust company, in the order of their numbers."""

Item = TypeVar("Item")


class Progress(Protocol):
    """Is told how the set-up goes on."""

    def __call__(self, what: str, *, done: int, total: int) -> None:
        """Told what is being done, how much of it is done, and how much there is."""


class Opening:
    """The set-up of one demo market by its operator."""

    def __init__(
        self,
        data_set: DataSet,
        *,
        credentials: Credentials,
        directory: Path,
        client: ApiClient,
        progress: Progress,
    ) -> None:
        self._data_set = data_set
        self._credentials = credentials
        self._directory = directory
        self._client = client
        self._progress = progress
        self._done = 0
        self._total = 0

    async def run(self) -> None:
        """Do what is not done yet; the credentials are then complete.

        Raises:
            Refused: the venue does not take the data set.
            VenueGone: the venue does not answer.
        """
        data, credentials = self._data_set, self._credentials
        officers = [
            (company, number)
            for company in data.trust_companies
            for number in range(1, len(ROLES) + 1)
        ]
        owners = [(trader.code, trader.code) for trader in data.traders]
        in_other_modes = [each for each in data.products if each.market_mode in MODE_BODIES]
        ruled = [each for each in data.products if each.is_ruled]
        packs = sorted({pack_id for each in ruled for pack_id in PACKS[each.way]})
        without_key = [each for each in owners if each[0] not in credentials.keys]
        self._total = (
            2 * len(data.trust_companies)
            + len(officers)
            + 2 * len(data.products)
            + 4 * len(data.traders)
            + len(without_key)
            + len(in_other_modes)
            + 2 * len(ruled)
            + len(packs)
            + 1
        )
        await self._appoint_pair()
        await self._appoint_compliance()
        await self._admit_examiner()
        await self._all("trust companies", self._register_company, data.trust_companies)
        await self._all("offices", self._register_office, data.trust_companies)
        await self._all("officers", self._appoint_officer, officers)
        await self._all("parties", self._register_trader, data.traders)
        self._save()
        await self._all("products", self._create_product, data.products)
        await self._all("terms", self._sign_off, ruled)
        for start in range(0, len(without_key), KEYS_BETWEEN_SAVES):
            await self._all("keys", self._mint, without_key[start : start + KEYS_BETWEEN_SAVES])
            self._save()
        await self._all("profiles", self._admissions().admit, data.traders)
        bank = bank_of(data, credentials, self._client)
        await self._all("bank accounts", bank.open_account, data.traders)
        await self._all("payments", bank.deposit, data.traders)
        await self._all("statement", lambda _: bank.book_deposits(), ("the first",))
        await self._all("registers", self._post_register, data.products)
        await self._all("market modes", self._set_market_mode, in_other_modes)
        await self._all("packs", self._load_pack, packs)
        await self._all("law", self._put_under_law, ruled)
        await self._make_edge_cases()
        credentials.is_set_up = True
        self._save()

    def _save(self) -> None:
        save_credentials(self._directory, self._credentials)

    async def _all(
        self,
        what: str,
        work: Callable[[Item], Coroutine[Any, Any, None]],
        items: Iterable[Item],
    ) -> None:
        slots = asyncio.Semaphore(REQUESTS_AT_ONCE_MAX)

        async def in_turn(item: Item) -> None:
            async with slots:
                await work(item)
            self._done += 1
            self._progress(what, done=self._done, total=self._total)

        self._progress(what, done=self._done, total=self._total)
        async with asyncio.TaskGroup() as tasks:
            for item in items:
                tasks.create_task(in_turn(item))

    def _request(self, path: str, body: dict[str, object], *, idempotency_key: str) -> Request:
        return Request(
            method="POST",
            path=path,
            key=self._credentials.operator_key,
            body=body,
            idempotency_key=idempotency_key,
        )

    async def _register(self, *, code: str, kind: str, name: str) -> None:
        if code in self._credentials.parties:
            return
        request = self._request(
            "/v1/parties", {"kind": kind, "name": name}, idempotency_key=f"party-{code}"
        )
        party = await self._client.send(request, Party)
        self._credentials.parties[code] = party.party_id

    async def _register_company(self, company: TrustCompany) -> None:
        await self._register(code=company.code, kind="TRUST_COMPANY", name=company.full_name)

    async def _register_office(self, company: TrustCompany) -> None:
        party_id = self._credentials.parties[company.code]
        public_key = base64.b64encode(office_signer(company.code).public_key).decode("ascii")
        body: dict[str, object] = {"public_key": public_key, "label": "register office"}
        path = f"/v1/parties/{party_id}/signing-keys"
        request = self._request(path, body, idempotency_key=f"office-{company.code}")
        await self._client.send(request, dict)

    async def _appoint_officer(self, company_and_number: tuple[TrustCompany, int]) -> None:
        """An officer of a trust company's, with a key of access and one to sign with."""
        company, number = company_and_number
        code = officer_code(company, number)
        party_id = self._credentials.parties[company.code]
        body: dict[str, object] = {
            "party_id": party_id,
            "person": code,
            "roles": [ROLES[number - 1]],
        }
        request = self._request("/v1/officers", body, idempotency_key=f"appoint-{code}")
        officer_id = await pair_of(self._credentials, self._client).act(request)
        public_key = base64.b64encode(officer_signer(code).public_key).decode("ascii")
        body = {"public_key": public_key, "label": code, "officer_id": officer_id}
        path = f"/v1/parties/{party_id}/signing-keys"
        request = self._request(path, body, idempotency_key=f"signing-{code}")
        await self._client.send(request, dict)
        if code not in self._credentials.keys:
            await self._mint((code, company.code), officer_id=officer_id)
            self._save()

    async def _register_trader(self, trader: Trader) -> None:
        kind = "INSTITUTION" if trader.is_institution else "NATURAL_PERSON"
        await self._register(code=trader.code, kind=kind, name=trader.name)

    async def _create_product(self, product: Product) -> None:
        kind = product.type
        body: dict[str, object] = {
            "symbol": product.symbol,
            "trust_company_id": self._credentials.parties[product.trust_company.code],
            "name_zh": product.name_zh,
            "name_en": product.name_en,
            "product_type": kind.name,
            "risk_level": product.risk_level,
            "benchmark_bps": product.benchmark_bps,
            "maturity_date": product.maturity_date,
            "units_issued": format_decimal(product.units_issued, scale=kind.quantity_scale),
            "ctrc_code": product.registration_code,
            "par_value": format_price(kind.par_value),
            "tick": format_price(kind.tick),
            "lot": format_decimal(product.venue_lot, scale=kind.quantity_scale),
            "quantity_scale": kind.quantity_scale,
            "transfer_terms": {
                "calendar_id": CALENDAR_ID,
                **TERMS[product.way],
                "right_holders": [
                    self._credentials.parties[trader.code]
                    for trader in self._data_set.right_holders(product)
                ],
            },
        }
        await pair_of(self._credentials, self._client).act(
            self._request("/v1/products", body, idempotency_key=f"product-{product.symbol}")
        )

    async def _post_register(self, product: Product) -> None:
        holdings = [each for each in self._data_set.holdings if each.product is product]
        if not holdings:
            return
        content = opening_file(product, holdings, self._credentials.parties)
        await self._send_register(product, content, key=f"register-{product.symbol}")

    async def _sign_off(self, product: Product) -> None:
        """Its trust company stands by its terms."""
        path = f"/v1/products/{product.symbol}"
        key = self._credentials.keys[officer_code(product.trust_company, 1)]
        terms = await self._client.send(Request(method="GET", path=path, key=key), Terms)
        body: dict[str, object] = {"terms_digest": terms.terms_digest}
        name = f"sign-off-{product.symbol}"
        request = self._request(f"{path}/sign-off", body, idempotency_key=name)
        await self._client.send(replace(request, key=key), dict)

    async def _load_pack(self, pack_id: str) -> None:
        content = text_of(Path(pack_id))
        await self._act(_ask(f"pack-{pack_id}", path="/v1/rule-packs", content=content))

    async def _put_under_law(self, product: Product) -> None:
        """The operator opens it, and gives it its rules."""
        symbol, path = product.symbol, f"/v1/products/{product.symbol}"
        outstanding = format_decimal(product.units_issued, scale=product.type.quantity_scale)
        await self._act(_ask(f"open-{symbol}", path=f"{path}/open", units_outstanding=outstanding))
        packs = list(PACKS[product.way])
        await self._act(_ask(f"rules-{symbol}", path=f"{path}/rules", packs=packs))

    async def _send_register(self, product: Product, content: bytes, *, key: str) -> None:
        """A file of the trust company's office about the product's register."""
        body = signed(content, office_signer(product.trust_company.code))
        request = self._request("/v1/imports/register", body, idempotency_key=key)
        office_key = self._credentials.keys[officer_code(product.trust_company, 1)]
        await self._client.send(replace(request, key=office_key), dict)

    async def _set_market_mode(self, product: Product) -> None:
        path = f"/v1/products/{product.symbol}/market-mode"
        body = MODE_BODIES[product.market_mode]
        request = self._request(path, body, idempotency_key=f"mode-{product.symbol}")
        await pair_of(self._credentials, self._client).act(request)

    async def _make_edge_cases(self) -> None:
        """What is rare, and true of some products and holders."""
        data, opened_on = self._data_set, date.fromisoformat(self._credentials.opened_on)
        liens = list(lien_asks(data, self._credentials.parties, opened_on))
        disclosures = list(disclosure_asks(data, opened_on))
        quotes = list(quote_asks(data))
        self._total += 1 + len(liens) + len(disclosures) + len(quotes)
        await self._all("inheritance", self._bequeath, (inheritance(data),))
        await self._all("liens", self._act, liens)
        await self._all("disclosures", self._act, disclosures)
        await self._all("quotes", self._act, quotes)

    async def _act(self, ask: Ask) -> None:
        request = self._request(ask.path, ask.body, idempotency_key=ask.name)
        await pair_of(self._credentials, self._client).act(request)

    async def _bequeath(self, estate: tuple[OpeningHolding, list[OpeningHolding]]) -> None:
        dead, shares = estate
        product = dead.product
        of_product = [each for each in self._data_set.holdings if each.product is product]
        number = of_product.index(dead) + 1
        content = inheritance_file(dead, number, shares, parties=self._credentials.parties)
        await self._send_register(product, content, key=f"inheritance-{product.symbol}")

    def _admissions(self) -> Admissions:
        credentials = self._credentials
        return Admissions(
            seed=credentials.seed,
            opened_on=credentials.opened_on,
            parties=credentials.parties,
            keys=credentials.keys,
            client=self._client,
        )

    async def _appoint_compliance(self) -> None:
        """The operator's third officer, whom the first two appoint."""
        code, role = OFFICER
        body: dict[str, object] = {"person": code, "roles": [role]}
        request = self._request("/v1/officers", body, idempotency_key=f"appoint-{code}")
        officer_id = await pair_of(self._credentials, self._client).act(request)
        if code not in self._credentials.keys:
            await self._mint((code, OPERATOR), officer_id=officer_id)
            self._save()

    async def _admit_examiner(self) -> None:
        """The authority, with a key that reads everything."""
        await self._register(code=EXAMINER, kind=KIND, name=NAME)
        if EXAMINER not in self._credentials.keys:
            await self._mint((EXAMINER, EXAMINER))
        self._save()

    async def _appoint_pair(self) -> None:
        """The operator's two officers, by whom everything else is done."""
        self._credentials.parties[OPERATOR] = OPERATOR_PARTY
        for code, role in PERSONS:
            body: dict[str, object] = {"person": code, "roles": [role]}
            request = self._request("/v1/officers", body, idempotency_key=f"appoint-{code}")
            officer = await self._client.send(request, Officer)
            if code not in self._credentials.keys:
                await self._mint((code, OPERATOR), officer_id=officer.officer_id)
                self._save()

    async def _mint(self, code_and_owner: tuple[str, str], officer_id: str | None = None) -> None:
        code, owner = code_and_owner
        # A key's secret is in the first answer only; a new start asks for a new key.
        path = f"/v1/parties/{self._credentials.parties[owner]}/keys"
        idempotency_key = f"key-{code}-{self._credentials.starts}"
        body: dict[str, object] = {"label": code, "officer_id": officer_id}
        request = self._request(path, body, idempotency_key=idempotency_key)
        minted = await self._client.send(request, Key)
        if minted.key is not None:
            self._credentials.keys[code] = minted.key
            return
        # Its answer was lost on the way: the try again was told everything but the secret.
        again = self._request(path, body, idempotency_key=f"{idempotency_key}-again")
        minted = await self._client.send(again, Key)
        assert minted.key is not None, code
        self._credentials.keys[code] = minted.key


def _ask(name: str, *, path: str, **body: object) -> Ask:
    return Ask(name=name, path=path, body=body)


def pair_of(credentials: Credentials, client: ApiClient) -> Pair:
    """The operator's two officers."""
    (maker, _), (checker, _) = PERSONS
    return Pair(client, maker_key=credentials.keys[maker], checker_key=credentials.keys[checker])


def bank_of(data_set: DataSet, credentials: Credentials, client: ApiClient) -> Bank:
    """The bank of the demo, and the operator's cashier."""
    return Bank(
        data_set.traders,
        parties=credentials.parties,
        keys=credentials.keys,
        pair=pair_of(credentials, client),
        client=client,
        seed=credentials.seed,
        booked_on=credentials.opened_on,
    )


def officer_code(company: TrustCompany, number: int) -> str:
    """How the credentials name an officer of a trust company, from 1."""
    return f"{company.code}-officer-{number}"
