import { expect, test } from "vitest";
import {
  actsOf,
  choicesOf,
  daysAfter,
  isAmount,
  isBehind,
  isBid,
  isOver,
  isStated,
  keepsPlace,
  leastBid,
  newestFirst,
  onTick,
  quantityToAskFor,
} from "../src/views/trade/entry";
import { reasonAt } from "../src/views/trade/ranges";
import type { Negotiation, Offer, QuantityRange } from "../src/views/trade/queries";

const LIMIT = { code: "", title: "", finding: null };
const ME = "7";
const OTHER = "8";

function offer(by: string, state: Offer["state"] = "STANDING", price = "1.0000"): Offer {
  const at = "2026-11-22T04:00:00Z";
  return {
    offer_id: `${by}${price}`,
    party_id: by,
    price,
    quantity: "100",
    state,
    made_at: at,
    lapses_at: at,
    changed_at: at,
  };
}

function negotiation(changes: Partial<Negotiation>): Negotiation {
  return {
    negotiation_id: "1",
    symbol: "X",
    market_mode: "NEGOTIATED",
    opener_id: OTHER,
    side: "SELL",
    price: "1.0000",
    quantity: "100",
    open_quantity: "100",
    parts: false,
    acceptance: "FIRST_PASSING",
    open_to_all: true,
    named: [],
    state: "OPEN",
    version: null,
    opened_at: "2026-11-22T04:00:00Z",
    lapses_at: "2026-11-23T04:00:00Z",
    changed_at: null,
    transfer_id: null,
    offers: [],
    bidding: null,
    ...changes,
  };
}

function auction(leading: string | null): Negotiation {
  const at = "2026-11-22T05:00:00Z";
  return negotiation({
    market_mode: "ENGLISH_AUCTION",
    bidding: {
      increment: "0.0100",
      reserve_price: null,
      starts_at: at,
      ends_at: at,
      latest_at: at,
      leading_offer_id: null,
      leading_price: leading,
      reserve_reached: null,
    },
  });
}

const acts = (of: Partial<Negotiation>) => actsOf(negotiation(of), ME).map(({ act }) => act);

test.each([
  ["1.0200", 4, true],
  ["1.02001", 4, false],
  ["100", 0, true],
  ["100.0", 0, false],
  ["0", 4, false],
  ["0.0000", 4, false],
  ["01", 4, false],
  ["1e3", 4, false],
  ["-1", 4, false],
  ["", 4, false],
])("%s with %i decimals is an amount: %s", (text, scale, expected) => {
  expect(isAmount(text, scale)).toBe(expected);
});

test("a percentage may be below zero, a price may not", () => {
  expect(isStated({ basis: "YIELD", text: "-0.5" })).toBe(true);
  expect(isStated({ basis: "CLEAN", text: "-0.5" })).toBe(false);
});

test("a converted price is put on the tick, to the good of who orders", () => {
  expect(onTick("1.0237", "0.0010", "BUY")).toBe("1.0230");
  expect(onTick("1.0237", "0.0010", "SELL")).toBe("1.0240");
  expect(onTick("1.0230", "0.0010", "SELL")).toBe("1.0230");
});

test("quantities to choose from are the ends of the ranges, and what lies inside them", () => {
  const range = (least: string, most: string): QuantityRange => ({
    least,
    most,
    step: "100",
    least_by: LIMIT,
    most_by: LIMIT,
  });
  const ranges = [range("100", "1000"), range("5000", "9000")];
  expect(choicesOf(ranges, ["500", "2000", "1000", "9100"])).toEqual([
    "100",
    "500",
    "1000",
    "5000",
    "9000",
  ]);
  expect(choicesOf([], ["500"])).toEqual([]);
});

test("an order keeps its place at the same price with no more", () => {
  const order = { price: "1.0200", open_quantity: "500" };
  expect(keepsPlace(order, "1.02", "500")).toBe(true);
  expect(keepsPlace(order, "1.0200", "501")).toBe(false);
  expect(keepsPlace(order, "1.0300", "100")).toBe(false);
});

test("a bid starts at the starting price and goes up by increments from there", () => {
  expect(leastBid(auction(null))).toBe("1.0000");
  expect(leastBid(auction("1.0500"))).toBe("1.0600");
  expect(isBid(auction("1.0500"), "1.0800")).toBe(true);
  expect(isBid(auction("1.0500"), "1.0500")).toBe(false);
  expect(isBid(auction("1.0500"), "1.0650")).toBe(false);
  expect(leastBid(negotiation({}))).toBeNull();
});

