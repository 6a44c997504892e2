/** A page of somebody's own: who is not signed in, or is somebody else, is told what to do. */
import type { ReactNode } from "react";
import { useWords } from "../i18n/words";
import type { Kind } from "../session/person";
import { useSession } from "../session/Session";
import { EmptyState } from "./EmptyState";
import { words } from "./onlyForWords";
import { SignInFirst } from "./SignInFirst";

interface Properties {
  readonly kinds: readonly Kind[];
  readonly children: ReactNode;
}

export function OnlyFor({ kinds, children }: Properties) {
  const t = useWords(words);
  const { person } = useSession();
  if (person === null) return <SignInFirst advice={t("signInAdvice")} />;
  if (!kinds.includes(person.kind)) {
    return <EmptyState title={t("notYours")} advice={t("notYoursAdvice")} />;
  }
  return children;
}
