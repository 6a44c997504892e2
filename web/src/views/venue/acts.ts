/** What people who run the venue may have done: which fields it takes, and what is then asked. */
import type { Both } from "../../i18n/language";
import type { Person } from "../../session/person";
import type { Answered } from "./acting";

/** What was filled in, by the name of the field; a field that was left empty is "". */
export type Values = Readonly<Record<string, string>>;

export interface FieldSpec {
  /** As the interface calls it; what belongs to a member of the body by a dot: `lines.minimum`. */
  readonly name: string;
  /** `digest`: the SHA-256 of a file, which stays where it is. */
  readonly kind: "line" | "lines" | "day" | "moment" | "choice" | "digest";
  readonly choices?: readonly string[];
  readonly isOptional?: boolean;
  /** Whether what was written can be read; without it anything can, and the venue decides. */
  readonly isSound?: (text: string) => boolean;
}

export interface ActSpec<Row> {
  readonly id: string;
  readonly title: Both;
  /** What follows from it. */
  readonly meaning: Both;
  readonly fields: readonly FieldSpec[];
  /** Of which rows it may be asked; without it of all. */
  readonly fits?: (row: Row) => boolean;
  /** By whom, besides that the venue decides; without it by the operator. */
  readonly isFor?: (person: Person, row: Row) => boolean;
  /** What stands there at present, to be changed. */
  readonly initial?: (row: Row) => Promise<Values>;
  readonly send: (row: Row, values: Values, key: string) => Promise<Answered>;
  /** Its answer has something that is never told again. */
  readonly isSecret?: boolean;
}

export function keyed(key: string): { readonly "Idempotency-Key": string } {
  return { "Idempotency-Key": key };
}

/** What the interface has for a field that was left empty. */
export function orNull(value: string | undefined): string | null {
  return value === undefined || value === "" ? null : value;
}

/** A field that must be there: the form asks for it. */
export function given(values: Values, name: string): string {
  const value = values[name];
  if (value === undefined || value === "") throw new Error(`the form has no ${name}`);
  return value;
}

/** One of the codes that the field offers. */
export function chosen<const Code extends string>(
  values: Values,
  name: string,
  codes: readonly Code[],
): Code {
  const found = codes.find((code) => code === values[name]);
  if (found === undefined) throw new Error(`the form has no ${name}`);
  return found;
}

/** The lines of a field, without those that are empty. */
export function linesOf(value: string | undefined): string[] {
  return (value ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

export interface Override {
  readonly rule_id: string;
  readonly parameter: string;
  readonly value: boolean | number | string;
}

const OVERRIDE = /^(\S+)\s+(\S+?)\s*=\s*(.+)$/;
const WHOLE = /^-?\d{1,15}$/;

/** Overrides as they are written, `RULE parameter = value` a line; null: a line is none. */
export function overridesIn(text: string | undefined): Override[] | null {
  const found: Override[] = [];
  for (const line of linesOf(text)) {
    const [, rule, parameter, value] = OVERRIDE.exec(line) ?? [];
    if (rule === undefined || parameter === undefined || value === undefined) return null;
    found.push({ rule_id: rule, parameter, value: valueIn(value.trim()) });
  }
  return found;
}

/** The same the other way. */
export function overridesText(overrides: readonly Override[]): string {
  return overrides
    .map(({ rule_id: rule, parameter, value }) => `${rule} ${parameter} = ${value}`)
    .join("\n");
}

function valueIn(text: string): boolean | number | string {
  if (text === "true" || text === "false") return text === "true";
  return WHOLE.test(text) ? Number(text) : text;
}

export function isOperator(person: Person): boolean {
  return person.kind === "OPERATOR";
}

/** An officer of compliance; of a key's owner it is not known, and the venue decides. */
export function isCompliance(person: Person): boolean {
  const { kind, roles } = person;
  return kind === "OPERATOR" && (roles.length === 0 || roles.includes("COMPLIANCE"));
}
