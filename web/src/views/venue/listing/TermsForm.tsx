/** The terms of a new product as fields, in groups; each says what is wrong with it. */
import { Alert, Button, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { nameText } from "../../../format/names";
import { useLanguage, useWords } from "../../../i18n/words";
import { Panel } from "../../../parts/Panel";
import type { Blamed } from "../../../parts/problems";
import { words as problemWords } from "../../../parts/problemWords";
import { TERM_GROUPS, termsOf, type TermName } from "../../../parts/termTable";
import { words as termWords } from "../../../parts/productTermWords";
import { useTerm } from "../../../parts/terms";
import { faultsIn, type Draft, type Faults, type Kept } from "./draft";
import { TermField, type Choice } from "./TermField";
import { words } from "./words";

export interface Choices {
  readonly companies: readonly { readonly party_id: string; readonly name: string | null }[];
  readonly calendars: readonly string[];
}

interface Properties {
  readonly draft: Draft;
  readonly kept: Kept;
  readonly taken: ReadonlySet<string>;
  readonly choices: Choices;
  /** What the venue said of single terms when they were last sent. */
  readonly blamed: ReadonlyMap<TermName, Blamed | null>;
  readonly onChange: (name: TermName, value: string) => void;
  readonly onSound: () => void;
}

/** The types that have a name in both languages. */
const TYPES = [
  "cash_management",
  "fixed_income",
  "fixed_income_plus",
  "infrastructure_loan",
  "corporate_loan",
  "real_estate",
  "private_equity",
  "consumer_finance_senior",
];
const NO_FAULTS: Faults = {};

export function TermsForm(properties: Properties) {
  const { draft, kept, taken, choices, blamed, onChange, onSound } = properties;
  const t = useWords(words);
  const tell = useWords(termWords);
  const errorOf = useBlame(blamed);
  const choicesOf = useChoices(choices, draft.product_type);
  const [isTold, setTold] = useState(false);
  const [mended, setMended] = useState<ReadonlySet<TermName>>(new Set());
  const faults = isTold ? faultsIn(draft, kept, taken) : NO_FAULTS;
  const count = Object.keys(faults).length;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTold(true);
    if (Object.keys(faultsIn(draft, kept, taken)).length === 0) onSound();
  };
  const fault = (name: TermName) => {
    const own = faults[name];
    if (own !== undefined) return t(own);
    return mended.has(name) ? null : errorOf(name);
  };
  return (
    <form onSubmit={submit} aria-label={t("newTitle")} noValidate>
      <Stack gap="md">
        {TERM_GROUPS.map((group) => (
          <Panel key={group} title={tell(`group_${group}`)}>
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md" verticalSpacing="md">
              {termsOf(group).map((name) => (
                <TermField
                  key={name}
                  name={name}
                  value={draft[name]}
                  error={fault(name)}
                  choices={choicesOf(name)}
                  onChange={(value) => {
                    setMended((before) => new Set([...before, name]));
                    onChange(name, value);
                  }}
                />
              ))}
            </SimpleGrid>
          </Panel>
        ))}
        <Text size="sm">{t("rare")}</Text>
        {(kept.checklist.length > 0 || kept.right_holders.length > 0) && (
          <Text size="sm">
            {t("kept", { checklist: kept.checklist.length, holders: kept.right_holders.length })}
          </Text>
        )}
        {count > 0 && (
          <Alert color="red" variant="light" role="alert">
            {t("mend", { count })}
          </Alert>
        )}
        <Group>
          <Button type="submit">{t("chosen")}</Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What the venue said of a term, in the reader's language as far as that has words for it. */
function useBlame(blamed: ReadonlyMap<TermName, Blamed | null>): (name: TermName) => string | null {
  const say = useWords(problemWords);
  const t = useWords(words);
  return (name) => {
    const found = blamed.get(name);
    if (found === undefined) return null;
    if (found === null) return t("refused");
    return found.trouble === null ? found.detail : say(`trouble_${found.trouble}`);
  };
}

function useChoices(
  { companies, calendars }: Choices,
  presentType: string,
): (name: TermName) => readonly Choice[] {
  const language = useLanguage();
  const term = useTerm();
  const types = TYPES.includes(presentType) ? TYPES : [...TYPES, presentType];
  return (name) => {
    switch (name) {
      case "trust_company_id":
        return companies.map(({ party_id: value, name: called }) => ({
          value,
          label: called === null ? value : `${nameText(called, language)} · ${value}`,
        }));
      case "calendar_id":
        return calendars.map((value) => ({ value, label: value }));
      case "product_type":
        return types.map((value) => ({ value, label: term(value) }));
      default:
        return [];
    }
  };
}
