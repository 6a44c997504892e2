/** What the page of a party's money asks the venue, and has done. */
import { queryOptions } from "@tanstack/react-query";
import { api, take, takeAll, type components } from "../../client";

export type Cash = components["schemas"]["Cash"];
export type BankAccount = components["schemas"]["BankAccount"];
export type Withdrawal = components["schemas"]["Withdrawal"];

/** Under this, all that is asked about money. */
export const CASH = "cash";
const PAGE = 500;

export const cashQuery = queryOptions({
  queryKey: [CASH, "balance"],
  queryFn: () => take(api.GET("/v1/cash")),
});

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
