/** Names of parties and persons as the register has them. */
import type { Language } from "../i18n/language";

const CHINESE_FIRST = /^(?<zh>.*[^ -~]) (?<en>[ -~]+)$/u;
const LATIN_FIRST = /^(?<en>[ -~]+) (?<zh>[^ -~].*)$/u;

/**
 * The form of a name in the reader's language, where it has a Chinese and a Latin one, in either
 * order; else the name as it is. The labels of a demo's people do the same
 * (api/routes/demo_people.py).
 */
export function nameText(name: string, language: Language): string {
  const found = CHINESE_FIRST.exec(name) ?? LATIN_FIRST.exec(name);
  return found?.groups?.[language] ?? name;
}