test("moments to come are whole seconds", () => {
  expect(daysAfter(Date.parse("2026-11-22T04:00:00.789Z"), 1)).toBe("2026-11-23T04:00:00Z");
});

test("of two who negotiate, who is asked answers and the other may withdraw", () => {
  expect(acts({ offers: [offer(OTHER)] })).toEqual(["accept", "counter", "decline"]);
  expect(acts({ offers: [offer(ME)] })).toEqual(["withdraw"]);
  expect(acts({ offers: [offer(ME, "COUNTERED"), offer(OTHER)] })).toContain("counter");
});

test("listed units are taken, and who has asked waits to be picked", () => {
  const listed = { market_mode: "LISTED_PRICE" } as const;
  expect(acts(listed)).toEqual(["take"]);
  expect(acts({ ...listed, offers: [offer(ME)] })).toEqual(["withdraw"]);
  expect(acts({ ...listed, state: "OFFERED", offers: [offer(ME, "PICKED")] })).toEqual([
    "accept",
    "withdraw",
  ]);
  const mine = { ...listed, opener_id: ME, offers: [offer(OTHER)] };
  expect(acts(mine)).toEqual(["accept", "decline", "withdraw"]);
  expect(acts({ ...mine, state: "OFFERED" })).toEqual(["decline", "withdraw"]);
});

test("a quote is given once, and picked by who has asked for it", () => {
  const asked = { market_mode: "RFQ", price: null } as const;
  expect(acts(asked)).toEqual(["quote"]);
  expect(acts({ ...asked, offers: [offer(ME)] })).toEqual([]);
  expect(acts({ ...asked, opener_id: ME, offers: [offer(OTHER)] })).toEqual([
    "accept",
    "decline",
    "withdraw",
  ]);
});

test("an auction is withdrawn before the first bid, the next bid taken after a failed one", () => {
  const mine = { market_mode: "ENGLISH_AUCTION", opener_id: ME } as const;
  expect(acts({ market_mode: "ENGLISH_AUCTION", state: "LED" })).toEqual(["bid"]);
  expect(acts(mine)).toEqual(["withdraw"]);
  expect(acts({ ...mine, state: "LED" })).toEqual([]);
  const offers = [offer(OTHER, "STANDING", "1.0100"), offer("9", "STANDING", "1.0200")];
  const [act] = actsOf(negotiation({ ...mine, state: "REOPENED", offers }), ME);
  expect(act).toMatchObject({ act: "accept", offer: { party_id: "9" } });
});

test("in what has ended there is nothing to do", () => {
  expect(acts({ state: "DEALT", offers: [offer(OTHER)] })).toEqual([]);
});

test("behind a deal as much is asked for as was listed, though nothing of it is left", () => {
  const dealt = { open_quantity: "0", state: "BACKED" } as const;
  const listing = negotiation({ market_mode: "LISTED_PRICE", ...dealt });
  expect(isBehind(listing)).toBe(true);
  expect(quantityToAskFor(listing)).toBe("100");
  const part = negotiation({ market_mode: "LISTED_PRICE", open_quantity: "40" });
  expect(isBehind(part)).toBe(false);
  expect(quantityToAskFor(part)).toBe("40");
  expect(isBehind(negotiation({ market_mode: "ENGLISH_AUCTION", ...dealt }))).toBe(false);
});

test("orders stand by their numbers, the newest first, however long the numbers are", () => {
  const ids = ["9", "1000000000000000002", "10", "1000000000000000001"];
  const ordered = newestFirst(ids.map((order_id) => ({ order_id })));
  expect(ordered.map(({ order_id: id }) => id)).toEqual([ids[1], ids[3], ids[2], ids[0]]);
  expect(
    (["OPEN", "PARTIALLY_MATCHED", "EXPIRED"] as const).map((status) => isOver({ status })),
  ).toEqual([false, false, true]);
});

test("an end of a range is told by what somebody can do about it", () => {
  expect(reasonAt("high", "money_not_available")).toBe("high_money_not_available");
  expect(reasonAt("low", "quantity_out_of_range")).toBe("low_quantity_out_of_range");
  expect(reasonAt("low", "money_not_available")).toBeNull();
});
