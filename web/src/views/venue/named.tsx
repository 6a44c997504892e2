/**
 * What numbers and symbols are called, beside them. Names are asked for once for all that is shown,
 * and those alone that are not known yet; a name is kept for ever as it was first.
 */
import { Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, use, type ReactNode } from "react";
import { api, take } from "../../client";
import { nameText } from "../../format/names";
import { useLanguage } from "../../i18n/words";
import { productsQuery } from "../market/queries";
import { partyIdsIn } from "./partyIds";

type Names = ReadonlyMap<string, string | null>;

const NONE: Names = new Map();
const NamesContext = createContext<Names>(NONE);
const KNOWN = ["venue", "names", "known"] as const;
/** Of one request: the interface takes no more. */
const IDS_MAX = 100;

interface Properties {
  /** All that is shown within. */
  readonly of: unknown;
  readonly children: ReactNode;
}

/** Knows what the parties are called that are named by number within. */
export function Named({ of, children }: Properties) {
  const queries = useQueryClient();
  const ids = partyIdsIn(of);
  const { data = NONE } = useQuery({
    queryKey: ["venue", "names", ids],
    queryFn: async () => {
      const known = queries.getQueryData<Names>(KNOWN) ?? NONE;
      const names = new Map([...known, ...(await namesOf(ids.filter((id) => !known.has(id))))]);
      queries.setQueryData<Names>(KNOWN, names);
      return names;
    },
    enabled: ids.length > 0,
    staleTime: Infinity,
    placeholderData: (before) => before,
  });
  return <NamesContext value={data}>{children}</NamesContext>;
}

async function namesOf(ids: readonly string[]): Promise<Names> {
  const names = new Map<string, string | null>(ids.map((id) => [id, null]));
  for (let from = 0; from < ids.length; from += IDS_MAX) {
    const query = { party_ids: ids.slice(from, from + IDS_MAX).join(","), limit: IDS_MAX };
    const { items } = await take(api.GET("/v1/parties", { params: { query } }));
    for (const { party_id: id, name } of items) names.set(id, name);
  }
  return names;
}

/** A party by its number, and its name where that is known. */
export function PartyNumber({ id }: { readonly id: string }) {
  const language = useLanguage();
  const name = use(NamesContext).get(id) ?? null;
  return <WithName of={id} name={name === null ? null : nameText(name, language)} />;
}

/** A product by its symbol, and its name where that is known. */
export function ProductSymbol({ symbol }: { readonly symbol: string }) {
  const language = useLanguage();
  const { data = [] } = useQuery(productsQuery);
  const product = data.find((each) => each.symbol === symbol);
  const name = (language === "zh" ? product?.name_zh : product?.name_en) ?? null;
  return <WithName of={symbol} name={name} />;
}

/** What something is called, beneath its number. */
export function WithName({ of, name }: { readonly of: string; readonly name: string | null }) {
  return (
    <>
      <span className="number">{of}</span>
      {name !== null && (
        <Text component="span" display="block" size="xs" c="dimmed">
          {name}
        </Text>
      )}
    </>
  );
}
