/** What a failed request means for who made it: pure, so that no page has to guess. */
import { RequestFailed, type Problem } from "../client/problem";
import { ADVISED, FIELDS, TROUBLES } from "./problemWords";

/** The venue has said that it did not even begin. */
const NOT_BEGUN: readonly string[] = ["busy", "sign_in_busy"];

/** Whether what was asked for was certainly not done, or nobody here can know. */
export function outcomeOf(error: unknown): "NOTHING_DONE" | "UNKNOWN" {
  if (!(error instanceof RequestFailed)) return "UNKNOWN";
  const isRefused = error.status >= 400 && error.status < 500;
  return isRefused || NOT_BEGUN.includes(error.code) ? "NOTHING_DONE" : "UNKNOWN";
}

/** What helps with such a problem, where more can be said than its title does. */
export function adviceOf({ code }: Pick<Problem, "code">): (typeof ADVISED)[number] | null {
  return ADVISED.find((each) => each === code) ?? null;
}

/** The venue's English sentence; null: it says no more than the title. */
export function ownDetail({ title, detail }: Pick<Problem, "title" | "detail">): string | null {
  return detail === "" || detail === title || detail === `${title}.` ? null : detail;
}

/** A field that is to blame. */
export interface Blamed {
  /** Null: the pages have no name for it, and `raw` is all there is. */
  readonly field: (typeof FIELDS)[number] | null;
  readonly raw: string;
  /** Null: only the venue's own English sentence says what is wrong. */
  readonly trouble: (typeof TROUBLES)[number] | null;
  readonly detail: string;
}

/** What is to blame, by the names that people know it by; not what belongs to no field. */
export function blamedIn({ errors = [] }: Pick<Problem, "errors">): readonly Blamed[] {
  return errors
    .map(({ code, detail, pointer = "", parameter = "" }) => {
      const raw = parameter === "" ? pointer.replace(/^\//, "") : parameter;
      const name = raw.split("/").findLast((part) => !/^\d+$/.test(part));
      return {
        field: FIELDS.find((each) => each === name) ?? null,
        raw,
        trouble: TROUBLES.find((each) => each === code) ?? null,
        detail,
      };
    })
    .filter(({ raw, detail }) => raw !== "" || detail !== "");
}
