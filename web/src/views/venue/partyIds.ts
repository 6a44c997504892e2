/** Where the interface tells a party by its number alone. */
const PARTY_FIELDS: ReadonlySet<string> = new Set([
  "actor_id",
  "attached_by",
  "buyer_id",
  "counterparty_id",
  "holder_id",
  "opener_id",
  "owner_party_id",
  "party_id",
  "party_ids",
  "payer_id",
  "resolved_by",
  "seller_id",
  "trust_company_id",
]);

/** Whether a field says the number of a party, or of several. */
export function isOfParty(field: string): boolean {
  return PARTY_FIELDS.has(field);
}

/** The numbers of all parties that a body names, at every depth, smallest first. */
export function partyIdsIn(body: unknown): readonly string[] {
  const found = new Set<string>();
  gather(body, false, found);
  return [...found].sort((first, second) => Number(BigInt(first) - BigInt(second)));
}

const ID = /^[1-9]\d{0,17}$/;

function gather(value: unknown, isParty: boolean, found: Set<string>): void {
  if (typeof value === "string") {
    if (isParty && ID.test(value)) found.add(value);
  } else if (Array.isArray(value)) {
    for (const each of value) gather(each, isParty, found);
  } else if (typeof value === "object" && value !== null) {
    for (const [field, each] of Object.entries(value)) gather(each, isOfParty(field), found);
  }
}
