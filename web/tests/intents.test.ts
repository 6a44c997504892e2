import { expect, test } from "vitest";
import { Intents, isAnswer } from "../src/client/intents";
import { RequestFailed, type Problem } from "../src/client/problem";

const REFUSED = new RequestFailed(409, { code: "already_done" } as Problem);
const LOST = new RequestFailed(0, null);

test("the same wish has the same key until it is answered, and another wish another key", () => {
  let made = 0;
  const intents = new Intents(() => `key-${(made += 1)}`);
  expect(intents.keyOf({ units: "1" })).toBe("key-1");
  intents.answered({ units: "1" }, LOST);
  expect(intents.keyOf({ units: "1" })).toBe("key-1");
  expect(intents.keyOf({ units: "2" })).toBe("key-2");
  intents.answered({ units: "1" }, REFUSED);
  expect(intents.keyOf({ units: "1" })).toBe("key-3");
  intents.answered({ units: "2" });
  expect(intents.keyOf({ units: "2" })).toBe("key-4");
});

test("what was refused is answered, and what was lost, or may be tried again, is not", () => {
  expect(isAnswer(REFUSED)).toBe(true);
  expect(isAnswer(LOST)).toBe(false);
  expect(isAnswer(new RequestFailed(503, null))).toBe(false);
  expect(isAnswer(new RequestFailed(429, null))).toBe(false);
});
