/** What the page of a party's money asks the venue, and has done. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, take, takeAll, takeBounded, type components } from "../../client";
import { dayOfMoment } from "../../format/moments";
import { statementOf, type Period, type Statement } from "./statement";

export type Cash = components["schemas"]["Cash"];
export type BankAccount = components["schemas"]["BankAccount"];
export type CashEntry = components["schemas"]["CashEntry"];
export type Withdrawal = components["schemas"]["Withdrawal"];

/** Under this, all that is asked about money. */
export const CASH = "cash";
const PAGE = 500;

export const cashQuery = queryOptions({
  queryKey: [CASH, "balance"],
  queryFn: () => take(api.GET("/v1/cash")),
});

const SHOWN = 50;
/** Orders set money aside and free it again: what stands behind them is on the page of orders. */
const SCOPE = "MOVED";

/** The party's ledger, newest first, a page at a time. */
export const entriesQuery = infiniteQueryOptions({
  queryKey: [CASH, "entries"],
  queryFn: ({ pageParam }) =>
    take(
      api.GET("/v1/cash/entries", {
        params: {
          query: {
            limit: SHOWN,
            scope: SCOPE,
            ...(pageParam === null ? {} : { cursor: pageParam }),
          },
        },
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next_cursor: next }) => next,
});

/** A party's ledger over some days. */
export type StatementAnswer =
  | { readonly found: "statement"; readonly statement: Statement }
  /** More has moved since the period began than is asked for at once. */
  | { readonly found: "tooMuch" }
  /** Money moved whenever it was looked at. */
  | { readonly found: "moving" };

const TRIES_MAX = 3;

/** The statement of a period, from a ledger and a balance that belong together. */
export async function takeStatement(period: Period): Promise<StatementAnswer> {
  for (let tried = 0; tried < TRIES_MAX; tried += 1) {
    const { total } = await take(api.GET("/v1/cash"));
    const { items, isCut } = await takeBounded<CashEntry>(
      (cursor) =>
        api.GET("/v1/cash/entries", {
          params: {
            query: { limit: PAGE, scope: SCOPE, ...(cursor === undefined ? {} : { cursor }) },
          },
        }),
      { isBehind: ({ at }) => dayOfMoment(at) < period.from },
    );
    if (isCut) return { found: "tooMuch" };
    const { total: after } = await take(api.GET("/v1/cash"));
    if (after === total) {
      return { found: "statement", statement: statementOf(items, total, period) };
    }
  }
  return { found: "moving" };
}

export const bankAccountsQuery = queryOptions({
  queryKey: [CASH, "accounts"],
  queryFn: () =>
    takeAll<BankAccount>((cursor) =>
      api.GET("/v1/bank-accounts", {
        params: { query: { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) } },
      }),
    ),
});

/** Newest first. */
export const withdrawalsQuery = queryOptions({
  queryKey: [CASH, "withdrawals"],
  queryFn: () =>
    takeAll<Withdrawal>((cursor) =>
      api.GET("/v1/withdrawals", {
        params: { query: { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) } },
      }),
    ),
});

export function registerBankAccount(
  body: components["schemas"]["RegisterBankAccountBody"],
  key: string,
): Promise<BankAccount> {
  return take(
    api.POST("/v1/bank-accounts", { params: { header: { "Idempotency-Key": key } }, body }),
  );
}

export function requestWithdrawal(
  body: components["schemas"]["RequestWithdrawalBody"],
  key: string,
): Promise<Withdrawal> {
  return take(
    api.POST("/v1/withdrawals", { params: { header: { "Idempotency-Key": key } }, body }),
  );
}
