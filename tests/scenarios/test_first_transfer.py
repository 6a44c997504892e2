"""From an empty folder to the first settled transfer: commands and HTTP, nothing else."""

import re
from pathlib import Path

from tests.api.command_line import Caller, make_venue, serving, trustex
from tests.api.register_files import give_units

SYMBOL = "FIRST-2026-01"
PRODUCT = {
    "symbol": SYMBOL,
    "name_zh": "初晓一号集合资金信托计划",
    "name_en": "First Light No. 1",
    "product_type": "FIXED_INCOME",
    "risk_level": 2,
    "benchmark_bps": 410,
    "maturity_date": "2028-12-31",
    "units_issued": "500000000",
    "par_value": "1.0000",
    "tick": "0.0001",
    "lot": "10000",
    "quantity_scale": 0,
    "transfer_terms": {"calendar_id": "CN_WORKING"},
}


def _admit(operator: Caller, url: str, kind: str, name: str) -> tuple[str, Caller]:
    party_id = operator.post("/v1/parties", {"kind": kind, "name": name})["party_id"]
    key = operator.post(f"/v1/parties/{party_id}/keys", {"label": "first"})["key"]
    return party_id, Caller(url, key)


def _order(client_order_id: str, side: str, price: str) -> dict[str, str]:
    return {
        "client_order_id": client_order_id,
        "symbol": SYMBOL,
        "side": side,
        "price": price,
        "quantity": "1000000",
    }


def test_from_init_to_the_first_settled_transfer(tmp_path: Path) -> None:
    directory = tmp_path / "venue"
    printed = make_venue(directory, "--trust-company-name", "Chuxiao Trust 初晓信托")
    company_id = printed["trust company"].split()[0]

    with serving(directory) as (process, url):
        operator = Caller(url, printed["operator key"])
        officer = Caller(url, printed["trust company key"])
        operator.post("/v1/products", PRODUCT | {"trust_company_id": company_id})
        holder_id, holder = _admit(operator, url, "NATURAL_PERSON", "某持有人")
        buyer_id, buyer = _admit(operator, url, "INSTITUTION", "Lanting Capital 兰汀")
        give_units(operator, company_id, SYMBOL, [(holder_id, "3000000")])
        operator.post(f"/v1/parties/{buyer_id}/deposits", {"amount": "2000000.00"})

        listed = holder.post("/v1/orders", _order("sell-1", "SELL", "0.9850"))
        assert listed["status"] == "OPEN"
        told = buyer.post(
            "/v1/orders/preview",
            {
                name: value
                for name, value in _order("", "BUY", "0.9900").items()
                if name != "client_order_id"
            },
        )
        assert (told["accepted"], told["fillable_worst_price"]) == (True, "0.9850")
        bought = buyer.post("/v1/orders", _order("buy-1", "BUY", "0.9900"))
        assert bought["status"] == "MATCHED"
        (fill,) = bought["fills"]
        assert (fill["price"], fill["consideration"]) == ("0.9850", "985000.00")
        # 0.05 % of the consideration, 0.10 % of the principal.
        assert (fill["fee_venue"], fill["fee_trust_company"]) == ("492.50", "1000.00")
        assert buyer.get("/v1/cash")["escrow"] == "986492.50"
        assert buyer.get("/v1/holdings")["items"] == []

        (pending,) = officer.get("/v1/transfers?state=SUBMITTED")["items"]
        assert (pending["seller_id"], pending["buyer_id"]) == (holder_id, buyer_id)
        path = f"/v1/transfers/{pending['transfer_id']}"
        etag = officer.client.get(path).headers["etag"]
        decided = officer.post(f"{path}/confirm", **{"If-Match": etag})
        assert decided["state"] == "SETTLED"

        (received,) = buyer.get("/v1/holdings")["items"]
        assert received["available"] == "1000000"
        (left,) = holder.get("/v1/holdings")["items"]
        assert (left["total"], left["locked"]) == ("2000000", "0")
        # The consideration less 985.00 to the venue and 1,000.00 to the trust company.
        assert holder.get("/v1/cash")["available"] == "983015.00"
        assert buyer.get("/v1/cash")["total"] == "1013507.50"
        assert officer.get("/v1/cash")["total"] == "2000.00"
        assert operator.get("/v1/cash")["total"] == "1477.50"
        for caller in (operator, officer, holder, buyer):
            caller.client.close()
        assert process.poll() is None

    assert process.returncode == 0
    verified = trustex("verify", str(directory))
    assert verified.returncode == 0, verified.stdout
    assert re.search(r"commands executed again, events equal\D+1[0-9]\b", verified.stdout)
