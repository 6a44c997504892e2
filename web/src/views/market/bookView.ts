/** As whom the book is seen (docs/reference/feed.md, "As a class sees it"). */
import type { BookView } from "../../feed/frames";
import { INVESTORS, type Kind } from "../../session/person";

export type InvestorKind = (typeof INVESTORS)[number];

/** The kind of somebody who trades; null: he does not, or nobody is signed in. */
export function investorKind(kind: Kind | undefined): InvestorKind | null {
  return INVESTORS.find((each) => each === kind) ?? null;
}

/** The view of one who is about to buy, or to sell a part of what he holds. */
export function viewOf(kind: InvestorKind, side: "buyer" | "seller"): BookView {
  if (kind === "NATURAL_PERSON") return side === "buyer" ? "natural" : "natural_seller";
  return side === "buyer" ? "institution" : "institution_seller";
}
