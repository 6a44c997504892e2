/** Facts of a product that both pages show. */
import { Badge, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { StatusFrame } from "../../feed/frames";
import { useStatus } from "../../feed/hooks";
import { MomentText } from "../../parts/Figures";
import { useTerm } from "../../parts/terms";
import { daysBetween } from "../../format/moments";
import { nameText } from "../../format/names";
import type { Language } from "../../i18n/language";
import { useLanguage, useWords } from "../../i18n/words";
import { productsQuery, type Product } from "./queries";
import { words } from "./words";

/** A product's name in the reader's language. */
export function useProductName(): (product: Product) => string {
  const language = useLanguage();
  return useCallback(
    (product) => (language === "zh" ? product.name_zh : product.name_en),
    [language],
  );
}

/** Who manages the trust, in the reader's language; null: no name is known. */
export function trustCompanyText(
  { trust_company_name: name }: Product,
  language: Language,
): string | null {
  return name === null ? null : nameText(name, language);
}

/** The name of the product with a symbol; until it is known, the symbol. */
export function useNameOfSymbol(): (symbol: string) => string {
  const nameOf = useProductName();
  const { data } = useQuery(productsQuery);
  const products = useMemo(
    () => new Map((data ?? []).map((product) => [product.symbol, product])),
    [data],
  );
  return useCallback(
    (symbol) => {
      const product = products.get(symbol);
      return product === undefined ? symbol : nameOf(product);
    },
    [products, nameOf],
  );
}

/** Whether it is traded, as the feed has it at this moment; until it speaks, as it was read. */
export function useStanding(product: Product): Pick<StatusFrame, "state" | "halts"> {
  return useStatus(product.symbol).mirror?.latest ?? product;
}

/** Whether it is traded, told in words. */
export function StateBadge({ product }: { readonly product: Product }) {
  const term = useTerm();
  const { state, halts } = useStanding(product);
  const [halt] = halts;
  if (halt !== undefined) {
    return (
      <Group gap={6}>
        <Badge color="red" variant="outline" autoContrast>
          {term("HALTED")}
        </Badge>
        <Text size="xs" c="dimmed">
          {term(halt.reason)} · <MomentText of={halt.since} only="day" />
        </Text>
      </Group>
    );
  }
  return (
    <Badge color={state === "LIVE" ? "navy" : "gray"} variant="outline" miw="max-content">
      {term(state)}
    </Badge>
  );
}

/** How long a product still runs. */
export function RemainingTerm({ product }: { readonly product: Product }) {
  const t = useWords(words);
  if (product.maturity_date === null) return t("openEnded");
  const days = daysBetween(product.pricing.pricing_date, product.maturity_date);
  return <span className="number">{t("days", { days: Math.max(days, 0) })}</span>;
}
