/**
 * Streams as a client knows them, without a socket. The one rule of the feed is kept here: take a
 * frame if the epoch is the same and `prev` is the `seq` that we have; else ask for a new snapshot.
 *
 * State        Event                                          Next
 * RESYNCING    a whole snapshot, or an ack that goes on       LIVE
 * LIVE         a heartbeat names a head that we do not have   STALE
 * STALE        the frame comes                                LIVE
 * any          a frame does not link, a checksum is wrong     RESYNCING
 * any          the connection ends                            STALE
 */
import { compareDecimals } from "../format/decimal";
import { bookChecksum, type Level } from "./checksum";
import type {
  BookFrame,
  CheckpointFrame,
  DataFrame,
  StreamResult,
  Trade,
  TradesFrame,
} from "./frames";

export type StreamState = "LIVE" | "STALE" | "RESYNCING";

/** How many of the newest trades are kept. */
export const TRADES_MAX = 500;

export abstract class StreamMirror {
  state: StreamState = "RESYNCING";
  epoch = "";
  seq = -1;
  /** Grows with each change of what is shown: by it a reader sees that there is something new. */
  version = 0;
  #behind = false;

  /** What the answer to a subscription says of how the stream begins. */
  begin(result: StreamResult): void {
    if (result.mode === "live" && result.epoch !== undefined && result.head !== undefined) {
      this.forget();
      this.epoch = result.epoch;
      this.seq = result.head;
    }
    this.#become(result.mode === "snapshot" ? "RESYNCING" : "LIVE");
  }

  /** Take a frame of the stream; false: it does not fit, and a resync is wanted. */
  receive(frame: DataFrame | CheckpointFrame): boolean {
    if (frame.type === "checkpoint") return this.#receiveCheckpoint(frame);
    const isFirst = frame.type === "snapshot" && (frame.part ?? 1) === 1;
    if (isFirst) {
      this.forget();
      this.epoch = frame.epoch;
    } else if (frame.type === "snapshot") {
      if (frame.epoch !== this.epoch || frame.seq !== this.seq) return this.#lose();
    } else if (
      this.state === "RESYNCING" ||
      frame.epoch !== this.epoch ||
      frame.prev !== this.seq
    ) {
      return this.#lose();
    }
    this.seq = frame.seq;
    this.take(frame);
    if ((frame.part ?? 1) < (frame.parts ?? 1)) return true;
    if (!this.agrees(frame)) return this.#lose();
    this.#behind = false;
    this.#become("LIVE");
    return true;
  }

  /** Take what a heartbeat says; false: we are behind for a whole one, and a resync is wanted. */
  receiveHead(epoch: string, seq: number): boolean {
    const isBehind = epoch !== this.epoch || seq > this.seq;
    if (!isBehind || this.state === "RESYNCING") {
      this.#behind = false;
      return true;
    }
    if (this.#behind) return this.#lose();
    this.#behind = true;
    this.#become("STALE");
    return true;
  }

  /** The connection is gone: what is shown is as old as that. */
  disconnect(): void {
    this.#behind = false;
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

  #receiveCheckpoint(frame: CheckpointFrame): boolean {
    const isOfNow = frame.epoch === this.epoch && frame.seq === this.seq;
    return !isOfNow || this.state === "RESYNCING" || this.agreesWhole(frame) || this.#lose();
  }

  #lose(): false {
    this.#behind = false;
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
  #bids = new Map<string, Level>();
  #asks = new Map<string, Level>();
  isCrossed = false;

  /** Best first. Cost: O(levels log levels). */
  get bids(): readonly Level[] {
    return [...this.#bids.values()].sort(([a], [b]) => compareDecimals(b, a));
  }

  /** Best first. Cost: O(levels log levels). */
  get asks(): readonly Level[] {
    return [...this.#asks.values()].sort(([a], [b]) => compareDecimals(a, b));
  }

  protected override forget(): void {
    this.#bids.clear();
    this.#asks.clear();
  }

  protected override take(frame: BookFrame): void {
    for (const [side, levels] of [
      [this.#bids, frame.bids],
      [this.#asks, frame.asks],
    ] as const) {
      for (const level of levels) {
        if (/^[0.]+$/.test(level[1])) side.delete(level[0]);
        else side.set(level[0], level);
      }
    }
    this.isCrossed = frame.crossed ?? false;
  }

  protected override agrees(frame: BookFrame): boolean {
    return bookChecksum(this.bids, this.asks) === frame.crc;
  }

  protected override agreesWhole(frame: CheckpointFrame): boolean {
    return bookChecksum(this.bids, this.asks, Infinity) === frame.full_crc;
  }
}

/** The newest trades of one product, and what became of them. */
export class TradesMirror extends StreamMirror {
  #trades = new Map<string, Trade>();

  /** Newest first. */
  get trades(): readonly Trade[] {
    return [...this.#trades.values()].reverse();
  }

  protected override forget(): void {
    this.#trades.clear();
  }

  protected override take(frame: TradesFrame): void {
    for (const trade of frame.trades) this.#trades.set(trade.trade_id, trade);
    for (const oldest of this.#trades.keys()) {
      if (this.#trades.size <= TRADES_MAX) break;
      this.#trades.delete(oldest);
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
