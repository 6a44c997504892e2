import { beforeEach, describe, expect, test } from "vitest";
import vectors from "../../tests/oracles/feed_checksums.json";
import { bookChecksum, crc32, type Level } from "../src/feed/checksum";
import type { BookFrame, Trade } from "../src/feed/frames";
import { BookMirror, TradesMirror } from "../src/feed/mirrors";

const S = "book.50:XT";

function book(fields: Partial<BookFrame> & Pick<BookFrame, "type" | "seq">): BookFrame {
  const frame = { s: S, epoch: "e1", time: "", bids: [], asks: [], crc: 0, ...fields };
  return frame;
}

function crcOf(bids: readonly Level[], asks: readonly Level[]): number {
  return bookChecksum(bids, asks);
}

describe("the checksum is the venue's", () => {
  test("of the published vectors", () => {
    expect(vectors.length).toBeGreaterThan(3);
    for (const { text, crc } of vectors) expect(crc32(text)).toBe(crc);
  });

  test("of levels, best first, verbatim", () => {
    expect(bookChecksum([], [])).toBe(235849536);
    expect(bookChecksum([["1.0200", "10000", 1]], [["1.0300", "12000", 3]])).toBe(256940204);
  });
});

describe("a book follows the one rule", () => {
  const bids: readonly Level[] = [["1.0200", "10000", 2]];
  const asks: readonly Level[] = [["1.0300", "12000", 1]];
  let mirror: BookMirror;

  beforeEach(() => {
    mirror = new BookMirror();
    mirror.begin({ ok: true, s: S, mode: "snapshot", epoch: "e1", head: 7 });
    mirror.receive(book({ type: "snapshot", seq: 7, bids, asks, crc: crcOf(bids, asks) }));
  });

  test("a snapshot makes it live", () => {
    expect(mirror.state).toBe("LIVE");
    expect(mirror.bids).toEqual(bids);
  });

  test("an update that links is taken, and quantity 0 removes", () => {
    const better: Level = ["1.0210", "500", 1];
    const frame = book({
      type: "update",
      prev: 7,
      seq: 9,
      bids: [better],
      asks: [["1.0300", "0", 0]],
      crc: crcOf([better, ...bids], []),
    });
    expect(mirror.receive(frame)).toBe(true);
    expect(mirror.bids).toEqual([better, ...bids]);
    expect(mirror.asks).toEqual([]);
    expect(mirror.seq).toBe(9);
  });

  test("a gap wants one resync, and nothing is taken until its snapshot", () => {
    expect(mirror.receive(book({ type: "update", prev: 8, seq: 9 }))).toBe(false);
    expect(mirror.state).toBe("RESYNCING");
    expect(mirror.receive(book({ type: "update", prev: 9, seq: 10 }))).toBe(true);
    expect(mirror.bids).toEqual(bids);
    mirror.receive(book({ type: "snapshot", seq: 10, crc: crcOf([], []) }));
    expect(mirror.state).toBe("LIVE");
    expect(mirror.bids).toEqual([]);
  });

  test("another epoch wants a resync", () => {
    const frame = book({ type: "update", epoch: "e2", prev: 7, seq: 8, crc: crcOf(bids, asks) });
    expect(mirror.receive(frame)).toBe(false);
  });

  test("a wrong checksum wants a resync", () => {
    expect(mirror.receive(book({ type: "update", prev: 7, seq: 8, crc: 1 }))).toBe(false);
    expect(mirror.state).toBe("RESYNCING");
  });

  test("a checkpoint of this moment that differs wants a resync, of another one nothing", () => {
    const checkpoint = { type: "checkpoint", s: S, epoch: "e1", full_crc: 1 } as const;
    expect(mirror.receive({ ...checkpoint, seq: 6 })).toBe(true);
    expect(mirror.receive({ ...checkpoint, seq: 7 })).toBe(false);
  });

  test("behind for one heartbeat is stale, for two is lost", () => {
    expect(mirror.receiveHead("e1", 7)).toBe(true);
    expect(mirror.state).toBe("LIVE");
    expect(mirror.receiveHead("e1", 8)).toBe(true);
    expect(mirror.state).toBe("STALE");
    expect(mirror.receiveHead("e1", 8)).toBe(false);
    expect(mirror.state).toBe("RESYNCING");
  });

  test("a lost connection leaves it stale, and resuming makes it live again", () => {
    mirror.disconnect();
    expect(mirror.state).toBe("STALE");
    expect(mirror.begin({ ok: true, s: S, mode: "resumed", epoch: "e1", head: 7 })).toBe(true);
    expect(mirror.state).toBe("LIVE");
    expect(mirror.bids).toEqual(bids);
  });

  test("a snapshot in parts is whole with the last", () => {
    mirror.receive(book({ type: "snapshot", seq: 8, part: 1, parts: 2, bids, crc: 0 }));
    const last = book({
      type: "snapshot",
      seq: 8,
      part: 2,
      parts: 2,
      asks,
      crc: crcOf(bids, asks),
    });
    expect(mirror.receive(last)).toBe(true);
    expect(mirror.bids).toEqual(bids);
    expect(mirror.asks).toEqual(asks);
  });
});

describe("trades", () => {
  const trade = (id: string, state: Trade["state"]): Trade => ({
    trade_id: id,
    price: "1.0000",
    quantity: "10",
    aggressor: "buy",
    state,
    time: "2026-11-22T04:00:00Z",
  });

  test("a stream that begins live asks for what was before", () => {
    const mirror = new TradesMirror();
    expect(mirror.begin({ ok: true, mode: "live", epoch: "e1", head: 2 })).toBe(false);
    expect(mirror.state).toBe("RESYNCING");
  });

  test("newest first, each in its last state", () => {
    const mirror = new TradesMirror();
    const frame = { s: "trades:XT", epoch: "e1", time: "" };
    const first = [trade("1", "matched"), trade("2", "matched")];
    mirror.receive({ ...frame, type: "snapshot", seq: 2, trades: first } as never);
    const next = [trade("1", "settled")];
    mirror.receive({ ...frame, type: "update", prev: 2, seq: 3, trades: next } as never);
    expect(mirror.trades.map(({ trade_id: id, state }) => `${id} ${state}`)).toEqual([
      "2 matched",
      "1 settled",
    ]);
  });
});
