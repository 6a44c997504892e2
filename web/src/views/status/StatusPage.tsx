/** Whether there is trade: of the whole venue, and product by product. */
import { Alert, Anchor, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "react-router";
import { api, take } from "../../client";
import { NOTHING } from "../../format/amounts";
import { listText } from "../../format/lists";
import { momentText } from "../../format/moments";
import { useLanguage, useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { MomentText } from "../../parts/Figures";
import { QueryView } from "../../parts/QueryView";
import { useTerm } from "../../parts/terms";
import { useTitle } from "../../shell/useTitle";
import { StateBadge, useProductName } from "../market/facts";
import { productsQuery, type Product } from "../market/queries";
import { words } from "./words";

const REFRESH_MS = 15_000;

const venueQuery = {
  queryKey: ["venue"],
  queryFn: () => take(api.GET("/v1/venue")),
  refetchInterval: REFRESH_MS,
};

export function StatusPage() {
  const t = useWords(words);
  const term = useTerm();
  useTitle(t("title"));
  const venue = useQuery(venueQuery);
  const products = useQuery({ ...productsQuery, refetchInterval: REFRESH_MS });
  const columns = useColumns();
  return (
    <Stack>
      <Title order={1} size="h3">
        {t("title")}
      </Title>
      <QueryView query={venue} height={48}>
        {({ halts }) =>
          halts.length === 0 ? (
            <Text>{t("venueOpen")}</Text>
          ) : (
            halts.map((halt) => (
              <Alert key={halt.halt_id} color="red" variant="light">
                {t("venueHalted", {
                  reason: term(halt.reason),
                  since: momentText(halt.since),
                  review: momentText(halt.review_at),
                })}
              </Alert>
            ))
          )
        }
      </QueryView>
      <QueryView query={products} height={400}>
        {(rows) => (
          <DataTable
            caption={t("title")}
            columns={columns}
            rows={rows}
            rowId={({ symbol }) => symbol}
            narrow="table"
          />
        )}
      </QueryView>
      <Text size="sm" c="dimmed">
        {t("reviewAdvice")}
      </Text>
    </Stack>
  );
}

function useColumns(): readonly Column<Product>[] {
  const t = useWords(words);
  const term = useTerm();
  const language = useLanguage();
  const nameOf = useProductName();
  return useMemo(
    () => [
      {
        id: "product",
        header: t("product"),
        cell: (product) => (
          <Anchor component={Link} to={`/products/${product.symbol}`} fw={600}>
            {nameOf(product)}
          </Anchor>
        ),
        compare: (first, second) => nameOf(first).localeCompare(nameOf(second)),
      },
      {
        id: "state",
        header: t("state"),
        cell: (product) => <StateBadge product={product} />,
        compare: (first, second) => second.halts.length - first.halts.length,
      },
      {
        id: "mode",
        header: t("mode"),
        isMinor: true,
        cell: (product) => term(product.market_mode),
      },
      {
        id: "reason",
        header: t("reason"),
        cell: ({ halts }) =>
          listText(
            halts.map(({ reason }) => term(reason)),
            language,
          ) || NOTHING,
      },
      {
        id: "since",
        header: t("since"),
        isMinor: true,
        cell: ({ halts }) => <MomentText of={halts[0]?.since} />,
      },
      {
        id: "review",
        header: t("review"),
        isMinor: true,
        cell: ({ halts }) => <MomentText of={halts[0]?.review_at} />,
      },
    ],
    [t, term, nameOf, language],
  );
}
