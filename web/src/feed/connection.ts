/**
 * The socket and the clock around FeedProtocol: one connection for all pages, opened when a page
 * follows a stream, closed when none does, opened again with growing pauses when it breaks.
 */
import { FeedProtocol, type AuthFrame } from "./protocol";

const PATH = "/feed/v1";
const SUBPROTOCOL = "trustex.v1.json";
const PAUSE_MS_FIRST = 500;
const PAUSE_MS_MAX = 15_000;
/** Following ends a moment late, so that going from page to page keeps the connection. */
const LINGER_MS = 2_000;

export class FeedConnection {
  readonly protocol: FeedProtocol;
  #socket: WebSocket | null = null;
  #pauseMs = PAUSE_MS_FIRST;
  #retry: number | undefined;
  #linger: number | undefined;
  #silence: number | undefined;
  #flushIsDue = false;
  readonly #listeners = new Set<() => void>();

  /** `authenticate` gives what to sign in by, for each connection anew: tickets work once. */
  constructor(readonly authenticate: () => Promise<AuthFrame | null>) {
    this.protocol = new FeedProtocol(() => this.#changed());
  }

  /** Call `listener` when the state of the whole feed may have changed. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Who we are has changed: come again as that. */
  reconnect(): void {
    if (this.#socket === null) return;
    this.#pauseMs = 0;
    end(this.#socket);
  }

  #changed(): void {
    if (this.protocol.isWanted) {
      window.clearTimeout(this.#linger);
      this.#linger = undefined;
      this.#open();
      this.#flushSoon();
    } else {
      this.#linger ??= window.setTimeout(() => this.#socket && end(this.#socket), LINGER_MS);
      this.#flushSoon();
    }
    for (const listener of this.#listeners) listener();
  }

  #open(): void {
    if (this.#socket !== null || this.#retry !== undefined) return;
    const scheme = window.location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${window.location.host}${PATH}`, SUBPROTOCOL);
    this.#socket = socket;
    this.#listen();
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      this.#listen();
      if (this.protocol.receive(data) === "welcome") void this.#begin(socket);
      this.#flush();
    };
    socket.onclose = () => this.#closed(socket);
  }

  async #begin(socket: WebSocket): Promise<void> {
    const auth = await this.authenticate().catch(() => null);
    if (this.#socket !== socket) return;
    this.#pauseMs = PAUSE_MS_FIRST;
    this.protocol.start(auth);
    this.#flush();
  }

  #closed(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    window.clearTimeout(this.#silence);
    const [leastMs, mostMs] = this.protocol.reconnectAfterMs ?? [0, this.#pauseMs];
    this.protocol.reconnectAfterMs = null;
    // At random, so that not all who were cut off come back in one moment.
    const pauseMs = leastMs + Math.random() * (mostMs - leastMs);
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, PAUSE_MS_FIRST), PAUSE_MS_MAX);
    this.#retry = window.setTimeout(() => {
      this.#retry = undefined;
      if (this.protocol.isWanted) this.#open();
    }, pauseMs);
    this.protocol.disconnect();
  }

  /** Without any frame for two heartbeats and a second the connection is dead. */
  #listen(): void {
    window.clearTimeout(this.#silence);
    const deadAfterMs = (2 * this.protocol.heartbeatS + 1) * 1_000;
    this.#silence = window.setTimeout(() => {
      const socket = this.#socket;
      if (socket === null) return;
      socket.close();
      this.#closed(socket); // at once: closing may wait for an answer that never comes
    }, deadAfterMs);
  }

  #flushSoon(): void {
    if (this.#flushIsDue) return;
    this.#flushIsDue = true;
    queueMicrotask(() => {
      this.#flushIsDue = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    for (const text of this.protocol.textsToSend()) this.#socket.send(text);
  }
}

/** One that is still being opened ends once it is: the browser complains of anything sooner. */
function end(socket: WebSocket): void {
  if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
  else socket.close();
}
