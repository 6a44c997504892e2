/**
 * Moments and days as people read them. All of it is in the market's own time, whatever the
 * reader's machine is set to, and the pages say so: China has one zone and no summer time.
 */
import type { Language } from "../i18n/language";
import { listText } from "./lists";

const MARKET_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

const ZONES: Readonly<Record<Language, string>> = {
  zh: "北京时间（UTC+8）",
  en: "Beijing time (UTC+8)",
};

const WEEKDAYS: Readonly<Record<Language, readonly string[]>> = {
  zh: ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
  en: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
};

/** What the zone of all shown times is called. */
export function zoneText(language: Language): string {
  return ZONES[language];
}

/** `2026-11-22 12:00:00` in the market's time. */
export function momentText(moment: string): string {
  return `${dayOfMoment(moment)} ${timeText(moment)}`;
}

/** `12:00:00` in the market's time. */
export function timeText(moment: string): string {
  return inMarket(moment).slice(11, 19);
}

/** The day of the market on which a moment lies, `2026-11-22`. */
export function dayOfMoment(moment: string): string {
  return inMarket(moment).slice(0, 10);
}

/** The moment, as the wire writes it, of `2026-11-22T12:00` in the market's time. */
export function momentOfMarket(local: string): string {
  const parsed = Date.parse(`${local}Z`);
  if (Number.isNaN(parsed)) throw new RangeError(`no moment: ${local}`);
  return new Date(parsed - MARKET_OFFSET_MS).toISOString();
}

/** The other way, to the minute: what a field for a moment is filled with. */
export function localOfMoment(moment: string): string {
  return inMarket(moment).slice(0, 16);
}

/** Calendar days from one day to another; below zero where `to` comes first. */
export function daysBetween(from: string, to: string): number {
  return Math.round((utcOfDay(to) - utcOfDay(from)) / DAY_MS);
}

/** Days of the week, of which 1 is Monday: `周一、周二` or `Mon, Tue`. */
export function weekdaysText(weekdays: readonly number[], language: Language): string {
  return listText(
    weekdays.map((day) => WEEKDAYS[language][day - 1] ?? String(day)),
    language,
  );
}

/** Seconds since 1970 as a chart wants them that knows no zones: shifted into the market's. */
export function chartSecond(moment: string): number {
  return Math.floor((Date.parse(moment) + MARKET_OFFSET_MS) / 1_000);
}

function utcOfDay(day: string): number {
  const parsed = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(parsed)) throw new RangeError(`no day: ${day}`);
  return parsed;
}

function inMarket(moment: string): string {
  // The wire has up to nine decimals of a second; Date takes three.
  const parsed = Date.parse(moment.replace(/(\.\d{3})\d+Z$/, "$1Z"));
  if (Number.isNaN(parsed)) throw new RangeError(`no moment: ${moment}`);
  return new Date(parsed + MARKET_OFFSET_MS).toISOString();
}
