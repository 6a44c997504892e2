/** How much the person who is signed in has not read yet. */
import { useQuery } from "@tanstack/react-query";
import { api, take } from "../client";
import type { Kind } from "../session/person";

export const UNREAD = ["notifications"] as const;
export const NOTIFIED: readonly Kind[] = ["NATURAL_PERSON", "INSTITUTION", "TRUST_COMPANY"];

const REFRESH_MS = 30_000;

/** Null: it is not known, or nobody is signed in who is notified. */
export function useUnread(kind: Kind | null): number | null {
  const { data } = useQuery({
    queryKey: [...UNREAD, "unread"],
    queryFn: () => take(api.GET("/v1/notifications", { params: { query: { limit: 1 } } })),
    enabled: kind !== null && NOTIFIED.includes(kind),
    refetchInterval: REFRESH_MS,
  });
  return data?.unread ?? null;
}
