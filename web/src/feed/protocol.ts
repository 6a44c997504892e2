/**
 * One client's side of the feed, without a socket or a clock: texts in, texts to send out. The
 * shell around it (connection.ts) opens sockets and tells the time.
 *
 * Streams are shared: whoever follows the same request follows the same mirror.
 */
import type { Failure, ServerFrame, StreamRequest, StreamResult } from "./frames";
import type { StreamMirror, StreamState } from "./mirrors";

export const HEARTBEAT_S_DEFAULT = 5;

/** How one stream stands. `failure` is the venue's answer where we may not have it. */
export interface Followed {
  readonly mirror: StreamMirror;
  readonly failure: Failure | null;
}

export interface AuthFrame {
  readonly method: "bearer" | "ticket";
  readonly key?: string;
  readonly ticket?: string;
}

interface Stream {
  readonly request: StreamRequest;
  readonly mirror: StreamMirror;
  readonly listeners: Set<() => void>;
  name: string | null;
  failure: Failure | null;
}

/** What the whole connection is worth: the worst of its streams. */
export type FeedState = "IDLE" | "CONNECTING" | StreamState;

export class FeedProtocol {
  readonly #streams = new Map<string, Stream>();
  readonly #named = new Map<string, Stream>();
  readonly #asked = new Map<string, readonly Stream[]>();
  #toSend: string[] = [];
  #requests = 0;
  #isReady = false;
  #authRequest: string | null = null;
  heartbeatS = HEARTBEAT_S_DEFAULT;
  /** How long the server asked us to stay away, where it said that it goes. */
  reconnectAfterMs: readonly [number, number] | null = null;

  constructor(readonly onChange: () => void) {}

  get state(): FeedState {
    const states = [...this.#streams.values()].filter((each) => each.failure === null);
    if (states.length === 0) return "IDLE";
    // Who was cut off still shows what he has: that it is old is to be said, not that one connects.
    const isOld = states.some(({ mirror }) => mirror.state === "STALE");
    if (!this.#isReady) return isOld ? "STALE" : "CONNECTING";
    if (states.some(({ mirror }) => mirror.state === "RESYNCING")) return "RESYNCING";
    return isOld ? "STALE" : "LIVE";
  }

  get isWanted(): boolean {
    return this.#streams.size > 0;
  }

  /** The mirror of a stream, made by `make` if nobody follows it yet. `stop` ends the following. */
  follow(
    request: StreamRequest,
    make: () => StreamMirror,
    listener: () => void,
  ): { readonly followed: () => Followed; readonly stop: () => void } {
    const key = streamKey(request);
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      stream = { request, mirror: make(), listeners: new Set(), name: null, failure: null };
      this.#streams.set(key, stream);
      if (this.#isReady) this.#subscribe([stream]);
      this.onChange();
    }
    const taken = stream;
    taken.listeners.add(listener);
    return {
      followed: () => ({ mirror: taken.mirror, failure: taken.failure }),
      stop: () => {
        taken.listeners.delete(listener);
        if (taken.listeners.size === 0 && this.#streams.get(key) === taken) this.#drop(key, taken);
      },
    };
  }

  /** The texts that the shell must send, in this order. */
  textsToSend(): readonly string[] {
    const texts = this.#toSend;
    this.#toSend = [];
    return texts;
  }

  /** The socket is open and the venue has spoken; sign in if there is something to sign in by. */
  start(auth: AuthFrame | null): void {
    if (auth === null) {
      this.#ready();
      return;
    }
    this.#authRequest = this.#send({ type: "auth", ...auth });
  }

  /** Take a text of the server, and say what it was; what is unknown is ignored. */
  receive(text: string): string {
    const frame = JSON.parse(text) as ServerFrame;
    switch (frame.type) {
      case "welcome":
        this.heartbeatS = frame.heartbeat_s;
        break;
      case "ack":
        if (frame.req === this.#authRequest) this.#ready();
        else this.#receiveResults(frame.req, frame.results ?? []);
        break;
      case "error":
        // A key that is not taken: what everybody may see goes on.
        if (frame.req !== undefined && frame.req === this.#authRequest) this.#ready();
        break;
      case "ended":
        this.#end(frame.s, { code: frame.code, detail: frame.detail });
        break;
      case "notice":
        if (frame.code === "going_away") this.reconnectAfterMs = frame.reconnect_after_ms ?? null;
        break;
      case "heartbeat":
        for (const [name, [epoch, seq]] of Object.entries(frame.heads)) {
          this.#tellStream(name, (mirror) => mirror.receiveHead(epoch, seq));
        }
        break;
      case "snapshot":
      case "update":
      case "checkpoint":
        this.#tellStream(frame.s, (mirror) => mirror.receive(frame));
        break;
    }
    return frame.type;
  }

  /** The connection is gone. */
  disconnect(): void {
    this.#isReady = false;
    this.#authRequest = null;
    this.#toSend = [];
    this.#named.clear();
    this.#asked.clear();
    for (const stream of this.#streams.values()) {
      stream.name = null;
      stream.failure = null;
      stream.mirror.disconnect();
      tell(stream);
    }
    this.onChange();
  }

  #ready(): void {
    this.#authRequest = null;
    this.#isReady = true;
    this.#subscribe([...this.#streams.values()]);
    this.onChange();
  }

  #subscribe(streams: readonly Stream[]): void {
    if (streams.length === 0) return;
    const req = this.#send({
      type: "subscribe",
      streams: streams.map(({ request, mirror }) => ({
        ...request,
        ...(mirror.seq >= 0 && mirror.state !== "RESYNCING"
          ? { from: { epoch: mirror.epoch, seq: mirror.seq } }
          : {}),
      })),
    });
    this.#asked.set(req, streams);
  }

  #receiveResults(req: string, results: readonly StreamResult[]): void {
    const streams = this.#asked.get(req) ?? [];
    this.#asked.delete(req);
    streams.forEach((stream, index) => {
      const result = results[index];
      if (result === undefined) return;
      if (result.error?.code === "already_subscribed") {
        // Left and followed again before the venue had heard of the leaving; it has by now.
        this.#subscribe([stream]);
        return;
      }
      stream.failure = result.error ?? null;
      if (result.ok && result.s !== undefined) {
        stream.name = result.s;
        if (stream.listeners.size === 0) {
          this.#send({ type: "unsubscribe", streams: [result.s] });
          return;
        }
        this.#named.set(result.s, stream);
        if (!stream.mirror.begin(result)) {
          this.#send({ type: "resync", s: result.s, have: result.head ?? 0 });
        }
      }
      tell(stream);
    });
    this.onChange();
  }

