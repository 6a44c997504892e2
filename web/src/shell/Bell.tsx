/** The way to what one was told, with how much of it is new. */
import { Badge, Button } from "@mantine/core";
import { Link } from "react-router";
import { useWords } from "../i18n/words";
import type { Kind } from "../session/person";
import { NOTIFIED, useUnread } from "./unread";
import { words } from "./words";

const SHOWN_MAX = 99;
const BELL = "M12 3a5 5 0 0 0-5 5v4l-2 4h14l-2-4V8a5 5 0 0 0-5-5zm-2 15a2 2 0 0 0 4 0z";

export function Bell({ kind }: { readonly kind: Kind }) {
  const t = useWords(words);
  const unread = useUnread(kind);
  if (!NOTIFIED.includes(kind)) return null;
  return (
    <Button component={Link} to="/notifications" size="xs" variant="subtle" px={4}>
      <svg viewBox="0 0 24 24" width={20} height={20} aria-hidden fill="currentColor">
        <path d={BELL} />
      </svg>
      <span className="visually-hidden">{t("notifications")} </span>
      {unread !== null && unread > 0 && (
        <Badge
          component="span"
          size="sm"
          variant="outline"
          color="navy"
          className="number"
          px={5}
          miw="max-content"
        >
          {unread > SHOWN_MAX ? `${SHOWN_MAX}+` : unread}
          <span className="visually-hidden"> {t("unread")}</span>
        </Badge>
      )}
    </Button>
  );
}
