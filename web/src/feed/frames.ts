/** The frames of the feed that the pages read, by docs/reference/feed.md. */
import type { Level } from "./checksum";

/** Which stream somebody wants. */
export interface StreamRequest {
  readonly channel:
    | "book"
    | "trades"
    | "ticker"
    | "candles"
    | "status"
    | "auction"
    | "transfers"
    | "negotiations"
    | "orders"
    | "holdings"
    | "cash"
    | "confirmations";
  readonly symbol?: string;
  readonly depth?: 10 | 50 | "all";
  readonly interval_ms?: 0 | 100 | 1000;
  readonly interval?: CandleInterval;
  readonly view?: BookView;
}

/** As whom a book is seen: a buyer of the class, or a seller of a part. */
export type BookView = "natural" | "institution" | "natural_seller" | "institution_seller";

export type CandleInterval = "1m" | "1h" | "1d";

export interface DataFrame {
  readonly type: "snapshot" | "update";
  readonly s: string;
  readonly epoch: string;
  readonly prev?: number;
  readonly seq: number;
  readonly time: string;
  readonly part?: number;
  readonly parts?: number;
}

export interface CheckpointFrame {
  readonly type: "checkpoint";
  readonly s: string;
  readonly epoch: string;
  readonly seq: number;
  readonly full_crc: number;
}

export interface BookFrame extends DataFrame {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly crc: number;
  readonly crossed?: boolean;
}

export interface Trade {
  readonly trade_id: string;
  readonly price: string;
  readonly quantity: string;
  readonly aggressor: "buy" | "sell";
  readonly state: "matched" | "settled" | "cancelled";
  readonly time: string;
}

export interface TradesFrame extends DataFrame {
  readonly trades: readonly Trade[];
}

/** What was matched in one interval. */
export interface Candle {
  readonly start: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly count: number;
  readonly closed: boolean;
}

export interface CandlesFrame extends DataFrame {
  readonly candles: readonly Candle[];
}

export interface TickerFrame extends DataFrame {
  readonly bid: readonly [price: string, quantity: string] | null;
  readonly ask: readonly [price: string, quantity: string] | null;
  readonly last: string | null;
  readonly last_time: string | null;
  readonly volume_24h: string;
}

/** Whether a product is traded: it is while its state is `LIVE` and no halt stands. */
export interface StatusFrame extends DataFrame {
  readonly state: string;
  readonly halts: readonly HaltItem[];
}

export interface HaltItem {
  readonly halt_id: string;
  readonly reason: string;
  readonly since: string;
  readonly review_at: string;
}

export interface AuctionFrame extends DataFrame {
  readonly opens_at: string | null;
  readonly latest_at: string | null;
  readonly extended: boolean;
  readonly price: string | null;
  readonly volume: string;
  readonly last_price: string | null;
  readonly last_volume: string;
}

export interface Failure {
  readonly code: string;
  readonly detail: string;
}

export interface StreamResult {
  readonly ok: boolean;
  readonly s?: string;
  readonly mode?: "live" | "snapshot" | "resumed";
  readonly epoch?: string;
  readonly head?: number;
  readonly error?: Failure;
}

export type ServerFrame =
  | { readonly type: "welcome"; readonly heartbeat_s: number }
  | { readonly type: "ack"; readonly req: string; readonly results?: readonly StreamResult[] }
  | {
      readonly type: "error";
      readonly req?: string;
      readonly code: string;
      readonly detail: string;
    }
  | {
      readonly type: "ended";
      readonly s: string;
      readonly code: string;
      readonly detail: string;
    }
  | {
      readonly type: "heartbeat";
      readonly heads: Readonly<Record<string, readonly [epoch: string, seq: number]>>;
    }
  | {
      readonly type: "notice";
      readonly code: string;
      readonly reconnect_after_ms?: readonly [number, number];
    }
  | CheckpointFrame
  | DataFrame;
