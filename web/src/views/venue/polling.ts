/**
 * How the pages of the venue stay new. Each look of an examiner's is written down, so his pages ask
 * when he goes to them and when he says so, and never by themselves.
 */
import { useQuery, type QueryKey, type UseQueryOptions } from "@tanstack/react-query";
import { useSession } from "../../session/Session";

export const REFRESH_MS = 5_000;

interface Polling {
  readonly refetchInterval: number | false;
  readonly refetchOnMount: boolean | "always";
  readonly refetchOnWindowFocus: boolean;
}

export function usePolling(everyMs: number | false): Polling {
  const isExaminer = useSession().person?.kind === "REGULATOR";
  return {
    refetchInterval: isExaminer ? false : everyMs,
    // Who comes to a page sees what is there now, not what was there when he last left it.
    refetchOnMount: isExaminer || "always",
    refetchOnWindowFocus: !isExaminer,
  };
}

/** What a page asks the venue again and again; `false`: only when somebody comes back to it. */
export function useWatched<Data, Key extends QueryKey>(
  options: UseQueryOptions<Data, Error, Data, Key>,
  everyMs: number | false = REFRESH_MS,
) {
  return useQuery({ ...options, ...usePolling(everyMs) });
}
