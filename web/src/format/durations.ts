/** How long something still lasts, as people say it: in its two largest steps. */
import type { Language } from "../i18n/language";

const STEPS = [
  [86_400_000, "天", "d"],
  [3_600_000, "小时", "h"],
  [60_000, "分钟", "min"],
  [1_000, "秒", "s"],
] as const;

/** `2 天 3 小时` or `2 d 3 h`; null: it is over. Rounds down: nobody is promised more time. */
export function timeLeftText(untilMoment: string, nowMs: number, language: Language) {
  let left = Date.parse(untilMoment) - nowMs;
  if (Number.isNaN(left)) throw new RangeError(`no moment: ${untilMoment}`);
  if (left < 1_000) return null;
  const told: string[] = [];
  for (const [size, zh, en] of STEPS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) told.push(`${count} ${language === "zh" ? zh : en}`);
    if (told.length === 2 || (told.length === 1 && count === 0)) break;
  }
  return told.join(" ");
}
