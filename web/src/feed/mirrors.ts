/**
 * Streams as a client knows them, without a socket. The one rule of the feed is kept here: take a
 * frame if the epoch is the same and `prev` is the `seq` that we have; else ask for a new snapshot.
 *
 * State        Event                                          Next
 * RESYNCING    a whole snapshot, or an ack that resumes       LIVE
 * LIVE         a heartbeat names a head that we do not have   STALE
 * STALE        the frame comes                                LIVE
 * any          a frame does not link, a checksum is wrong     RESYNCING
 * any          the connection ends                            STALE
 */
import { compareDecimals } from "../format/decimal";
import { bookChecksum, type Level } from "./checksum";
import type {
  BookFrame,
  Candle,
  CandlesFrame,
  CheckpointFrame,
  DataFrame,
  StreamResult,
  Trade,
  TradesFrame,
} from "./frames";

export type StreamState = "LIVE" | "STALE" | "RESYNCING";

/** How many of the newest trades are kept. */
export const TRADES_MAX = 500;
/** How many of the newest candles are kept: as many as a snapshot has. */
export const CANDLES_MAX = 500;

export abstract class StreamMirror {
  state: StreamState = "RESYNCING";
  epoch = "";
  seq = -1;
  /** Grows with each change of what is shown: by it a reader sees that there is something new. */
  version = 0;
  #isBehind = false;

  /** Take what the answer to a subscription says; false: there is no state yet, ask for one. */
  begin(result: StreamResult): boolean {
    this.#isBehind = false;
    // `live` tells nothing of what was before; only a resync does.
    this.#become(result.mode === "resumed" ? "LIVE" : "RESYNCING");
    return result.mode !== "live";
  }

  /** Take a frame of the stream; false: it does not fit, and a resync is wanted. */
  receive(frame: DataFrame | CheckpointFrame): boolean {
    if (frame.type === "checkpoint") return this.#receiveCheckpoint(frame);
    if (frame.type === "snapshot") return this.#receiveSnapshot(frame);
    if (this.state === "RESYNCING") return true; // a snapshot is on its way
    if (frame.epoch !== this.epoch || frame.prev !== this.seq) return this.#lose();
    return this.#take(frame);
  }

  /** Take what a heartbeat says; false: we are behind for a whole one, and a resync is wanted. */
  receiveHead(epoch: string, seq: number): boolean {
    if (this.state !== "RESYNCING" && epoch === this.epoch && seq <= this.seq) {
      this.#isBehind = false;
      return true;
    }
    if (this.#isBehind) return this.#lose();
    this.#isBehind = true;
    if (this.state === "LIVE") this.#become("STALE");
    return true;
  }

  /** The connection is gone: what is shown is as old as that. */
  disconnect(): void {
    this.#isBehind = false;
    if (this.state === "LIVE") this.#become("STALE");
  }

  protected abstract forget(): void;
  protected abstract take(frame: DataFrame): void;

  protected agrees(_frame: DataFrame): boolean {
    return true;
  }

  protected agreesWhole(_frame: CheckpointFrame): boolean {
    return true;
  }

  #receiveSnapshot(frame: DataFrame): boolean {
    if ((frame.part ?? 1) === 1) {
      this.forget();
      this.epoch = frame.epoch;
    } else if (frame.epoch !== this.epoch || frame.seq !== this.seq) {
      return this.#lose();
    }
    const isWhole = (frame.part ?? 1) === (frame.parts ?? 1);
    if (isWhole) return this.#take(frame);
    this.seq = frame.seq;
    this.take(frame);
    this.#become("RESYNCING"); // until the last part is there
    return true;
  }

  #take(frame: DataFrame): boolean {
    this.seq = frame.seq;
    this.take(frame);
    if (!this.agrees(frame)) return this.#lose();
    this.#isBehind = false;
    this.#become("LIVE");
    return true;
  }

  #receiveCheckpoint(frame: CheckpointFrame): boolean {
    const isOfNow = frame.epoch === this.epoch && frame.seq === this.seq;
    return !isOfNow || this.state === "RESYNCING" || this.agreesWhole(frame) || this.#lose();
  }

  #lose(): false {
    this.#isBehind = false;
    this.#become("RESYNCING");
    return false;
  }

  #become(state: StreamState): void {
    this.state = state;
    this.version += 1;
  }
}

/** The price levels of one product. */
export class BookMirror extends StreamMirror {
  /** Best first; another list whenever anything of it has changed. */
  bids: readonly Level[] = [];
  asks: readonly Level[] = [];
  isCrossed = false;

  protected override forget(): void {
    this.bids = [];
    this.asks = [];
  }

  protected override take(frame: BookFrame): void {
    for (const level of frame.bids) this.bids = withLevel(this.bids, level, -1);
    for (const level of frame.asks) this.asks = withLevel(this.asks, level, 1);
    this.isCrossed = frame.crossed ?? false;
  }

  protected override agrees(frame: BookFrame): boolean {
    return bookChecksum(this.bids, this.asks) === frame.crc;
  }

  protected override agreesWhole(frame: CheckpointFrame): boolean {
    return bookChecksum(this.bids, this.asks, Infinity) === frame.full_crc;
  }
}

/**
 * The levels with one more, another, or one less where its quantity is 0, in the same order:
 * `direction` is 1 where they rise. Cost: O(log levels) comparisons, one copy.
 */
function withLevel(levels: readonly Level[], level: Level, direction: 1 | -1): readonly Level[] {
  const [price, quantity] = level;
  let [from, to] = [0, levels.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const isBefore = direction * compareDecimals(levels[middle]?.[0] ?? price, price) < 0;
    if (isBefore) from = middle + 1;
    else to = middle;
  }
  const after = levels[from]?.[0] === price ? from + 1 : from;
  const isGone = /^[0.]+$/.test(quantity);
  return [...levels.slice(0, from), ...(isGone ? [] : [level]), ...levels.slice(after)];
}

/** The newest trades of one product, and what became of them. */
export class TradesMirror extends StreamMirror {
  #trades = new Map<string, Trade>();
  /** Newest first; another list whenever anything of it has changed. */
  trades: readonly Trade[] = [];

  protected override forget(): void {
    this.#trades.clear();
    this.trades = [];
  }

  protected override take(frame: TradesFrame): void {
    for (const trade of frame.trades) this.#trades.set(trade.trade_id, trade);
    for (const oldest of this.#trades.keys()) {
      if (this.#trades.size <= TRADES_MAX) break;
      this.#trades.delete(oldest);
    }
    this.trades = [...this.#trades.values()].reverse();
  }
}

/** The newest candles of one product, of one interval. */
export class CandlesMirror extends StreamMirror {
  #candles = new Map<string, Candle>();

  /** Oldest first. */
  get candles(): readonly Candle[] {
    return [...this.#candles.values()];
  }

  protected override forget(): void {
    this.#candles.clear();
  }

  protected override take(frame: CandlesFrame): void {
    for (const candle of frame.candles) this.#candles.set(candle.start, candle);
    for (const oldest of this.#candles.keys()) {
      if (this.#candles.size <= CANDLES_MAX) break;
      this.#candles.delete(oldest);
    }
  }
}

/** A stream of which only the newest frame counts: ticker, status, auction. */
export class LatestMirror<Frame extends DataFrame> extends StreamMirror {
  latest: Frame | null = null;

  protected override forget(): void {
    this.latest = null;
  }

  protected override take(frame: Frame): void {
    this.latest = frame;
  }
}
