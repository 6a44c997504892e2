/** A field for one term: what it is called, what it means, and what is wrong with it. */
import { Checkbox, Select, TextInput } from "@mantine/core";
import { useWords } from "../../../i18n/words";
import { TERM_KINDS, type TermName } from "../../../parts/termTable";
import { words as termWords } from "../../../parts/productTermWords";
import { isOptional } from "./draft";

export interface Choice {
  readonly value: string;
  readonly label: string;
}

interface Properties {
  readonly name: TermName;
  readonly value: string;
  readonly error: string | null;
  /** Of a term that is chosen. */
  readonly choices: readonly Choice[];
  readonly onChange: (value: string) => void;
}

const RISKS = ["1", "2", "3", "4", "5"].map((value) => ({ value, label: `R${value}` }));
const YES = "yes";

export function TermField({ name, value, error, choices, onChange }: Properties) {
  const t = useWords(termWords);
  const kind = TERM_KINDS[name];
  const shared = {
    name,
    label: t(name),
    description: t(`help_${name}`),
    error,
  };
  if (kind === "flag") {
    return (
      <Checkbox
        {...shared}
        checked={value !== ""}
        onChange={({ currentTarget }) => onChange(currentTarget.checked ? YES : "")}
      />
    );
  }
  const withAsterisk = !isOptional(name);
  if (kind === "choice" || kind === "risk") {
    return (
      <Select
        {...shared}
        withAsterisk={withAsterisk}
        searchable={kind === "choice"}
        allowDeselect={false}
        data={kind === "risk" ? RISKS : [...choices]}
        value={value === "" ? null : value}
        onChange={(next) => onChange(next ?? "")}
      />
    );
  }
  return (
    <TextInput
      {...shared}
      withAsterisk={withAsterisk}
      type={kind === "day" ? "date" : kind === "minute" ? "time" : "text"}
      inputMode={kind === "text" ? undefined : kind === "whole" ? "numeric" : "decimal"}
      autoComplete="off"
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
