"""The channel `status`: whether a product is traded, told to everybody."""

from __future__ import annotations

from typing import Any, Final

import pytest

from api.schemas.decimals import format_day
from exchange.halt_commands import HaltTrade, LiftHalt
from exchange.halt_types import VENUE, HaltId, HaltLevel, HaltReason
from exchange.market_commands import CallOffMarketMode, SetMarketMode
from exchange.modes.types import MarketMode
from exchange.price_commands import PublishDisclosure
from exchange.price_types import Nav
from exchange.register_commands import ResumeProduct, SuspendProduct
from exchange.rules_commands import LoadRulePack, SetProductRules
from exchange.types import OPERATOR_ID, PartyId, VenueProfile
from matching import Price, Side
from registry.calendar import day_in_shanghai
from registry.types import DayNumber, TimeNs
from tests.api.feed.desk import Client, Desk
from tests.exchange.rules.packs import only
from tests.exchange.small_market import SECOND_NS, SmallMarket

PACK: Final = "CN-VENUE-LICENSED"


@pytest.fixture
def desk() -> Desk:
    return Desk(products=2)


def follow(client: Client, product: int = 0) -> str:
    (result,) = client.subscribe({"channel": "status", "symbol": client.desk.symbol(product)})
    return str(result["s"])


def halt(
    desk: Desk,
    product: int | None,
    *,
    by: PartyId = OPERATOR_ID,
    party_id: PartyId | None = None,
) -> HaltId:
    """Given, not told yet; None: of the whole venue, or of the party."""
    level = HaltLevel.VENUE if product is None else HaltLevel.PRODUCT
    subject_id = VENUE if product is None else desk.market.product_ids[product]
    if party_id is not None:
        level, subject_id = HaltLevel.PARTY, party_id
    given = desk.market.give(
        HaltTrade(
            actor=by,
            key=f"halt-{len(desk.market.published)}",
            level=level,
            subject_id=subject_id,
            reason=HaltReason.NEWS_PENDING,
            note="for a few only",
            review_ns=TimeNs(desk.market.at_ns + 600 * SECOND_NS),
            officer="k1",
        )
    )
    return HaltId(given.sequence)


def lift(desk: Desk, halt_id: HaltId, *, by: PartyId = OPERATOR_ID) -> None:
    key = f"lift-{halt_id}"
    desk.market.give(LiftHalt(actor=by, key=key, halt_id=halt_id, note="told", officer="k1"))


def told(frame: dict[str, Any]) -> tuple[str, list[str]]:
    return frame["state"], [each["halt_id"] for each in frame["halts"]]


def test_a_halt_and_its_end_are_told_on_the_products_stream_alone(desk: Desk) -> None:
    client, other = desk.connect(), desk.connect()
    assert follow(client) == f"status:{desk.symbol()}"
    follow(other, product=1)
    assert told(client.frames[-1]) == ("LIVE", [])
    halt_id = halt(desk, 0)
    desk.publish()
    (update,) = client.read()
    (item,) = update["halts"]
    assert (item["halt_id"], item["level"]) == (str(halt_id), "PRODUCT")
    assert (item["reason"], item["since"]) == ("NEWS_PENDING", update["time"])
    assert item["review_at"] > item["since"]
    assert "few" not in str(update)
    newcomer = desk.connect()
    follow(newcomer)
    assert newcomer.frames[-1]["halts"] == update["halts"]
    lift(desk, halt_id)
    desk.publish()
    assert [told(each) for each in client.read()] == [("LIVE", [])]
    assert [told(each) for each in newcomer.read()] == [("LIVE", [])]
    assert other.read() == []


def test_a_halt_of_the_venue_is_told_of_every_product(desk: Desk) -> None:
    clients = [desk.connect(), desk.connect()]
    for product, client in enumerate(clients):
        follow(client, product)
    of_first = halt(desk, 0)
    of_venue = halt(desk, None)
    lift(desk, of_first)
    desk.publish()
    of_first_told, of_other_told = [[told(each)[1] for each in one.read()] for one in clients]
    # Each frame is as of its command, though all became public at once.
    first, venue = str(of_first), str(of_venue)
    assert of_first_told == [[first], [first, venue], [venue]]
    assert of_other_told == [[venue]]


