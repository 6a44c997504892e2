/** The two languages. Chinese comes first: what is not known to be English is Chinese. */
export type Language = "zh" | "en";

export const LANGUAGES: readonly Language[] = ["zh", "en"];
export const LANGUAGE_TAGS: Readonly<Record<Language, string>> = { zh: "zh-CN", en: "en" };

/** A text in both languages. */
export type Both = Readonly<Record<Language, string>>;

export function isLanguage(value: unknown): value is Language {
  return value === "zh" || value === "en";
}
