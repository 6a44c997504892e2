/** All pages of the operator's and the examiner's, in the order of the navigation. */
import type { Both } from "../../../i18n/language";
import type { Person } from "../../../session/person";
import { isOperator } from "../acts";
import { words as auditWords } from "../auditWords";
import type { Listing } from "../ListView";
import { words as listingWords } from "../listing/words";
import { words } from "../words";
import { applications, officers, parties, people } from "./people";
import { calendars, feeSchedules, halts, products, rulePacks } from "./trade";
import {
  alerts,
  bankAccounts,
  clearances,
  exceptions,
  payments,
  reads,
  reconciliations,
  withdrawals,
} from "./watch";

/** A page below /venue. */
export interface Entry {
  readonly path: string;
  readonly title: Both;
  readonly isFor: (person: Person) => boolean;
}

interface Group {
  readonly title: Both;
  readonly pages: readonly (Entry | Listing)[];
}

/** A page with a file of its own. */
function own(path: string, key: "safety" | "proposals" | "cases"): Entry {
  return { path, title: { zh: words.zh[key], en: words.en[key] }, isFor: () => true };
}

const audit: Entry = {
  path: "audit",
  title: { zh: auditWords.zh.title, en: auditWords.en.title },
  isFor: () => true,
};

const listing: Entry = {
  path: "listing",
  title: { zh: listingWords.zh.title, en: listingWords.en.title },
  isFor: isOperator,
};

export const GROUPS: readonly Group[] = [
  {
    title: { zh: "监管与安全", en: "Safety" },
    pages: [
      own("", "safety"),
      own("proposals", "proposals"),
      halts,
      exceptions,
      clearances,
      alerts,
    ],
  },
  {
    title: { zh: "客户与人员", en: "Clients and people" },
    pages: [applications, parties, people, officers],
  },
  {
    title: { zh: "资金", en: "Money" },
    pages: [reconciliations, payments, withdrawals, bankAccounts],
  },
  {
    title: { zh: "产品与规则", en: "Products and rules" },
    pages: [products, listing, rulePacks, calendars, feeSchedules],
  },
  { title: { zh: "记录", en: "Records" }, pages: [own("cases", "cases"), audit, reads] },
];

export const LISTS: readonly Listing[] = GROUPS.flatMap(({ pages }) => pages).filter(isListing);

function isListing(page: Entry | Listing): page is Listing {
  return "Page" in page;
}
