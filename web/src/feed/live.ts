/**
 * What a private channel is for, to pages that read a list over `/v1`: it says that
 * the list is old.
 * So a page has one form of each thing, that of the interface, and still shows it at once.
 */
import { useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { DataFrame, StreamRequest } from "./frames";
import { asked, hear, NOTHING_HEARD, pollingMs } from "./freshness";
import { useStream } from "./hooks";
import { LatestMirror } from "./mirrors";

/**
 * Ask anew for the queries under `stale` whenever the channel has news of the party. The answer is
 * their `refetchInterval`: none while the channel is live, `fallbackMs` while it is not, be it that
 * the connection is gone or that the venue does not give this party the channel.
 */
export function useLive(
  channel: StreamRequest["channel"],
  stale: QueryKey,
  fallbackMs: number,
): number | false {
  const { mirror, failure } = useStream<LatestMirror<DataFrame>>({ channel }, LatestMirror);
  const queries = useQueryClient();
  const freshness = useRef(NOTHING_HEARD);
  const timer = useRef<number | undefined>(undefined);
  const key = useRef(stale);
  useEffect(() => {
    key.current = stale;
  }, [stale]);
  useEffect(() => {
    if (mirror === null) return;
    const now = Date.now();
    freshness.current = hear(freshness.current, mirror, now);
    const { dueMs } = freshness.current;
    if (dueMs === null || timer.current !== undefined) return;
    timer.current = window.setTimeout(() => {
      timer.current = undefined;
      freshness.current = asked(freshness.current);
      void queries.invalidateQueries({ queryKey: key.current });
    }, dueMs - now);
  });
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return pollingMs(failure === null ? mirror : null, fallbackMs);
}
