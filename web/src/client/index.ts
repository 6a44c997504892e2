/**
 * The venue's interface, typed by its own OpenAPI document:
 *
 *     const params = { path: { symbol } };
 *     const product = await take(api.GET("/v1/products/{symbol}", { params }));
 *
 * `take` gives the body, or throws the one error `RequestFailed`. What changes something carries an
 * `Idempotency-Key`: make it once for each thing that a person wants done (`newKey`), not for each
 * try, and a repeated try is answered and not done again.
 */
import createClient, { type Middleware } from "openapi-fetch";
import { LANGUAGE_TAGS } from "../i18n/language";
import { currentLanguage } from "../i18n/words";
import type { paths } from "./api.generated";
import { credentialHeaders, heedStatus } from "./credentials";
import { problemIn, RequestFailed } from "./problem";

export { RequestFailed, type Problem } from "./problem";
export type { components } from "./api.generated";

const REQUEST_TIMEOUT_MS = 20_000;

const withHeaders: Middleware = {
  onRequest({ request }) {
    request.headers.set("Accept-Language", LANGUAGE_TAGS[currentLanguage()]);
    for (const [name, value] of Object.entries(credentialHeaders(request.method))) {
      request.headers.set(name, value);
    }
    return request;
  },
  onResponse({ response }) {
    heedStatus(response.status);
  },
};

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  fetch: (request: Request) =>
    fetch(request, { signal: AbortSignal.any([request.signal, deadline()]) }),
});
api.use(withHeaders);

interface Answer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The body of an answer. Throws RequestFailed for every answer but a success. */
export async function take<Data>(asked: Promise<Answer<Data>>): Promise<NonNullable<Data>> {
  const { data, error, response } = await reached(asked);
  if (!response.ok || data === undefined || data === null) {
    throw new RequestFailed(response.status, problemIn(error));
  }
  return data;
}

/** The same of a request whose success has no body. */
export async function done(asked: Promise<Answer<unknown>>): Promise<void> {
  const { error, response } = await reached(asked);
  if (!response.ok) throw new RequestFailed(response.status, problemIn(error));
}

/** The first pages of a list together. */
export interface Bounded<Item> {
  readonly items: readonly Item[];
  /** There are more: a page says so. */
  readonly isCut: boolean;
}

interface Bounds<Item> {
  readonly pagesMax?: number;
  /** Whether this item is behind all that is wanted: then no further page is asked for. */
  readonly isBehind?: (item: Item) => boolean;
}

/** A list, page after page. `pagesMax` bounds what a page of ours can show. */
export async function takeBounded<Item>(
  ask: (cursor: string | undefined) => Promise<Answer<PageOf<Item>>>,
  { pagesMax = 20, isBehind = () => false }: Bounds<Item> = {},
): Promise<Bounded<Item>> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const taken = await take(ask(cursor));
    items.push(...taken.items);
    const last = items.at(-1);
    const isWhole = taken.next_cursor === null || (last !== undefined && isBehind(last));
    if (isWhole) return { items, isCut: false };
    cursor = taken.next_cursor;
  }
  return { items, isCut: true };
}

/** The items of a list that is short enough for nobody to miss what lies behind the bound. */
export async function takeAll<Item>(
  ask: (cursor: string | undefined) => Promise<Answer<PageOf<Item>>>,
  bound: { readonly pagesMax?: number } = {},
): Promise<readonly Item[]> {
  return (await takeBounded(ask, bound)).items;
}

/** A key for one thing that a person wants done. */
export function newKey(): string {
  return crypto.randomUUID();
}

interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

async function reached<Data>(asked: Promise<Answer<Data>>): Promise<Answer<Data>> {
  try {
    return await asked;
  } catch {
    throw new RequestFailed(0, null); // the network, or the time it may take
  }
}

function deadline(): AbortSignal {
  return AbortSignal.timeout(REQUEST_TIMEOUT_MS);
}
