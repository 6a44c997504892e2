/** The reader's clock, for how long something still lasts; what counts is the venue's. */
import { useEffect, useState } from "react";

/** Milliseconds since 1970, as of the last `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return now;
}
