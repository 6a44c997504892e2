/** Products of the trust company's: what it is to sign off, what registers are to come, and all. */
import { Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { NOTHING } from "../../format/amounts";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { UnitsText } from "../../parts/Figures";
import { QueryView } from "../../parts/QueryView";
import { useTerm } from "../../parts/terms";
import { useTitle } from "../../shell/useTitle";
import { useProductName } from "../market/facts";
import { productsQuery, type Product } from "../market/queries";
import { useSelf } from "./OfficeFrame";
import { OpeningPanel } from "./OpeningPanel";
import { words } from "./productWords";
import { REFRESH_MS } from "./queries";
import { SignOffPanel } from "./SignOffPanel";

export function ProductsPage() {
  const t = useWords(words);
  const { party_id: own } = useSelf();
  useTitle(t("title"));
  const query = useQuery({ ...productsQuery, refetchInterval: REFRESH_MS });
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {t("title")}
      </Title>
      <Text size="sm">{t("intro")}</Text>
      <QueryView query={query} height={300}>
        {(all) => <Products products={all.filter((each) => each.trust_company_id === own)} />}
      </QueryView>
    </Stack>
  );
}

function Products({ products }: { readonly products: readonly Product[] }) {
  const t = useWords(words);
  const inState = (state: Product["state"]) => products.filter((each) => each.state === state);
  const drafts = inState("DRAFT");
  return (
    <>
      {drafts.length === 0 && <EmptyState title={t("none")} advice={t("noneAdvice")} />}
      {drafts.map((product) => (
        <SignOffPanel key={product.symbol} product={product} />
      ))}
      {inState("SIGNED_OFF").map((product) => (
        <OpeningPanel key={product.symbol} product={product} />
      ))}
      {products.length > 0 && <All products={products} />}
    </>
  );
}

function All({ products }: { readonly products: readonly Product[] }) {
  const t = useWords(words);
  const term = useTerm();
  const nameOf = useProductName();
  const columns = useMemo<readonly Column<Product>[]>(
    () => [
      { id: "symbol", header: t("symbol"), cell: ({ symbol }) => symbol },
      { id: "name", header: t("name"), cell: nameOf },
      { id: "state", header: t("state"), cell: ({ state }) => term(state) },
      {
        id: "units",
        header: t("units"),
        isAmount: true,
        cell: ({ units_issued: units }) => <UnitsText of={units} />,
      },
      { id: "maturity", header: t("maturity"), cell: (each) => each.maturity_date ?? NOTHING },
    ],
    [t, term, nameOf],
  );
  return (
    <DataTable
      caption={t("all")}
      columns={columns}
      rows={products}
      rowId={({ symbol }) => symbol}
    />
  );
}