def test_the_halt_of_a_party_is_told_to_nobody(desk: Desk) -> None:
    client = desk.connect()
    follow(client)
    halt_id = halt(desk, None, party_id=desk.market.trader_ids[0])
    desk.publish()
    lift(desk, halt_id)
    desk.publish()
    assert client.read() == []
    follow(newcomer := desk.connect())
    assert told(newcomer.frames[-1]) == ("LIVE", [])


def test_a_step_in_the_products_life_is_told(desk: Desk) -> None:
    client = desk.connect()
    follow(client)
    product_id = desk.market.product_ids[0]
    desk.market.give(SuspendProduct(actor=OPERATOR_ID, key="off", product_id=product_id))
    desk.market.give(ResumeProduct(actor=OPERATOR_ID, key="on", product_id=product_id))
    desk.publish()
    assert [told(each) for each in client.read()] == [("SUSPENDED", []), ("LIVE", [])]


class Announcing(Desk):
    """A market under a licence that asks for notice of another mode."""

    def __init__(self) -> None:
        super().__init__(products=2)
        self.market.state.profile = VenueProfile.CN_VENUE_LICENSED
        self.market.state.approval_ref = "金监 1"

    def call_off(self, mode: MarketMode) -> None:
        """What was announced for the first product does not come."""
        product_id = self.market.product_ids[0]
        announced = self.market.state.coming_modes.by_product[product_id]
        self.market.give(
            CallOffMarketMode(
                actor=OPERATOR_ID,
                key=f"off-{len(self.market.published)}",
                product_id=product_id,
                mode=mode,
                effective_on=announced.effective_on,
            )
        )

    def announce(self, mode: MarketMode, *, days: int, product: int = 0) -> str:
        """The mode that comes in so many days, which are told."""
        product_id = self.market.product_ids[product]
        calendar = self.market.state.clocks[product_id].calendar
        day = calendar.day_of(calendar.start_after(self.market.at_ns, days))
        self.market.give(
            SetMarketMode(
                actor=OPERATOR_ID,
                key=f"mode-{len(self.market.published)}",
                product_id=product_id,
                mode=mode,
                terms=None,
                effective_on=DayNumber(day),
            )
        )
        return format_day(day)


def coming(frame: dict[str, Any]) -> tuple[str, Any]:
    return frame["mode"], frame["coming_mode"]


def test_a_mode_is_told_when_it_is_announced_when_another_is_and_when_it_comes() -> None:
    desk = Announcing()
    client = desk.connect()
    follow(client)
    assert coming(client.frames[-1]) == ("CONTINUOUS", None)
    first, second = desk.announce(MarketMode.RFQ, days=1), desk.announce(MarketMode.RFQ, days=2)
    desk.announce(MarketMode.NEGOTIATED, days=1, product=1)
    desk.publish()
    assert [coming(each) for each in client.read()] == [
        ("CONTINUOUS", {"mode": "RFQ", "effective_on": first}),
        ("CONTINUOUS", {"mode": "RFQ", "effective_on": second}),
    ]
    follow(newcomer := desk.connect())
    announced = ("CONTINUOUS", {"mode": "RFQ", "effective_on": second})
    assert coming(newcomer.frames[-1]) == announced
    desk.market.wait(3 * 86_400 * SECOND_NS)
    desk.publish()
    assert [coming(each) for each in client.read()] == [("RFQ", None)]


def test_a_mode_that_does_not_come_is_no_longer_told() -> None:
    desk = Announcing()
    follow(client := desk.connect())
    desk.announce(MarketMode.RFQ, days=1)
    desk.market.place(Side.SELL, 10, 10_000, trader=0)
    desk.market.wait(3 * 86_400 * SECOND_NS)
    desk.publish()
    assert [coming(each) for each in client.read()][1:] == [("CONTINUOUS", None)]


