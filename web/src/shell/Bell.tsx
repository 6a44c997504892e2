/** The way to what one was told, with how much of it is new. */
import { Badge, Button } from "@mantine/core";
import { Link } from "react-router";
import { useWords } from "../i18n/words";
import type { Kind } from "../session/person";
import { NOTIFIED, useUnread } from "./unread";
import { words } from "./words";

const SHOWN_MAX = 99;

export function Bell({ kind }: { readonly kind: Kind }) {
  const t = useWords(words);
  const unread = useUnread(kind);
  if (!NOTIFIED.includes(kind)) return null;
  const isNew = unread !== null && unread > 0;
  return (
    <Button
      component={Link}
      to="/notifications"
      size="xs"
      variant="subtle"
      px={6}
      aria-label={isNew ? t("notificationsNew", { count: unread }) : t("notifications")}
      rightSection={
        isNew && (
          <Badge size="sm" variant="outline" className="number">
            {unread > SHOWN_MAX ? `${SHOWN_MAX}+` : unread}
          </Badge>
        )
      }
    >
      {t("notifications")}
    </Button>
  );
}
