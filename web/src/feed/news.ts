/**
 * What a private channel is for, to pages that read a list over `/v1`: it says that
 * the list is old.
 * So a page has one form of each thing, that of the interface, and still shows it at once.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { DataFrame, StreamRequest } from "./frames";
import { useStream } from "./hooks";
import { LatestMirror } from "./mirrors";

/** News comes by the command; so often at most the venue is asked anew. */
const GATHERED_MS = 400;

/** Ask anew for the queries under `stale`, whenever the channel has news of the party. */
export function useNews(channel: StreamRequest["channel"], stale: string): void {
  const { mirror } = useStream<LatestMirror<DataFrame>>({ channel }, LatestMirror);
  const queries = useQueryClient();
  const sequence = mirror?.seq ?? null;
  useEffect(() => {
    if (sequence === null) return;
    const timer = window.setTimeout(() => {
      void queries.invalidateQueries({ queryKey: [stale] });
    }, GATHERED_MS);
    return () => window.clearTimeout(timer);
  }, [sequence, queries, stale]);
}
