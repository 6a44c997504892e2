/**
 * When a list is to be read again, by what its channel has told: without a clock, a socket or a
 * page. News comes by the command, and a list is read at most once in `GATHERED_MS`, however fast
 * it comes.
 *
 * Event                       What follows
 * a frame that is new         the list is asked for, GATHERED_MS after the first that is not yet in
 * the same frame again        nothing
 * it is asked for             the next new frame begins to gather again
 * the stream is not LIVE      the list is asked for every so often instead
 */
import type { StreamState } from "./mirrors";

export const GATHERED_MS = 400;

/** The newest frame that was heard; `dueMs` null: the list is as new as that. */
export interface Freshness {
  readonly epoch: string;
  readonly seq: number;
  readonly dueMs: number | null;
}

/** Of a stream, as its mirror has it. */
export interface Heard {
  readonly state: StreamState;
  readonly epoch: string;
  readonly seq: number;
}

export const NOTHING_HEARD: Freshness = { epoch: "", seq: -1, dueMs: null };

/** What is known after the stream stands so, at `nowMs`. */
export function hear(before: Freshness, { epoch, seq }: Heard, nowMs: number): Freshness {
  if (seq < 0 || (epoch === before.epoch && seq === before.seq)) return before;
  // The first one's moment stays: news without end must not put the reading off without end.
  return { epoch, seq, dueMs: before.dueMs ?? nowMs + GATHERED_MS };
}

export function asked(before: Freshness): Freshness {
  return { ...before, dueMs: null };
}

/** How often to ask without being told; false: the stream tells. */
export function pollingMs(stream: Heard | null, fallbackMs: number): number | false {
  return stream?.state === "LIVE" ? false : fallbackMs;
}
