import { expect, test } from "vitest";
import { RequestFailed, type Problem } from "../src/client/problem";
import { adviceOf, blamedIn, outcomeOf, ownDetail } from "../src/parts/problems";

function failed(status: number, code: string): RequestFailed {
  return new RequestFailed(status, { code } as Problem);
}

test("what was refused moved nothing, and of what was lost nobody knows", () => {
  expect(outcomeOf(failed(409, "money_not_available"))).toBe("NOTHING_DONE");
  expect(outcomeOf(failed(422, "validation_failed"))).toBe("NOTHING_DONE");
  expect(outcomeOf(failed(429, "sign_in_attempts_max"))).toBe("NOTHING_DONE");
  expect(outcomeOf(failed(503, "busy"))).toBe("NOTHING_DONE");
  expect(outcomeOf(failed(503, "outcome_unknown"))).toBe("UNKNOWN");
  expect(outcomeOf(failed(503, "not_ready"))).toBe("UNKNOWN");
  expect(outcomeOf(failed(500, "internal_error"))).toBe("UNKNOWN");
  expect(outcomeOf(new RequestFailed(0, null))).toBe("UNKNOWN");
  expect(outcomeOf(new Error("of a page's own"))).toBe("UNKNOWN");
});

test("a problem that pages know says what helps", () => {
  expect(adviceOf({ code: "money_not_available" })).toBe("money_not_available");
  expect(adviceOf({ code: "of a later venue" })).toBeNull();
});

test("a sentence that only repeats the title is left out", () => {
  expect(ownDetail({ title: "Trade is halted", detail: "Trade is halted." })).toBeNull();
  expect(ownDetail({ title: "已停牌", detail: "Trade is halted." })).toBe("Trade is halted.");
  expect(ownDetail({ title: "Busy", detail: "" })).toBeNull();
});

test("fields that are to blame are named as people know them, others as they are", () => {
  const errors = [
    { code: "required", detail: "The field is required.", pointer: "/price" },
    { code: "price_off_tick", detail: "Not on the tick", pointer: "/items/3/price" },
    { code: "malformed", detail: "There is no such day.", parameter: "day" },
    { code: "must_be_object", detail: "", pointer: "" },
  ] as NonNullable<Problem["errors"]>;
  const blamed = blamedIn({ errors }).map(({ field, raw, trouble }) => [field, raw, trouble]);
  expect(blamed).toEqual([
    ["price", "price", "required"],
    ["price", "items/3/price", null],
    [null, "day", "malformed"],
  ]);
  expect(blamedIn({})).toEqual([]);
});
