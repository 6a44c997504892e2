/** Several things in a row, as each language writes them. */
import type { Language } from "../i18n/language";

const BETWEEN: Readonly<Record<Language, string>> = { zh: "、", en: ", " };

export function listText(items: readonly string[], language: Language): string {
  return items.join(BETWEEN[language]);
}
