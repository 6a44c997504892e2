/** What parameters of rules, what they look at, and their codes are called. */
import { useCallback } from "react";
import { useWords, type Translate } from "../../i18n/words";
import { ruleWords } from "./ruleWords";
import { useCode } from "./values";

type RuleWord = keyof typeof ruleWords.zh;

/** What a code of a rule's is called. */
export function useRuleCode(): (code: string) => string {
  const rules = useWords(ruleWords);
  const code = useCode();
  return useCallback(
    (text) => (text in ruleWords.zh ? wordOf(text, rules) : code(text)),
    [rules, code],
  );
}

/** A parameter that a pack of the venue's own brings is called what the pack calls it. */
export function wordOf(name: string, rules: Translate<RuleWord>): string {
  return name in ruleWords.zh ? rules(name as RuleWord) : name.replaceAll("_", " ");
}
