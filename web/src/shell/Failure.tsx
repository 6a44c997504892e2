/** What is shown where a page failed, or where there is none. */
import { Button } from "@mantine/core";
import { isRouteErrorResponse, Link, useRouteError } from "react-router";
import { useWords } from "../i18n/words";
import { EmptyState } from "../parts/EmptyState";
import { words } from "./words";

export function Failure() {
  const t = useWords(words);
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 404) return <Missing />;
  // Also where the pages were built anew since this one was loaded: its parts are gone.
  return (
    <EmptyState
      title={t("failed")}
      advice={t("failedAdvice")}
      action={<Button onClick={() => window.location.reload()}>{t("reload")}</Button>}
    />
  );
}

export function Missing() {
  const t = useWords(words);
  return (
    <EmptyState
      title={t("missing")}
      advice={t("missingAdvice")}
      action={
        <Button component={Link} to="/">
          {t("toMarket")}
        </Button>
      }
    />
  );
}
