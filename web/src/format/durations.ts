/** How long something still lasts, as people say it: in its two largest steps. */
import type { Language } from "../i18n/language";
import { chartNumber } from "./decimal";

const SECOND_MS = 1_000;
const STEPS = [
  [86_400_000, "天", "d"],
  [3_600_000, "小时", "h"],
  [60_000, "分钟", "min"],
  [SECOND_MS, "秒", "s"],
] as const;

/** `2 天 3 小时` or `2 d 3 h`; null: it is over. Rounds down: nobody is promised more time. */
export function timeLeftText(untilMoment: string, nowMs: number, language: Language) {
  const left = Date.parse(untilMoment) - nowMs;
  if (Number.isNaN(left)) throw new RangeError(`no moment: ${untilMoment}`);
  return left < SECOND_MS ? null : lengthText(left, language);
}

/** `1 天 2 小时`, `4 分钟`, `20 秒`: what is less than a second rounded down; never below nothing. */
export function lengthText(ms: number, language: Language): string {
  let left = Math.max(0, ms);
  const told: string[] = [];
  for (const [size, zh, en] of STEPS) {
    const count = Math.floor(left / size);
    left -= count * size;
    const isLast = size === SECOND_MS && told.length === 0;
    if (count > 0 || isLast) told.push(`${count} ${language === "zh" ? zh : en}`);
    if (told.length === 2 || (told.length === 1 && count === 0)) break;
  }
  return told.join(" ");
}

/** The same of seconds as the wire has them, `14400.000`. */
export function secondsText(seconds: string, language: Language): string {
  return lengthText(chartNumber(seconds) * SECOND_MS, language);
}
