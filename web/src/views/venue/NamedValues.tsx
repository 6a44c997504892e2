/** Parameters of a rule, or what it looked at, beside what they are called. */
import { useWords } from "../../i18n/words";
import { useRuleCode, wordOf } from "./ruleNames";
import type { Named } from "./ruleText";
import { ruleWords } from "./ruleWords";
import classes from "./venue.module.css";

interface Properties {
  readonly of: readonly Named[];
  readonly text: (named: Named, code: (code: string) => string) => string;
}

export function NamedValues({ of, text }: Properties) {
  const rules = useWords(ruleWords);
  const code = useRuleCode();
  if (of.length === 0) return rules("noParameters");
  return (
    <ul className={classes["values"]}>
      {of.map((each) => (
        <li key={each.name}>
          {wordOf(each.name, rules)}: {text(each, code)}
        </li>
      ))}
    </ul>
  );
}
