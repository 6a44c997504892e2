import { expect, test } from "vitest";
import { nameText } from "../src/format/names";

test.each([
  ["屿拾翠（演示） Yu Shicui", "屿拾翠（演示）", "Yu Shicui"],
  ["云岫信托（演示） Yunxiu Trust (demo)", "云岫信托（演示）", "Yunxiu Trust (demo)"],
  ["Jiahe Trust 嘉禾信托", "嘉禾信托", "Jiahe Trust"],
  ["嘉禾信托", "嘉禾信托", "嘉禾信托"],
  ["Jiahe Trust", "Jiahe Trust", "Jiahe Trust"],
])("%s is told in the reader's language", (name, zh, en) => {
  expect(nameText(name, "zh")).toBe(zh);
  expect(nameText(name, "en")).toBe(en);
});
