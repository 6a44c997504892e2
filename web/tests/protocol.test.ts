import { beforeEach, expect, test } from "vitest";
import { BookMirror, TradesMirror } from "../src/feed/mirrors";
import { FeedProtocol } from "../src/feed/protocol";

interface Sent {
  readonly req: string;
  readonly type: string;
  readonly streams?: readonly unknown[];
  readonly s?: string;
}

const BOOK = { channel: "book", symbol: "XT", depth: 50 } as const;
const SNAPSHOT = { type: "snapshot", s: "book.50:XT", epoch: "e1", seq: 7, time: "" };
const EMPTY_CRC = 235849536;

let protocol: FeedProtocol;
let told: number;

beforeEach(() => {
  told = 0;
  protocol = new FeedProtocol(() => undefined);
});

function follow() {
  return protocol.follow(
    BOOK,
    () => new BookMirror(),
    () => (told += 1),
  );
}

function sent(): readonly Sent[] {
  return protocol.textsToSend().map((text) => JSON.parse(text) as Sent);
}

function receive(frame: object): void {
  protocol.receive(JSON.stringify(frame));
}

function goLive(): void {
  receive({ type: "welcome", heartbeat_s: 5 });
  protocol.start(null);
  const [subscribe] = sent();
  const result = { ok: true, s: "book.50:XT", mode: "snapshot", epoch: "e1", head: 7 };
  receive({ type: "ack", req: subscribe?.req, results: [result] });
  receive({ ...SNAPSHOT, bids: [], asks: [], crc: EMPTY_CRC });
}

test("nothing is asked for before it is signed in, then all at once", () => {
  follow();
  protocol.follow(
    { channel: "trades", symbol: "XT" },
    () => new TradesMirror(),
    () => undefined,
  );
  receive({ type: "welcome", heartbeat_s: 3 });
  protocol.start({ method: "bearer", key: "k" });
  const [auth, ...rest] = sent();
  expect(auth).toMatchObject({ type: "auth", method: "bearer", key: "k" });
  expect(rest).toEqual([]);
  receive({ type: "ack", req: auth?.req, party_id: "7" });
  const [subscribe] = sent();
  expect(subscribe?.streams).toEqual([BOOK, { channel: "trades", symbol: "XT" }]);
  expect(protocol.heartbeatS).toBe(3);
});

test("whoever is not let in sees what everybody may see", () => {
  follow();
  protocol.start({ method: "ticket", ticket: "t" });
  const [auth] = sent();
  receive({ type: "error", req: auth?.req, code: "auth_failed", detail: "" });
  expect(sent()[0]?.type).toBe("subscribe");
});

test("a stream goes from asked for to live, and its followers hear of it", () => {
  const { followed } = follow();
  expect(protocol.state).toBe("CONNECTING");
  goLive();
  expect(followed().mirror.state).toBe("LIVE");
  expect(protocol.state).toBe("LIVE");
  expect(told).toBeGreaterThan(0);
});

test("a gap sends one resync with what we have", () => {
  follow();
  goLive();
  const update = { ...SNAPSHOT, type: "update", bids: [], asks: [], crc: EMPTY_CRC };
  receive({ ...update, prev: 8, seq: 9 });
  receive({ ...update, prev: 9, seq: 10 });
  expect(sent()).toEqual([
    { req: expect.any(String) as string, type: "resync", s: "book.50:XT", have: 7 },
  ]);
  expect(protocol.state).toBe("RESYNCING");
});

test("after a lost connection a stream is asked for from where it was", () => {
  follow();
  goLive();
  protocol.disconnect();
  expect(protocol.state).toBe("STALE");
  protocol.start(null);
  expect(sent()[0]?.streams).toEqual([{ ...BOOK, from: { epoch: "e1", seq: 7 } }]);
});

test("a stream that we may not have says why", () => {
  const { followed } = follow();
  protocol.start(null);
  const error = { code: "auth_required", detail: "sign in" };
  receive({ type: "ack", req: sent()[0]?.req, results: [{ ok: false, error }] });
  expect(followed().failure).toEqual(error);
  expect(protocol.state).toBe("IDLE");
});

test("two followers share one stream, which ends with the second", () => {
  const [first, second] = [follow(), follow()];
  goLive();
  first.stop();
  expect(sent()).toEqual([]);
  second.stop();
  expect(sent()[0]).toMatchObject({ type: "unsubscribe", streams: ["book.50:XT"] });
  expect(protocol.isWanted).toBe(false);
});

test("a stream that is left and followed at once again is asked for until the venue agrees", () => {
  const first = follow();
  protocol.start(null);
  const [asked] = sent();
  first.stop();
  follow();
  const [again] = sent();
  receive({
    type: "ack",
    req: asked?.req,
    results: [{ ok: true, s: "book.50:XT", mode: "snapshot", epoch: "e1", head: 7 }],
  });
  const error = { code: "already_subscribed", detail: "" };
  receive({ type: "ack", req: again?.req, results: [{ ok: false, error }] });
  expect(sent().map(({ type }) => type)).toEqual(["unsubscribe", "subscribe"]);
});

test("frames and members that are not known are ignored", () => {
  follow();
  goLive();
  receive({ type: "weather", s: "book.50:XT", sunny: true });
  receive({ type: "heartbeat", n: 1, heads: { "book.50:XT": ["e1", 7], "trades:YY": ["e1", 3] } });
  expect(protocol.state).toBe("LIVE");
});

test("a stream that the venue ends is not followed any more, and says why", () => {
  const { followed } = follow();
  goLive();
  receive({ type: "ended", s: "book.50:XT", code: "quotes_withheld", detail: "VIS-01" });
  expect(followed().failure).toMatchObject({ code: "quotes_withheld" });
  expect(protocol.state).toBe("IDLE");
  const before = told;
  receive({ ...SNAPSHOT, bids: [], asks: [], crc: EMPTY_CRC });
  expect(told).toBe(before);
});
