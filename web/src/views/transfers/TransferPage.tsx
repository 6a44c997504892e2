/** One transfer: where it stands, what that means, and what its party may do about it. */
import { Alert, Anchor, Badge, Grid, Group, List, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { useLive } from "../../feed/live";
import { momentText } from "../../format/moments";
import { useLanguage, useWords } from "../../i18n/words";
import { FactList } from "../../parts/FactList";
import { MomentText, MoneyText, PriceText, UnitsText } from "../../parts/Figures";
import { OnlyFor } from "../../parts/OnlyFor";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { INVESTORS } from "../../session/person";
import { useTitle } from "../../shell/useTitle";
import { trustCompanyText, useNameOfSymbol } from "../market/facts";
import { productQuery } from "../market/queries";
import { ActionsPanel } from "./ActionsPanel";
import { DocumentsPanel } from "./DocumentsPanel";
import { MoneyPanel } from "./MoneyPanel";
import {
  TRANSFERS,
  transferQuery,
  type Finding,
  type Terms,
  type Transfer,
  type TransferWithStates,
} from "./queries";
import { isOpen, totalOf } from "./stages";
import { words as stepWords } from "./stepWords";
import { useTransferTerm } from "./terms";
import { Timeline } from "./Timeline";
import { words } from "./words";

const REFRESH_MS = 10_000;

export function TransferPage() {
  const t = useWords(words);
  const { transferId = "" } = useParams();
  useTitle(t("heading", { id: transferId }));
  return (
    <Stack gap="md">
      <Anchor component={Link} to="/transfers" size="sm">
        ← {t("toTransfers")}
      </Anchor>
      <Title order={1} size="h3">
        {t("heading", { id: transferId })}
      </Title>
      <OnlyFor kinds={INVESTORS}>
        <Loaded transferId={transferId} />
      </OnlyFor>
    </Stack>
  );
}

function Loaded({ transferId }: { readonly transferId: string }) {
  const refetchInterval = useLive("transfers", [TRANSFERS], REFRESH_MS);
  const query = useQuery({ ...transferQuery(transferId), refetchInterval });
  return (
    <QueryView query={query} height={500}>
      {(transfer) => <WithTerms transfer={transfer} />}
    </QueryView>
  );
}

function WithTerms({ transfer }: { readonly transfer: TransferWithStates }) {
  const query = useQuery(productQuery(transfer.symbol));
  return (
    <QueryView query={query} height={500}>
      {(product) => <TransferView transfer={transfer} terms={product.transfer_terms} />}
    </QueryView>
  );
}

interface Properties {
  readonly transfer: TransferWithStates;
  readonly terms: Terms;
}

function TransferView({ transfer, terms }: Properties) {
  const term = useTransferTerm();
  const nameOf = useNameOfSymbol();
  return (
    <>
      <Group gap="sm">
        <Anchor component={Link} to={`/products/${transfer.symbol}`}>
          {nameOf(transfer.symbol)}
        </Anchor>
        <Badge variant="outline" color={isOpen(transfer) ? "navy" : "gray"} data-testid="state">
          {term(transfer.state)}
        </Badge>
        <Text size="sm">{term(transfer.role)}</Text>
      </Group>
      <Grid>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack>
            <Timeline transfer={transfer} terms={terms} />
            <HeldAlert transfer={transfer} />
            <ActionsPanel transfer={transfer} terms={terms} />
            <DocumentsPanel transfer={transfer} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack>
            <Outcome transfer={transfer} />
            <MoneyPanel transfer={transfer} />
            <Details transfer={transfer} />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}

/** Why the rules do not let it go on, with what cures it, and when the buyer may go. */
function HeldAlert({ transfer }: { readonly transfer: Transfer }) {
  const t = useWords(stepWords);
  if (!isOpen(transfer) || transfer.overlays.length === 0) return null;
  const told = transfer.findings?.filter(({ verdict }) => verdict !== "PASS") ?? [];
  const { rescindable_until: until, overlays_until: overlaysUntil } = transfer;
  if (told.length === 0 && until === null && overlaysUntil === null) return null;
  return (
    <Alert color="yellow" variant="light" title={t("findings")}>
      {told.length > 0 && (
        <List size="sm">
          {told.map((finding) => (
            <FindingItem key={finding.rule_id} finding={finding} />
          ))}
        </List>
      )}
      {until !== null && (
        <Text size="sm">{t("rescindableUntil", { moment: momentText(until) })}</Text>
      )}
      {overlaysUntil !== null && (
        <Text size="sm">{t("overlaysUntil", { moment: momentText(overlaysUntil) })}</Text>
      )}
    </Alert>
  );
}

function FindingItem({ finding }: { readonly finding: Finding }) {
  const language = useLanguage();
  const of = (each: { readonly text_zh: string; readonly text_en: string }) =>
    language === "zh" ? each.text_zh : each.text_en;
  return (
    <List.Item>
      {of(finding)}（{finding.rule_id}）
      {finding.cures.map((cure) => (
        <Text key={`${cure.kind}:${cure.value ?? ""}`} size="sm">
          → {of(cure)}
        </Text>
      ))}
    </List.Item>
  );
}

/** How it ended, if it did not settle, and what that costs whom. */
function Outcome({ transfer }: { readonly transfer: Transfer }) {
  const t = useWords(stepWords);
  const term = useTransferTerm();
  const isFailed = !isOpen(transfer) && !["SETTLED", "REGISTERED"].includes(transfer.state);
  if (!isFailed) return null;
  const money = (name: "faultFee" | "faultFeeOwed" | "forfeited", amount: string) =>
    [t(name), /^[0.]+$/.test(amount) ? null : <MoneyText key={name} of={amount} />] as const;
  return (
    <Panel title={t("outcome")}>
      <FactList
        facts={[
          [t("outcome"), term(transfer.state)],
          [t("reason"), transfer.reason && term(transfer.reason)],
          [t("fault"), transfer.fault.length === 0 ? null : transfer.fault.map(term).join(" · ")],
          money("faultFee", transfer.fault_fee),
          money("faultFeeOwed", transfer.fault_fee_owed),
          money("forfeited", transfer.forfeited),
          [
            t("paidBack"),
            transfer.paid_back && <MoneyText key="paidBack" of={transfer.paid_back} />,
          ],
        ]}
      />
      {transfer.state !== "REVERSED" && (
        <Text size="sm" mt="sm">
          {t(transfer.role === "BUYER" ? "failedBuyer" : "failedSeller")}
        </Text>
      )}
    </Panel>
  );
}

function Details({ transfer }: { readonly transfer: Transfer }) {
  const t = useWords(words);
  const language = useLanguage();
  const { data: product } = useQuery(productQuery(transfer.symbol));
  const party = (id: string, side: Transfer["role"]) =>
    side === transfer.role ? t("you") : t("party", { id });
  return (
    <Panel title={t("details")}>
      <FactList
        facts={[
          [t("product"), transfer.symbol],
          [t("trustCompany"), product === undefined ? null : trustCompanyText(product, language)],
          [t("seller"), party(transfer.seller_id, "SELLER")],
          [t("buyer"), party(transfer.buyer_id, "BUYER")],
          [t("units"), <UnitsText key="units" of={transfer.units} />],
          [t("price"), <PriceText key="price" of={transfer.price} />],
          [t("total"), <MoneyText key="total" of={totalOf(transfer)} />],
          [t("trade"), transfer.trade_number],
          [t("matched"), <MomentText key="matched" of={transfer.matched_at} />],
        ]}
      />
    </Panel>
  );
}
