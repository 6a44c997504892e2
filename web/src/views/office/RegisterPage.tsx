/** Who holds, or held, a product's units: the register of title as of any day. */
import { Anchor, Button, Group, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { NOTHING, unitsText } from "../../format/amounts";
import { addDecimals, compareDecimals } from "../../format/decimal";
import { momentText } from "../../format/moments";
import { nameText } from "../../format/names";
import { useLanguage, useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { FactList } from "../../parts/FactList";
import { MoneyText, UnitsText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { useTitle } from "../../shell/useTitle";
import { slotsQuery } from "../market/queries";
import { words } from "./moreWords";
import { holderQuery, registerQuery, type RegisteredHolder } from "./queries";
import { useNameOf, useOwnProducts } from "./shown";
import { endOfDay } from "./work";

const DAY = /^20\d\d-\d\d-\d\d$/;

export function RegisterPage() {
  const t = useWords(words);
  const nameOf = useNameOf();
  const products = useOwnProducts();
  useTitle(t("registerTitle"));
  // In the address, so that what was looked at can be passed on.
  const [chosen, choose] = useSearchParams();
  const set = (name: string, value: string) =>
    choose(
      (before) => {
        const after = new URLSearchParams(before);
        after.delete("holder");
        if (value === "") after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  const [symbol, day] = [chosen.get("product"), chosen.get("day") ?? ""];
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {t("registerTitle")}
      </Title>
      <Group gap="sm" align="end">
        <Select
          label={t("product")}
          data={products.map(({ symbol: value }) => ({ value, label: nameOf(value) }))}
          value={symbol}
          onChange={(value) => set("product", value ?? "")}
          searchable
          flex="1 1 16rem"
        />
        <TextInput
          type="date"
          label={t("day")}
          value={day}
          onChange={({ currentTarget }) => set("day", currentTarget.value)}
          flex="1 1 12rem"
        />
      </Group>
      {symbol === null ? (
        <EmptyState title={t("chooseProduct")} advice={t("chooseProductAdvice")} />
      ) : (
        <OfProduct
          symbol={symbol}
          asOf={DAY.test(day) ? endOfDay(day) : null}
          holder={chosen.get("holder")}
          setHolder={(id) => set("holder", id)}
        />
      )}
    </Stack>
  );
}

interface OfProductProperties {
  readonly symbol: string;
  readonly asOf: string | null;
  readonly holder: string | null;
  readonly setHolder: (id: string) => void;
}

function OfProduct({ symbol, asOf, holder, setHolder }: OfProductProperties) {
  const t = useWords(words);
  const query = useQuery(registerQuery(symbol, asOf));
  return (
    <>
      <SlotsPanel symbol={symbol} />
      <QueryView query={query} height={300}>
        {({ sequence, at, holders }) => (
          <>
            <Text size="sm" role="status">
              {t("total", {
                count: holders.length,
                units: unitsText(holders.map(({ units }) => units).reduce(addDecimals, "0")),
              })}
              {at !== null && ` · ${t("asOf", { at: momentText(at) })}`}
            </Text>
            {holder !== null && (
              <Lots {...{ symbol, sequence }} holderId={holder} onClose={() => setHolder("")} />
            )}
            {holders.length === 0 ? (
              <EmptyState title={t("noHolders")} advice={t("noHoldersAdvice")} />
            ) : (
              <Holders holders={holders} setHolder={setHolder} />
            )}
          </>
        )}
      </QueryView>
    </>
  );
}

interface HoldersProperties {
  readonly holders: readonly RegisteredHolder[];
  readonly setHolder: (id: string) => void;
}

function Holders({ holders, setHolder }: HoldersProperties) {
  const t = useWords(words);
  const language = useLanguage();
  const columns = useMemo<readonly Column<RegisteredHolder>[]>(
    () => [
      {
        id: "holder",
        header: t("holder"),
        cell: ({ holder_id: id }) => (
          <Anchor component="button" type="button" onClick={() => setHolder(id)}>
            {id}
          </Anchor>
        ),
        compare: (first, second) => Number(BigInt(first.holder_id) - BigInt(second.holder_id)),
      },
      {
        id: "name",
        header: t("holderName"),
        cell: ({ name }) => (name === null ? NOTHING : nameText(name, language)),
      },
      {
        id: "units",
        header: t("units"),
        isAmount: true,
        cell: ({ units }) => <UnitsText of={units} />,
        compare: (first, second) => compareDecimals(first.units, second.units),
      },
      {
        id: "pledged",
        header: t("pledged"),
        isAmount: true,
        cell: ({ pledged }) => <UnitsText of={pledged} />,
      },
      {
        id: "frozen",
        header: t("frozen"),
        isAmount: true,
        cell: ({ frozen }) => <UnitsText of={frozen} />,
      },
      {
        id: "principal",
        header: t("principal"),
        isAmount: true,
        cell: ({ principal }) => <MoneyText of={principal} />,
      },
      { id: "lots", header: t("lots"), isAmount: true, cell: ({ lots }) => lots },
    ],
    [t, language, setHolder],
  );
  return (
    <DataTable
      caption={t("registerTitle")}
      columns={columns}
      rows={holders}
      rowId={({ holder_id: id }) => id}
    />
  );
}

interface LotsProperties {
  readonly symbol: string;
  readonly holderId: string;
  readonly sequence: string;
  readonly onClose: () => void;
}

function Lots({ symbol, holderId, sequence, onClose }: LotsProperties) {
  const t = useWords(words);
  const query = useQuery(holderQuery(symbol, holderId, sequence));
  return (
    <Panel
      title={t("ofHolder", { id: holderId })}
      aside={
        <Button size="xs" variant="default" onClick={onClose}>
          {t("close")}
        </Button>
      }
    >
      <QueryView query={query}>
        {({ held }) => (
          <Stack gap="sm">
            {held.map((lot) => (
              <FactList
                key={lot.lot_id}
                facts={[
                  [t("contract"), lot.contract],
                  [t("acquired"), lot.acquired_on],
                  [t("units"), <UnitsText key="units" of={lot.units} />],
                  [t("pledged"), <UnitsText key="pledged" of={lot.pledged} />],
                  [t("frozen"), <UnitsText key="frozen" of={lot.frozen} />],
                  [t("principal"), <MoneyText key="principal" of={lot.principal} />],
                  [t("cost"), <MoneyText key="cost" of={lot.cost} />],
                ]}
              />
            ))}
          </Stack>
        )}
      </QueryView>
    </Panel>
  );
}

function SlotsPanel({ symbol }: { readonly symbol: string }) {
  const t = useWords(words);
  const language = useLanguage();
  const query = useQuery(slotsQuery(symbol));
  return (
    <Panel title={t("slots")}>
      <QueryView query={query} height={48}>
        {({ holders, natural_small: small }) => (
          <FactList
            facts={[
              [t("slotsAll"), holders === null ? t("uncapped") : textOf(holders, language)],
              [t("slotsSmall"), small === null ? t("uncapped") : textOf(small, language)],
            ]}
          />
        )}
      </QueryView>
    </Panel>
  );
}

function textOf(
  count: { readonly text_zh: string; readonly text_en: string },
  language: "zh" | "en",
): string {
  return language === "zh" ? count.text_zh : count.text_en;
}
