/**
 * Words of the pages, in both languages. Each area keeps its own beside its views, in `words.ts`:
 *
 *     export const words = defineWords("market", { title: "市场" }, { title: "Market" });
 *     const t = useWords(words);
 *     t("title")
 *
 * That both languages have the same keys is a type; that they have the same {{values}}, a test.
 */
import i18next from "i18next";
import { useCallback } from "react";
import { initReactI18next, useTranslation } from "react-i18next";
import { isLanguage, LANGUAGE_TAGS, type Both, type Language } from "./language";

const STORED_AS = "trustex-language";

const i18n = i18next.createInstance();
// At once and not in startLanguages: the areas bring their words while they are loaded.
void i18n.use(initReactI18next).init({
  lng: "zh",
  fallbackLng: false,
  supportedLngs: ["zh", "en"],
  resources: {},
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  interpolation: { escapeValue: false }, // React escapes
});

/** The words of one area. */
export interface Words<Key extends string> {
  readonly namespace: string;
  readonly zh: Readonly<Record<Key, string>>;
  readonly en: Readonly<Record<Key, string>>;
}

export type Translate<Key extends string> = (
  key: Key,
  values?: Readonly<Record<string, string | number>>,
) => string;

export function defineWords<const Zh extends Readonly<Record<string, string>>>(
  namespace: string,
  zh: Zh,
  en: Readonly<Record<keyof Zh & string, string>>,
): Words<keyof Zh & string> {
  i18n.addResourceBundle("zh", namespace, zh);
  i18n.addResourceBundle("en", namespace, en);
  return { namespace, zh, en };
}

/** What gives the words of an area in the language that is chosen. */
export function useWords<Key extends string>(words: Words<Key>): Translate<Key> {
  const { t } = useTranslation(words.namespace, { i18n });
  // The library's own types look for the values in texts that it does not know.
  const translate = t as unknown as (key: string, values?: object) => string;
  return useCallback((key, values) => translate(key, values), [translate]);
}

/** The language that is chosen. */
export function useLanguage(): Language {
  const { i18n: current } = useTranslation(undefined, { i18n });
  return isLanguage(current.language) ? current.language : "zh";
}

/** That of two texts which is in the language that is chosen. */
export function useBoth(): (both: Both) => string {
  const language = useLanguage();
  return useCallback((both) => both[language], [language]);
}

/** The language outside of a component: for requests. */
export function currentLanguage(): Language {
  return isLanguage(i18n.language) ? i18n.language : "zh";
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(STORED_AS, language);
  void i18n.changeLanguage(language);
}

/** Call it once, before anything is drawn. */
export function startLanguages(): void {
  const stored = localStorage.getItem(STORED_AS);
  i18n.on("languageChanged", (language) => {
    document.documentElement.lang = isLanguage(language) ? LANGUAGE_TAGS[language] : "zh-CN";
  });
  void i18n.changeLanguage(isLanguage(stored) ? stored : "zh");
}
