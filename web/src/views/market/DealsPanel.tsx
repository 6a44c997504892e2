/** The last deals, what they mean by today's disclosures, and what became of their transfers. */
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Failure, Trade } from "../../feed/frames";
import { NOTHING, percentText } from "../../format/amounts";
import { compareDecimals } from "../../format/decimal";
import { dayOfMoment } from "../../format/moments";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { MomentText, PriceText, UnitsText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { useTerm } from "../../parts/terms";
import { NoQuotes } from "./BookPanel";
import { newestDeals, type Deal } from "./deals";
import { words } from "./productWords";
import { quotesQuery, type Product } from "./queries";

const DEALS_SHOWN = 15;

interface Properties {
  readonly product: Product;
  /** Newest first. */
  readonly trades: readonly Trade[];
  readonly failure: Failure | null;
}

export function DealsPanel({ product, trades, failure }: Properties) {
  const t = useWords(words);
  const columns = useColumns(product);
  return (
    <Panel title={t("deals")}>
      {failure !== null ? (
        <NoQuotes failure={failure} symbol={product.symbol} />
      ) : trades.length === 0 ? (
        <EmptyState title={t("noDeals")} advice={t("noDealsAdvice")} />
      ) : (
        <>
          <DataTable
            caption={t("deals")}
            columns={columns}
            rows={newestDeals(trades, DEALS_SHOWN)}
            rowId={({ trade }) => trade.trade_id}
            narrow="table"
          />
          <Text size="xs" c="dimmed" mt="xs">
            {t("estimate")}
          </Text>
        </>
      )}
    </Panel>
  );
}

function useColumns(product: Product): readonly Column<Deal>[] {
  const t = useWords(words);
  const term = useTerm();
  const { pricing_date: today } = product.pricing;
  return useMemo(
    () => [
      {
        id: "time",
        header: t("time"),
        cell: ({ trade: { time } }) => (
          <MomentText of={time} only={dayOfMoment(time) === today ? "time" : "moment"} />
        ),
      },
      {
        id: "price",
        header: t("price"),
        isAmount: true,
        cell: ({ trade, before }) => <DealPrice trade={trade} before={before} />,
      },
      {
        id: "quantity",
        header: t("quantity"),
        isAmount: true,
        cell: ({ trade }) => <UnitsText of={trade.quantity} />,
      },
      { id: "side", header: t("side"), cell: ({ trade }) => t(trade.aggressor), isMinor: true },
      {
        id: "discount",
        header: t("discount"),
        isAmount: true,
        isMinor: true,
        cell: ({ trade: { price } }) => <Quoted {...{ product, price }} as="nav_discount" />,
      },
      {
        id: "yield",
        header: t("yield"),
        isAmount: true,
        isMinor: true,
        cell: ({ trade: { price } }) => <Quoted {...{ product, price }} as="yearly_yield" />,
      },
      { id: "state", header: t("dealState"), cell: ({ trade }) => term(trade.state) },
    ],
    [t, term, product, today],
  );
}

/** A price, and whether it rose or fell, told by arrow and colour. */
function DealPrice({ trade, before }: Deal) {
  const t = useWords(words);
  const direction = before === undefined ? 0 : compareDecimals(trade.price, before.price);
  if (direction === 0) return <PriceText of={trade.price} />;
  const [className, arrow, name] =
    direction > 0 ? (["rise", "▲", t("rose")] as const) : (["fall", "▼", t("fell")] as const);
  return (
    <span className={className}>
      <span role="img" aria-label={name}>
        {arrow}
      </span>{" "}
      <PriceText of={trade.price} />
    </span>
  );
}

interface QuotedProperties {
  readonly product: Product;
  /** As the product is quoted. */
  readonly price: string;
  readonly as: "nav_discount" | "yearly_yield";
}

/** What a price means by what is disclosed of the product today. */
export function Quoted({ product, price, as }: QuotedProperties) {
  const { symbol, pricing } = product;
  const basis = pricing.facts.quote_basis === "CLEAN" ? "CLEAN" : "DIRTY";
  const { data } = useQuery(quotesQuery(symbol, price, basis));
  const percent = data?.quotes[as] ?? null;
  return <span className="number">{percent === null ? NOTHING : percentText(percent)}</span>;
}
