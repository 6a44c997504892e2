/** Says that one's session has ended, or that nobody can know whether there is one. */
import { Alert, Anchor } from "@mantine/core";
import { Link } from "react-router";
import { useWords } from "../i18n/words";
import { useSession } from "../session/Session";
import { useSignInLink } from "../session/wayBack";
import { words } from "./words";

export function SessionNotice() {
  const t = useWords(words);
  const { hasEnded, isUnreachable } = useSession();
  const link = useSignInLink();
  return (
    <div role="status">
      {isUnreachable && (
        <Alert color="yellow" variant="light" radius={0} py="xs">
          {t("unreachable")}
        </Alert>
      )}
      {hasEnded && (
        <Alert color="yellow" variant="light" radius={0} py="xs">
          {t("ended")}{" "}
          {link.state !== null && (
            <Anchor component={Link} {...link} size="sm" underline="always" fw={600}>
              {t("signInAgain")}
            </Anchor>
          )}
        </Alert>
      )}
    </div>
  );
}
