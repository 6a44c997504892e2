/** What somebody fills in who asks to be taken as a qualified investor. */

export const BASES = {
  person: ["FINANCIAL_ASSETS", "NET_ASSETS", "INCOME"],
  institution: ["LEGAL_PERSON", "DEEMED"],
} as const;
export type Basis = (typeof BASES)[keyof typeof BASES][number];

export interface Wish {
  readonly basis: Basis | null;
  readonly isProfessional: boolean;
  /** The `link_id` of documents of his own. */
  readonly evidence: readonly string[];
  /** Null: he himself. */
  readonly ownerPartyId: string | null;
}

export const NOTHING_WISHED: Wish = {
  basis: null,
  isProfessional: false,
  evidence: [],
  ownerPartyId: null,
};

export type Objection = "lacksBasis" | "lacksEvidence" | "lacksOwner";

/** What each step lacks, in their order; null: nothing. */
export function objections(wish: Wish): readonly (Objection | null)[] {
  return [
    wish.basis === null ? "lacksBasis" : null,
    wish.evidence.length === 0 ? "lacksEvidence" : null,
    wish.ownerPartyId === null || /^[1-9][0-9]{0,17}$/.test(wish.ownerPartyId)
      ? null
      : "lacksOwner",
    null,
  ];
}
