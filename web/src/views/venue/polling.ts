/**
 * How the pages of the venue stay new. Each look of an examiner's is written down, so his pages ask
 * when he goes to them and when he says so, and never by themselves.
 */
import { useQuery, type QueryKey, type UseQueryOptions } from "@tanstack/react-query";
import { useSession } from "../../session/Session";

const REFRESH_MS = 5_000;

interface Polling {
  readonly refetchInterval: number | false;
  readonly refetchOnWindowFocus: boolean;
}

export function usePolling(everyMs: number): Polling {
  const isExaminer = useSession().person?.kind === "REGULATOR";
  return { refetchInterval: isExaminer ? false : everyMs, refetchOnWindowFocus: !isExaminer };
}

/** What the page of safety asks the venue, again and again. */
export function useWatched<Data, Key extends QueryKey>(
  options: UseQueryOptions<Data, Error, Data, Key>,
) {
  return useQuery({ ...options, ...usePolling(REFRESH_MS) });
}
