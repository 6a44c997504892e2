/** Instead of what only somebody who is signed in can see: where he signs in. */
import { Button, Skeleton } from "@mantine/core";
import { Link } from "react-router";
import { useWords } from "../i18n/words";
import { useSession } from "../session/Session";
import { useSignInLink } from "../session/wayBack";
import { EmptyState } from "./EmptyState";
import { words } from "./onlyForWords";

interface Properties {
  /** As whom, where not anybody will do. */
  readonly title?: string;
  /** What is to be seen then. */
  readonly advice: string;
}

export function SignInFirst({ title, advice }: Properties) {
  const t = useWords(words);
  const { isChecking } = useSession();
  const link = useSignInLink();
  if (isChecking) return <Skeleton h={200} />;
  return (
    <EmptyState
      title={title ?? t("signInFirst")}
      advice={advice}
      action={
        <Button component={Link} {...link}>
          {t("signIn")}
        </Button>
      }
    />
  );
}
