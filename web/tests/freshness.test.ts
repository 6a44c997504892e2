/** When a list is read again, frame by frame; without a clock. */
import { expect, test } from "vitest";
import {
  asked,
  GATHERED_MS,
  hear,
  NOTHING_HEARD,
  pollingMs,
  type Freshness,
  type Heard,
} from "../src/feed/freshness";

function frame(seq: number, epoch = "e1"): Heard {
  return { state: "LIVE", epoch, seq };
}

/** How often a list is read while a frame comes every `everyMs`, for so long. */
function readings(everyMs: number, forMs: number): number {
  let freshness: Freshness = NOTHING_HEARD;
  let count = 0;
  for (let now = 0; now < forMs; now += everyMs) {
    if (freshness.dueMs !== null && freshness.dueMs <= now) {
      freshness = asked(freshness);
      count += 1;
    }
    freshness = hear(freshness, frame(now), now);
  }
  return count;
}

test("the first snapshot makes a list old, for it may have been read before", () => {
  expect(hear(NOTHING_HEARD, frame(7), 1_000).dueMs).toBe(1_000 + GATHERED_MS);
});

test("what has come before makes nothing old", () => {
  const read = asked(hear(NOTHING_HEARD, frame(7), 1_000));
  expect(hear(read, frame(7), 2_000)).toBe(read);
});

test("a stream without a frame has no news", () => {
  expect(hear(NOTHING_HEARD, { state: "RESYNCING", epoch: "", seq: -1 }, 0)).toBe(NOTHING_HEARD);
});

test("a new epoch is news although its number is the same", () => {
  const read = asked(hear(NOTHING_HEARD, frame(7), 1_000));
  expect(hear(read, frame(7, "e2"), 2_000).dueMs).toBe(2_000 + GATHERED_MS);
});

test("news without end does not put the reading off without end", () => {
  expect(readings(50, 10 * GATHERED_MS)).toBeGreaterThanOrEqual(8);
});

test("however fast news comes, a list is read once in a while", () => {
  expect(readings(1, 10 * GATHERED_MS)).toBeLessThanOrEqual(10);
});

test.each([
  ["LIVE", false],
  ["STALE", 5_000],
  ["RESYNCING", 5_000],
] as const)("a stream that is %s is asked beside: %s", (state, every) => {
  expect(pollingMs({ ...frame(7), state }, 5_000)).toBe(every);
});

test("what is not followed is asked for", () => {
  expect(pollingMs(null, 5_000)).toBe(5_000);
});
