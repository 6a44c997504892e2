/** Streams for components: follow one while the component is there. */
import { createContext, use, useEffect, useState, useSyncExternalStore } from "react";
import type { FeedConnection } from "./connection";
import type {
  BookView,
  CandleInterval,
  Failure,
  StatusFrame,
  StreamRequest,
  TickerFrame,
} from "./frames";
import {
  BookMirror,
  CandlesMirror,
  LatestMirror,
  TradesMirror,
  type StreamMirror,
} from "./mirrors";
import { streamKey, type FeedState } from "./protocol";

export const FeedContext = createContext<FeedConnection | null>(null);

export interface Following<Mirror extends StreamMirror> {
  /** Null until the stream is followed. Read it anew at each drawing: it changes in place. */
  readonly mirror: Mirror | null;
  /** Why the venue does not give the stream. */
  readonly failure: Failure | null;
}

const NOTHING_FOLLOWED = { mirror: null, failure: null };

/** How the feed as a whole stands. */
export function useFeedState(): FeedState {
  const { protocol, subscribe } = useFeed();
  return useSyncExternalStore(subscribe, () => protocol.state);
}

/**
 * One stream, followed while the component is there and `request` is not null. What is new is shown
 * with the screen's next frame, or no more often than every so many milliseconds.
 */
export function useStream<Mirror extends StreamMirror>(
  request: StreamRequest | null,
  make: new () => Mirror,
  everyMs = 0,
): Following<Mirror> {
  const { protocol } = useFeed();
  const [following, setFollowing] = useState<Following<Mirror>>(NOTHING_FOLLOWED);
  const key = request === null ? null : streamKey(request);
  useEffect(() => {
    if (request === null) return;
    // Frames come faster than a screen shows them: at most one drawing a frame of the screen.
    let nextMs = 0;
    const [ask, forget] =
      everyMs === 0
        ? [requestAnimationFrame, cancelAnimationFrame]
        : [(draw: () => void) => window.setTimeout(draw, nextMs - performance.now()), clearTimeout];
    let due: number | undefined;
    const draw = () => {
      due = undefined;
      nextMs = performance.now() + everyMs;
      show();
    };
    const show = () => setFollowing({ ...followed() } as Following<Mirror>);
    const { followed, stop } = protocol.follow(
      request,
      () => new make(),
      () => {
        due ??= ask(draw);
      },
    );
    const first = requestAnimationFrame(show);
    return () => {
      cancelAnimationFrame(first);
      if (due !== undefined) forget(due);
      setFollowing(NOTHING_FOLLOWED);
      stop();
    };
    // The key is the request, written out: an equal one is no other stream.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [protocol, key, everyMs]);
  return following;
}

/** The book of a product, to a depth: the whole of it, or as a class sees it. */
export function useBook(symbol: string, view: BookView | null): Following<BookMirror> {
  return useStream(
    { channel: "book", symbol, depth: 50, ...(view === null ? {} : { view }) },
    BookMirror,
  );
}

/** The newest candles of a product; null: nobody looks at them. */
export function useCandles(
  symbol: string,
  interval: CandleInterval | null,
  everyMs: number,
): Following<CandlesMirror> {
  return useStream(
    interval === null ? null : { channel: "candles", symbol, interval },
    CandlesMirror,
    everyMs,
  );
}

/** The newest trades of a product. */
export function useTrades(symbol: string | null, everyMs = 0): Following<TradesMirror> {
  return useStream(symbol === null ? null : { channel: "trades", symbol }, TradesMirror, everyMs);
}

/** A product at a glance. */
export function useTicker(symbol: string | null): Following<LatestMirror<TickerFrame>> {
  return useStream<LatestMirror<TickerFrame>>(
    symbol === null ? null : { channel: "ticker", symbol },
    LatestMirror,
  );
}

/** Whether a product is traded. */
export function useStatus(symbol: string): Following<LatestMirror<StatusFrame>> {
  return useStream<LatestMirror<StatusFrame>>({ channel: "status", symbol }, LatestMirror);
}

function useFeed(): FeedConnection {
  const feed = use(FeedContext);
  if (feed === null) throw new Error("no FeedContext around this component");
  return feed;
}
