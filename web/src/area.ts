/** A part of the application: where it is, for whom, and its pages. */
import type { RouteObject } from "react-router";
import type { Both } from "./i18n/language";
import type { Kind } from "./session/person";

export interface Area {
  /** Where the navigation leads. */
  readonly path: string;
  /** Its name in the navigation; null: it is not there. */
  readonly title: Both | null;
  /** Whom the navigation shows it. What a person may see and do, the venue decides. */
  readonly kinds: "everybody" | readonly Kind[];
  /** Its pages; each `lazy`, so that nobody loads what he does not look at. */
  readonly routes: readonly RouteObject[];
}
