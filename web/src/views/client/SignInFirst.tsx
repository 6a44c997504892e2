/** Who is not signed in has nothing of his own to see: where he signs in. */
import { Button } from "@mantine/core";
import { Link } from "react-router";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { words } from "./words";

export function SignInFirst() {
  const t = useWords(words);
  return (
    <EmptyState
      title={t("signInFirst")}
      advice={t("signInFirstAdvice")}
      action={
        <Button component={Link} to="/sign-in">
          {t("signIn")}
        </Button>
      }
    />
  );
}
