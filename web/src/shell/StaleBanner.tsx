/** Says that what is shown may be old, as long as the feed is not live. */
import { Alert } from "@mantine/core";
import { useEffect, useState } from "react";
import { useFeedState } from "../feed/hooks";
import type { FeedState } from "../feed/protocol";
import { useWords } from "../i18n/words";
import { words } from "./words";

/** A gap that is mended at once is no news. */
const GRACE_MS = 1_500;

const TEXTS = {
  CONNECTING: "connecting",
  STALE: "stale",
  RESYNCING: "resyncing",
} as const satisfies Partial<Record<FeedState, string>>;

export function StaleBanner() {
  const t = useWords(words);
  const state = useFeedState();
  const isFine = state === "LIVE" || state === "IDLE";
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    if (isFine) return;
    const timer = window.setTimeout(() => setLasts(true), GRACE_MS);
    return () => {
      window.clearTimeout(timer);
      setLasts(false);
    };
  }, [isFine]);
  return (
    <div role="status">
      {!isFine && lasts && (
        <Alert color="yellow" variant="light" radius={0} py="xs" data-feed-state={state}>
          {t(TEXTS[state])}
        </Alert>
      )}
    </div>
  );
}
