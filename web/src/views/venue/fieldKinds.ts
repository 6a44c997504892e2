/**
 * What the decimals of a field are of: the interface writes money, prices and units alike. What is
 * not named here is shown to its last digit and without a sign, as a price is.
 */
import { amountText, moneyText, unitsText } from "../../format/amounts";

const MONEY: ReadonlySet<string> = new Set([
  "accounts",
  "accrued",
  "amount",
  "closing_balance",
  "consideration",
  "cost",
  "escrow_account",
  "fault_fee",
  "fault_fee_owed",
  "fees",
  "forfeited",
  "ledger",
  "maximum",
  "minimum",
  "opening_balance",
  "paid",
  "paid_back",
  "principal",
  "rest_due",
  "statement",
  "suspense",
  "trust_company",
  "venue",
]);

const UNITS: ReadonlySet<string> = new Set([
  "filled_quantity",
  "lot",
  "open_quantity",
  "quantity",
  "units",
  "units_issued",
  "units_outstanding",
]);

/** The text of a decimal in this field. */
export function decimalText(field: string, decimal: string): string {
  if (MONEY.has(field)) return moneyText(decimal);
  return UNITS.has(field) ? unitsText(decimal) : amountText(decimal);
}

/** Whether there is nothing to tell: nobody reads a page of dashes. */
export function isEmpty(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === "" ||
    (Array.isArray(value) && value.length === 0)
  );
}
