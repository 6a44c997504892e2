import { expect, test } from "vitest";
import type { Words } from "../src/i18n/words";

const modules = import.meta.glob<Readonly<Record<string, unknown>>>(
  ["../src/**/*ords.ts", "../src/**/terms.ts"],
  { eager: true },
);
const all = Object.values(modules)
  .flatMap((module) => Object.values(module))
  .filter(
    (each): each is Words<string> => typeof each === "object" && each !== null && "zh" in each,
  );

function valuesIn(text: string | undefined): readonly string[] {
  return [...(text ?? "").matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? "").sort();
}

test("each area has a namespace of its own", () => {
  const namespaces = all.map(({ namespace }) => namespace);
  expect(namespaces.length).toBeGreaterThan(4);
  expect(new Set(namespaces).size).toBe(namespaces.length);
});

test.each(all.map((words) => [words.namespace, words] as const))(
  "%s: both languages have the same words with the same values in them",
  (_, { zh, en }) => {
    expect(Object.keys(en)).toEqual(Object.keys(zh));
    for (const key of Object.keys(zh)) {
      expect(zh[key], key).not.toBe("");
      expect(valuesIn(en[key]), key).toEqual(valuesIn(zh[key]));
    }
  },
);
