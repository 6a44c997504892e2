/** A trust company's list of holders beside the register: every difference, with its cause. */
import { Anchor, Button, FileInput, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { NOTHING } from "../../format/amounts";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { UnitsText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { useCode } from "./codes";
import { reconcileHolders, type HolderReconciliation } from "./files";
import { words } from "./moreWords";
import { useNameOf } from "./shown";

type Product = HolderReconciliation["products"][number];
type Break = HolderReconciliation["breaks"][number];

export function HolderListPanel() {
  const t = useWords(words);
  const [file, setFile] = useState<File | null>(null);
  const comparing = useMutation({ mutationFn: reconcileHolders });
  return (
    <Panel title={t("holdersTitle")}>
      <Stack gap="sm">
        <Text size="sm">{t("holdersAdvice")}</Text>
        <Group gap="sm" align="end">
          <FileInput
            label={t("file")}
            placeholder={t("choose")}
            accept=".csv,.xlsx"
            value={file}
            onChange={setFile}
            flex="1 1 12rem"
          />
          <Button
            onClick={() => file !== null && comparing.mutate(file)}
            disabled={file === null}
            loading={comparing.isPending}
          >
            {t("compare")}
          </Button>
        </Group>
        {comparing.isError && <ProblemAlert error={comparing.error} />}
        {comparing.data !== undefined && <Compared compared={comparing.data} />}
      </Stack>
    </Panel>
  );
}

function Compared({ compared }: { readonly compared: HolderReconciliation }) {
  const t = useWords(words);
  return (
    <>
      <Text role="status">{t("asOfDay", { day: compared.as_of })}</Text>
      <DataTable
        caption={t("holdersTitle")}
        columns={useProductColumns()}
        rows={compared.products}
        rowId={({ symbol }) => symbol}
      />
      {compared.breaks.length === 0 ? (
        <EmptyState title={t("noBreaks")} advice={t("noBreaksAdvice")} />
      ) : (
        <Breaks breaks={compared.breaks} />
      )}
    </>
  );
}

function useProductColumns(): readonly Column<Product>[] {
  const t = useWords(words);
  const nameOf = useNameOf();
  return useMemo(
    () => [
      { id: "product", header: t("product"), cell: ({ symbol }) => nameOf(symbol) },
      {
        id: "holders",
        header: `${t("holders")} · ${t("theirs")} / ${t("ours")}`,
        isAmount: true,
        cell: (product) => `${product.holders_theirs} / ${product.holders_ours}`,
      },
      {
        id: "theirs",
        header: `${t("units")} · ${t("theirs")}`,
        isAmount: true,
        cell: (product) => <UnitsText of={product.units_theirs} />,
      },
      {
        id: "ours",
        header: `${t("units")} · ${t("ours")}`,
        isAmount: true,
        cell: (product) => <UnitsText of={product.units_ours} />,
      },
      { id: "breaks", header: t("breaks"), isAmount: true, cell: ({ breaks }) => breaks },
    ],
    [t, nameOf],
  );
}

function Breaks({ breaks }: { readonly breaks: readonly Break[] }) {
  const t = useWords(words);
  const code = useCode();
  const columns = useMemo<readonly Column<Break>[]>(
    () => [
      { id: "holder", header: t("holder"), cell: ({ holder_id: id }) => id },
      { id: "what", header: t("whatDiffers"), cell: ({ what }) => code(what) },
      {
        id: "theirs",
        header: t("theirs"),
        isAmount: true,
        cell: ({ theirs }) => <UnitsText of={theirs} />,
      },
      {
        id: "ours",
        header: t("ours"),
        isAmount: true,
        cell: ({ ours }) => <UnitsText of={ours} />,
      },
      {
        id: "difference",
        header: t("difference"),
        isAmount: true,
        cell: ({ difference }) => <UnitsText of={difference} />,
      },
      { id: "cause", header: t("cause"), cell: ({ cause }) => code(cause) },
      {
        id: "transfer",
        header: t("transfer"),
        cell: ({ transfer_id: id }) =>
          id === null ? (
            NOTHING
          ) : (
            <Anchor component={Link} to={`/desk/transfers/${id}`}>
              #{id}
            </Anchor>
          ),
      },
    ],
    [t, code],
  );
  return (
    <DataTable
      caption={t("breaks")}
      columns={columns}
      rows={breaks}
      rowId={(each) => Object.values(each).join(" ")}
    />
  );
}
