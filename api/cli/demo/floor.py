"""The participants at work: each looks at its own account and acts over HTTP with its own key."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from api.cli.demo.allowed import feasible_at, ranges_in
from api.cli.demo.chance import Chance, chance
from api.cli.demo.client import ApiClient, Refused, Request, VenueGone
from api.cli.demo.dataset import Trader
from api.cli.demo.products import Product
from api.cli.demo.traders import (
    Account,
    Action,
    Cancel,
    Market,
    OpenOrder,
    Place,
    Replace,
    SideName,
    fitted,
    next_order,
    tidy_up,
    usual_order_age_s,
)
from api.cli.demo.values import FairValues
from api.cli.demo.watch import Watch, money_of, price_of
from api.cli.demo.wire import Cancelled, Cash, Holding, Order, Page, Placed, Replaced
from api.schemas.decimals import NS_PER_S, format_decimal, format_moment, format_price

ACCOUNT_AGE_S_MAX: Final = 30.0
"""After so long a participant looks at its account again before it acts."""
INSTITUTION_WEIGHT: Final = 4
"""How much more often an institution acts than a natural person."""
TURNS_AT_ONCE_MAX: Final = 24
WALK_EVERY_S: Final = 1.0
CALM_TURNS: Final = 200
"""So many first orders fill the books of a new market before anybody takes from them."""
LATE_S_MAX: Final = 1.0
OPEN_STATUSES: Final = ("OPEN", "PARTIALLY_MATCHED")

log = logging.getLogger("trustex.demo")


class Participant:
    """A trader with its key and what it knows of its account."""

    def __init__(self, trader: Trader, key: str) -> None:
        self.trader = trader
        self.key = key
        self.account = Account()
        self.looked_at_s = float("-inf")
        self.is_busy = False


class TradingFloor:
    """All participants, who take turns at a rate of so many orders a second."""

    def __init__(
        self,
        participants: Sequence[Participant],
        *,
        products: Mapping[str, Product],
        client: ApiClient,
        watch: Watch,
        seed: int,
        start: int,
        rate: float,
    ) -> None:
        self._participants = participants
        self._weights = [
            INSTITUTION_WEIGHT if each.trader.is_institution else 1 for each in participants
        ]
        self._products = products
        self._client = client
        self._watch = watch
        self._chance: Chance = chance(seed, f"floor {start}")
        self._values = FairValues(tuple(products.values()), chance(seed, f"values {start}"))
        self._rate = rate
        self._market = Market(
            products=products,
            quote=watch.quote,
            fair_price=self._values.fair_price,
            order_age_s=usual_order_age_s(rate),
        )
        self._start = start
        self._sent = 0

    def resume_prices(self) -> None:
        """Go on from the last prices of an earlier run."""
        for symbol, glance in self._watch.glances.items():
            if glance.quote.last is not None:
                self._values.resume(symbol, glance.quote.last)

    async def run(self, *, is_new: bool) -> None:
        """Trade until cancelled."""
        slots = asyncio.Semaphore(TURNS_AT_ONCE_MAX)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._walk())
            calm_turns = CALM_TURNS if is_new else 0
            due_s = time.monotonic()
            while True:
                await slots.acquire()
                calm = calm_turns > 0
                if calm:
                    calm_turns -= 1
                    due_s = time.monotonic()
                else:
                    due_s = max(due_s + 1 / self._rate, time.monotonic() - LATE_S_MAX)
                    await asyncio.sleep(max(0.0, due_s - time.monotonic()))
                task = tasks.create_task(self._turn(calm=calm))
                task.add_done_callback(lambda _: slots.release())

    async def _walk(self) -> None:
        while True:
            await asyncio.sleep(WALK_EVERY_S)
            self._values.step()

    async def _turn(self, *, calm: bool) -> None:
        """Let participants, one after the other, look at the market until one places an order."""
        for _ in range(5):
            (participant,) = self._chance.choices(self._participants, self._weights)
            if participant.is_busy:
                continue
            participant.is_busy = True
            try:
                if await self._act(participant, calm=calm):
                    return
            except VenueGone as gone:
                log.warning("%s: %s", participant.trader.code, gone)
                return
            finally:
                participant.is_busy = False

    async def _act(self, participant: Participant, *, calm: bool) -> bool:
        """Whether the participant placed an order."""
        if time.monotonic() - participant.looked_at_s > ACCOUNT_AGE_S_MAX:
            await self._look(participant)
        account = participant.account
        actions = tidy_up(
            self._chance,
            trader=participant.trader,
            account=account,
            market=self._market,
            now_s=time.monotonic(),
        )
        if actions:
            # Others may have met some of them: who looks first has fewer surprises.
            account.orders = await self._open_orders(participant)
        for action in actions:
            order = account.orders.get(action.order_id)
            if order is None:
                continue
            if isinstance(action, Replace):
                await self._send(participant, replace(action, quantity=order.quantity))
            else:
                await self._send(participant, action)
        new_order = next_order(
            self._chance,
            trader=participant.trader,
            account=account,
            market=self._market,
            calm=calm,
        )
        if new_order is None:
            return False
        await self._send(participant, new_order)
        return True

    async def _look(self, participant: Participant) -> None:
        """Read money, units and open orders of the participant."""
        account, key = participant.account, participant.key
        cash = await self._client.send(Request(method="GET", path="/v1/cash", key=key), Cash)
        account.cash_available = money_of(cash.available)
        holdings = await self._client.send(
            Request(method="GET", path="/v1/holdings", key=key), Page[Holding]
        )
        account.units = {
            holding.symbol: self._watch.quantity_of(holding.symbol, text=holding.available)
            for holding in holdings.items
            if holding.symbol in self._products
        }
        first_look = participant.looked_at_s < 0
        if account.orders or first_look:
            account.orders = await self._open_orders(participant)
        participant.looked_at_s = time.monotonic()

    async def _open_orders(self, participant: Participant) -> dict[str, OpenOrder]:
        known = participant.account.orders
        orders: dict[str, OpenOrder] = {}
        for status in OPEN_STATUSES:
            request = Request(
                method="GET", path="/v1/orders", key=participant.key, query={"status": status}
            )
            page = await self._client.send(request, Page[Order])
            for order in page.items:
                if order.symbol not in self._products:
                    continue
                before = known.get(order.order_id)
                side: SideName = "BUY" if order.side == "BUY" else "SELL"
                orders[order.order_id] = OpenOrder(
                    order_id=order.order_id,
                    symbol=order.symbol,
                    side=side,
                    price=price_of(order.price),
                    quantity=self._watch.quantity_of(order.symbol, text=order.open_quantity),
                    placed_at_s=time.monotonic() if before is None else before.placed_at_s,
                )
        return orders

    async def _send(self, participant: Participant, action: Action) -> None:
        self._sent += 1
        client_key = f"demo-{self._start}-{self._sent}"
        try:
            match action:
                case Place():
                    order = await self._as_allowed(participant, action)
                    if order is not None:
                        await self._place(participant, order, client_key)
                case Replace():
                    await self._replace(participant, action, client_key)
                case Cancel():
                    await self._cancel(participant, action, client_key)
        except Refused as refused:
            # Somebody else was faster, or the account is not what it was thought to be.
            log.info("%s: %s: %s", participant.trader.code, action, refused)
            self._watch.counts.refused += 1
            participant.looked_at_s = float("-inf")

    async def _as_allowed(self, participant: Participant, order: Place) -> Place | None:
        """The order as the product's rules allow it, where it has rules; None: they allow none."""
        product = self._products[order.symbol]
        if not product.is_ruled:
            return order
        key = participant.key
        told = await feasible_at(self._client, product, price=order.price, key=key)
        side = told.buy if order.side == "BUY" else told.sell
        held = participant.account.units.get(order.symbol, 0)
        return fitted(order, ranges_in(product, side.quantities), held=held)

    async def _place(self, participant: Participant, order: Place, client_key: str) -> None:
        product = self._products[order.symbol]
        scale = product.type.quantity_scale
        body: dict[str, object] = {
            "client_order_id": client_key,
            "symbol": order.symbol,
            "side": order.side,
            "price": format_price(order.price),
            "quantity": format_decimal(order.quantity, scale=scale),
            "time_in_force": order.time_in_force,
            "post_only": order.post_only,
            "all_or_none": order.all_or_none,
            "whole_only": order.whole_only,
        }
        if order.expires_in_s is not None and self._watch.now_ns:
            body["expires_at"] = format_moment(self._watch.now_ns + order.expires_in_s * NS_PER_S)
        request = Request(method="POST", path="/v1/orders", key=participant.key, body=body)
        placed = await self._client.send(request, Placed)
        account = participant.account
        if order.side == "SELL":
            account.units[order.symbol] = account.units.get(order.symbol, 0) - order.quantity
        else:
            account.cash_available -= product.fen_of(price=order.price, quantity=order.quantity)
        if placed.status in OPEN_STATUSES:
            account.orders[placed.order_id] = OpenOrder(
                order_id=placed.order_id,
                symbol=order.symbol,
                side=order.side,
                price=order.price,
                quantity=self._watch.quantity_of(order.symbol, text=placed.open_quantity),
                placed_at_s=time.monotonic(),
            )

    async def _replace(self, participant: Participant, action: Replace, client_key: str) -> None:
        order = participant.account.orders[action.order_id]
        scale = self._products[order.symbol].type.quantity_scale
        request = Request(
            method="PATCH",
            path=f"/v1/orders/{action.order_id}",
            key=participant.key,
            body={
                "price": format_price(action.price),
                "quantity": format_decimal(action.quantity, scale=scale),
            },
            idempotency_key=client_key,
        )
        replaced = await self._client.send(request, Replaced)
        order.price = action.price
        order.quantity = self._watch.quantity_of(order.symbol, text=replaced.open_quantity)
        order.placed_at_s = time.monotonic()
        if order.quantity == 0:
            del participant.account.orders[action.order_id]

    async def _cancel(self, participant: Participant, action: Cancel, client_key: str) -> None:
        order = participant.account.orders.pop(action.order_id)
        request = Request(
            method="DELETE",
            path=f"/v1/orders/{action.order_id}",
            key=participant.key,
            idempotency_key=client_key,
        )
        cancelled = await self._client.send(request, Cancelled)
        account = participant.account
        if cancelled.released_money is not None:
            account.cash_available += money_of(cancelled.released_money)
        if cancelled.released_units is not None:
            released = self._watch.quantity_of(order.symbol, text=cancelled.released_units)
            account.units[order.symbol] = account.units.get(order.symbol, 0) + released
