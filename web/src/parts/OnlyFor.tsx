/** A page of somebody's own: who is not signed in, or is somebody else, is told what to do. */
import { Button, Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useWords } from "../i18n/words";
import type { Kind } from "../session/person";
import { useSession } from "../session/Session";
import { EmptyState } from "./EmptyState";
import { words } from "./onlyForWords";

interface Properties {
  readonly kinds: readonly Kind[];
  readonly children: ReactNode;
}

export function OnlyFor({ kinds, children }: Properties) {
  const t = useWords(words);
  const { person, isChecking } = useSession();
  if (isChecking) return <Skeleton h={200} />;
  if (person === null) {
    return (
      <EmptyState
        title={t("signInFirst")}
        advice={t("signInAdvice")}
        action={
          <Button component={Link} to="/sign-in">
            {t("signIn")}
          </Button>
        }
      />
    );
  }
  if (!kinds.includes(person.kind)) {
    return <EmptyState title={t("notYours")} advice={t("notYoursAdvice")} />;
  }
  return children;
}
