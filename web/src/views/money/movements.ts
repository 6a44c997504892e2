/**
 * What has moved a party's money, as its transfers and withdrawals tell: for each what came
 * or went,
 * and what waits. Payments in are told as their sum only: the interface has no list of them.
 */
import { addDecimals, compareDecimals, subtractDecimals } from "../../format/decimal";
import type { Transfer } from "../transfers/queries";
import { isOpen, totalOf } from "../transfers/stages";
import type { Withdrawal } from "./queries";

export type MovementKind =
  "BOUGHT" | "SOLD" | "ESCROW" | "FAULT" | "PAID_BACK" | "WITHDRAWN" | "WITHDRAWING";

export interface Movement {
  readonly id: string;
  readonly kind: MovementKind;
  readonly at: string;
  /** Below zero: it went, or waits to go. */
  readonly amount: string;
  /** Of the amount, what the venue and the trust company are paid; null: nothing. */
  readonly fees: string | null;
  /** What it is about. */
  readonly transferId: string | null;
  readonly symbol: string | null;
}

/** Newest first. */
export function movementsOf(
  transfers: readonly Transfer[],
  withdrawals: readonly Withdrawal[],
): readonly Movement[] {
  return [...transfers.flatMap(ofTransfer), ...withdrawals.flatMap(ofWithdrawal)].sort(
    (first, second) => second.at.localeCompare(first.at),
  );
}

function ofTransfer(transfer: Transfer): readonly Movement[] {
  const base = { transferId: transfer.transfer_id, symbol: transfer.symbol, fees: null };
  const id = `transfer-${transfer.transfer_id}`;
  const isBuyer = transfer.role === "BUYER";
  if (isOpen(transfer)) {
    if (!isBuyer || transfer.paid === null) return [];
    const amount = negative(transfer.paid);
    return [{ ...base, id, kind: "ESCROW", at: transfer.matched_at, amount }];
  }
  const at = transfer.decided_at ?? transfer.matched_at;
  if (["SETTLED", "REGISTERED", "REVERSED"].includes(transfer.state)) {
    const charged = isBuyer ? transfer.buyer_fees : transfer.seller_fees;
    const fees = charged && addDecimals(charged.venue, charged.trust_company);
    const amount = isBuyer ? negative(totalOf(transfer)) : totalOf(transfer);
    const settled: Movement = { ...base, id, kind: isBuyer ? "BOUGHT" : "SOLD", at, amount, fees };
    const { paid_back: back, reversed_at: reversedAt } = transfer;
    // Who paid it is not told: only the buyer knows that it is his.
    if (!isBuyer || back === null || reversedAt === null) return [settled];
    return [
      settled,
      { ...base, id: `${id}-reversed`, kind: "PAID_BACK", at: reversedAt, amount: back },
    ];
  }
  return ofFailure(transfer).map((amount) => ({ ...base, id, kind: "FAULT", at, amount }));
}

/** What a failure moved: a fee from who is at fault, a deposit from the buyer; else nothing. */
function ofFailure(transfer: Transfer): readonly string[] {
  const isAtFault = transfer.fault.some((side) => side === transfer.role);
  const fee = isAtFault ? negative(transfer.fault_fee) : transfer.fault_fee;
  const isBuyer = transfer.role === "BUYER";
  const deposit = isBuyer ? negative(transfer.forfeited) : transfer.forfeited;
  const moved = addDecimals(transfer.fault.length === 2 ? "0.00" : fee, deposit);
  return compareDecimals(moved, "0") === 0 ? [] : [moved];
}

function ofWithdrawal(withdrawal: Withdrawal): readonly Movement[] {
  if (withdrawal.state === "DECLINED" || withdrawal.state === "FAILED") return [];
  const isPaid = withdrawal.state === "PAID";
  return [
    {
      id: `withdrawal-${withdrawal.withdrawal_id}`,
      kind: isPaid ? "WITHDRAWN" : "WITHDRAWING",
      at: isPaid ? withdrawal.changed_at : withdrawal.requested_at,
      amount: negative(withdrawal.amount),
      fees: null,
      transferId: null,
      symbol: null,
    },
  ];
}

function negative(amount: string): string {
  return subtractDecimals("0.00", amount);
}