  /** The venue has ended a stream of ours: it shows nothing any more, or is asked for anew. */
  #end(name: string, failure: Failure): void {
    const stream = this.#named.get(name);
    if (stream === undefined) return;
    this.#named.delete(name);
    stream.name = null;
    stream.mirror.disconnect();
    if (failure.code === "access_changed") {
      this.#subscribe([stream]);
    } else {
      stream.failure = failure;
    }
    tell(stream);
    this.onChange();
  }

  #tellStream(name: string, tellIt: (mirror: StreamMirror) => boolean): void {
    const stream = this.#named.get(name);
    if (stream === undefined) return;
    const before = stream.mirror.state;
    const { seq, version } = stream.mirror;
    if (!tellIt(stream.mirror)) this.#send({ type: "resync", s: name, have: Math.max(seq, 0) });
    if (stream.mirror.version !== version) tell(stream);
    if (stream.mirror.state !== before) this.onChange();
  }

  #drop(key: string, stream: Stream): void {
    this.#streams.delete(key);
    if (stream.name !== null) {
      this.#named.delete(stream.name);
      if (this.#isReady) this.#send({ type: "unsubscribe", streams: [stream.name] });
    }
    this.onChange();
  }

  #send(frame: object): string {
    this.#requests += 1;
    const req = String(this.#requests);
    this.#toSend.push(JSON.stringify({ req, ...frame }));
    return req;
  }
}

export function streamKey(request: StreamRequest): string {
  const { channel, symbol, depth, interval_ms: gathered, interval, view } = request;
  return [channel, symbol, depth, gathered, interval, view].map((part) => part ?? "").join("/");
}

function tell(stream: Stream): void {
  for (const listener of stream.listeners) listener();
}
