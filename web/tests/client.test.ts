import { expect, test } from "vitest";
import { NOTHING_WISHED, objections } from "../src/views/client/application";
import { nextStep, standings } from "../src/views/client/steps";
import { drawn } from "../src/views/signin/QrCode";

const PROFILE = {
  party_id: "7",
  status: "ACTIVE",
  certification: null,
  risk_assessment: null,
  next_assessment_on: "2026-11-23",
  professional: false,
  documents_due_by: null,
  to_renew: [],
} as const;
const TESTED = {
  level: "C3",
  assessed_on: "2026-11-23",
  valid_until: "2027-11-22",
  state: "VALID",
} as const;

test("a newcomer begins with the questionnaire, then applies, then names an account", () => {
  const fresh = standings({ ...PROFILE, to_renew: [] }, [], []);
  expect(nextStep(fresh)).toBe("questionnaire");
  const tested = standings({ ...PROFILE, to_renew: [], risk_assessment: TESTED }, [], []);
  expect(tested.questionnaire).toBe("done");
  expect(nextStep(tested)).toBe("application");
});

test("what has lapsed is to be done again", () => {
  const lapsed = { ...TESTED, state: "LAPSED" } as const;
  const profile = { ...PROFILE, to_renew: [], risk_assessment: lapsed };
  expect(standings(profile, [], []).questionnaire).toBe("todo");
});

test("an application says step by step what it lacks", () => {
  expect(objections(NOTHING_WISHED)).toEqual(["lacksBasis", "lacksEvidence", null, null]);
  const owned = { ...NOTHING_WISHED, basis: "INCOME", evidence: ["1"], ownerPartyId: "x" } as const;
  expect(objections(owned)).toEqual([null, null, "lacksOwner", null]);
  expect(objections({ ...owned, ownerPartyId: "12" })).toEqual([null, null, null, null]);
});

test("a QR code has its three finders and nothing outside of its square", () => {
  const { side, path } = drawn("otpauth://totp/trustex:li?secret=JBSWY3DPEHPK3PXP&issuer=trustex");
  expect((side - 17) % 4).toBe(0);
  const modules = new Set(path.match(/M\d+ \d+/g));
  for (const [column, row] of [
    [0, 0],
    [side - 7, 0],
    [0, side - 7],
  ] as const) {
    for (let index = 0; index < 7; index += 1) {
      expect(modules).toContain(`M${column + index} ${row}`);
      expect(modules).toContain(`M${column} ${row + index}`);
    }
  }
  for (const each of modules) {
    const [column, row] = each.slice(1).split(" ").map(Number);
    expect(Math.max(column ?? side, row ?? side)).toBeLessThan(side);
  }
});