def test_a_mode_that_is_called_off_is_no_longer_told() -> None:
    desk = Announcing()
    follow(client := desk.connect())
    desk.announce(MarketMode.RFQ, days=1)
    desk.call_off(MarketMode.RFQ)
    desk.publish()
    assert [coming(each) for each in client.read()][1:] == [("CONTINUOUS", None)]


def with_a_band(market: SmallMarket) -> None:
    """The first product's price may be a tenth of its worth away from that, in auctions."""
    pack = only(PACK, "PRC-01")
    market.give(LoadRulePack(actor=OPERATOR_ID, key="pack", text=pack, applies_from=None))
    market.give(
        SetProductRules(
            actor=OPERATOR_ID,
            key="rules",
            product_id=market.product_ids[0],
            packs=(PACK,),
            overrides=(),
        )
    )


def worth(market: SmallMarket, value: int) -> None:
    """What a unit of the first product is worth today."""
    market.give(
        PublishDisclosure(
            actor=OPERATOR_ID,
            key="nav",
            product_id=market.product_ids[0],
            nav=Nav(Price(value), day_in_shanghai(market.at_ns)),
            last_distribution_on=None,
            next_income=None,
            benchmark=None,
            risk_level=None,
            documents=(),
            text_zh="",
            text_en="",
        )
    )


def test_an_auction_that_is_put_off_and_the_halt_after_it_are_told(desk: Desk) -> None:
    market, product_id = desk.market, desk.market.product_ids[0]
    with_a_band(market)
    market.gather()
    market.place(Side.SELL, 10, 10_000, trader=0)
    market.place(Side.BUY, 10, 10_000, trader=1)
    worth(market, 12_000)
    desk.publish()
    client = desk.connect()
    follow(client)
    client.subscribe({"channel": "auction", "symbol": desk.symbol()})
    assert client.frames[-1]["extended"] is False

    auction = market.state.products[product_id].auction
    assert auction is not None
    market.wait(auction.opens_ns - market.at_ns)
    desk.publish()
    (put_off,) = client.read()
    assert (put_off["extended"], put_off["price"], put_off["volume"]) == (True, "1.0000", "10")
    assert put_off["opens_at"] == put_off["latest_at"]

    market.wait(300 * SECOND_NS)
    desk.publish()
    frames = {each["s"].split(":")[0]: each for each in client.read()}
    (item,) = frames["status"]["halts"]
    assert (item["level"], item["reason"]) == ("PRODUCT", "PRICE_BAND")
    assert item["since"] == frames["status"]["time"]
    assert frames["auction"]["extended"] is False

    market.wait(300 * SECOND_NS)
    desk.publish()
    status = [each for each in client.read() if each["s"].startswith("status")]
    assert [told(each) for each in status] == [("LIVE", [])]
    assert status[0]["time"] == item["review_at"]


def test_a_slow_client_is_told_the_newest_alone(desk: Desk) -> None:
    client = desk.connect()
    name = follow(client)
    for _ in range(desk.limits.queue_frames_max + 2):
        lift(desk, halt(desk, 0))
    desk.publish()
    last = client.read()[-1]
    assert (last["s"], told(last)) == (name, ("LIVE", []))
    assert last["conflated"] > 1


def test_the_status_is_public_where_quotes_are_not(desk: Desk) -> None:
    desk.view.profile = VenueProfile.CN_VENUE_38
    client = desk.connect()
    symbol = desk.symbol()
    status, ticker, unknown = client.subscribe(
        {"channel": "status", "symbol": symbol},
        {"channel": "ticker", "symbol": symbol},
        {"channel": "status", "symbol": "NOWHERE"},
    )
    assert status["ok"]
    assert ticker["error"]["code"] == "auth_required"
    assert unknown["error"]["code"] == "unknown_symbol"


def test_a_stream_that_nobody_follows_is_closed_and_may_be_opened_again(desk: Desk) -> None:
    client = desk.connect()
    name = follow(client)
    client.ask(type="unsubscribe", streams=[name])
    halt_id = halt(desk, 0)
    desk.publish()
    assert client.read() == []
    again = desk.connect()
    follow(again)
    assert told(again.frames[-1]) == ("LIVE", [str(halt_id)])
