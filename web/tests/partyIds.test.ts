import { expect, test } from "vitest";
import { partyIdsIn } from "../src/views/venue/partyIds";

test("all parties are found that a body names by number, at every depth and once", () => {
  const body = {
    transfer_id: "7",
    seller_id: "21",
    buyer_id: "3",
    symbol: "JH-1",
    clearances: [{ clearance_id: "5", party_id: "21" }, { party_id: null }],
    events: [{ sequence: "9", party_ids: ["1042", "3"], details: { trust_company_id: "2" } }],
  };
  expect(partyIdsIn(body)).toEqual(["2", "3", "21", "1042"]);
});

test("what is no number is asked for by nobody", () => {
  expect(partyIdsIn([{ party_id: "somebody" }, { holder_id: "" }, { party_id: 0 }])).toEqual([]);
  expect(partyIdsIn(null)).toEqual([]);
});
