/** Whoever is signed in. */

export const KINDS = [
  "NATURAL_PERSON",
  "INSTITUTION",
  "TRUST_COMPANY",
  "OPERATOR",
  "REGULATOR",
] as const;
export type Kind = (typeof KINDS)[number];

export interface Person {
  readonly kind: Kind;
  readonly partyId: string | null;
  readonly name: string | null;
  /** Null: he acts by his party's own key, and no officer. */
  readonly officerId: string | null;
  /** Of an officer: MAKER, CHECKER, HEAD, COMPLIANCE. */
  readonly roles: readonly string[];
  /** Whether the venue wants a second factor to be set up. */
  readonly needsTotpSetup: boolean;
}

/** Who holds, buys and sells for himself. */
export const INVESTORS = ["NATURAL_PERSON", "INSTITUTION"] as const satisfies readonly Kind[];
