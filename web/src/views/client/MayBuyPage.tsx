/** What oneself may buy now, product by product: the venue is asked, nothing is guessed here. */
import { Anchor, Badge, Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import type { components } from "../../client";
import { useLanguage, useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { PriceText, UnitsText } from "../../parts/Figures";
import { QueryView } from "../../parts/QueryView";
import { SignInFirst } from "../../parts/SignInFirst";
import { useSession } from "../../session/Session";
import { useTitle } from "../../shell/useTitle";
import { useProductName } from "../market/facts";
import { productsQuery, type Product } from "../market/queries";
import { feasibleQuery, profileQuery } from "./queries";
import { isKnown, words } from "./words";

type Side = components["schemas"]["FeasibleSide"];

const ASKED_AT_ONCE = 8;

export function MayBuyPage() {
  const t = useWords(words);
  useTitle(t("mayBuy"));
  const { person } = useSession();
  const isIn = person !== null;
  const products = useQuery({ ...productsQuery, enabled: isIn });
  const profile = useQuery({ ...profileQuery, enabled: isIn });
  if (person === null) return <SignInFirst advice={t("signInFirstAdvice")} />;
  const level = profile.data?.risk_assessment?.level ?? null;
  return (
    <Stack maw={860} mx="auto">
      <Title order={1} size="h3">
        {t("mayBuy")}
      </Title>
      <Text size="sm">
        {level === null
          ? t("levelUnknown")
          : t("levelKnown", { level: isKnown(level) ? t(level) : level })}
      </Text>
      <Text size="sm" c="dimmed">
        {t("mayBuyAdvice")}
      </Text>
      <QueryView query={products} height={400}>
        {(all) => <Judged products={all.filter(({ state }) => state === "LIVE")} />}
      </QueryView>
    </Stack>
  );
}

function Judged({ products }: { readonly products: readonly Product[] }) {
  const t = useWords(words);
  const [count, setCount] = useState(ASKED_AT_ONCE);
  const shown = products.slice(0, count);
  const answers = useQueries({ queries: shown.map(({ symbol }) => feasibleQuery(symbol)) });
  if (products.length === 0) {
    return <EmptyState title={t("nothingTrades")} advice={t("nothingTradesAdvice")} />;
  }
  return (
    <>
      <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: "none" }}>
        {shown.map((product, index) => (
          <Line
            key={product.symbol}
            product={product}
            side={answers[index]?.data?.buy}
            isFailed={answers[index]?.isError ?? false}
          />
        ))}
      </Stack>
      {count < products.length && (
        <Button variant="default" onClick={() => setCount(count + ASKED_AT_ONCE)}>
          {t("more", { left: products.length - count })}
        </Button>
      )}
    </>
  );
}

interface LineProperties {
  readonly product: Product;
  readonly side: Side | undefined;
  readonly isFailed: boolean;
}

function Line({ product, side, isFailed }: LineProperties) {
  const t = useWords(words);
  const nameOf = useProductName();
  const isTaken = side !== undefined && side.refusal === null;
  return (
    <Card withBorder component="li" padding="sm">
      <Group justify="space-between" align="start" gap="xs">
        <Anchor component={Link} to={`/products/${product.symbol}`} fw={600}>
          {nameOf(product)}
        </Anchor>
        <Group gap="xs">
          <Badge variant="outline" color="gray">
            R{product.pricing.facts.risk_level}
          </Badge>
          {side !== undefined && (
            <Badge variant="outline" color={isTaken ? "navy" : "gray"}>
              {isTaken ? t("may") : t("mayNot")}
            </Badge>
          )}
        </Group>
      </Group>
      {isFailed && <Text size="sm">{t("notAnswered")}</Text>}
      {side === undefined && !isFailed && <Skeleton h={18} mt="xs" />}
      {side !== undefined && <Why side={side} />}
    </Card>
  );
}

function Why({ side }: { readonly side: Side }) {
  const t = useWords(words);
  const language = useLanguage();
  const [first] = side.quantities;
  if (side.refusal === null && first !== undefined) {
    return (
      <Text size="sm" mt={4}>
        {t("fromTo")} <UnitsText of={first.least} /> –{" "}
        <UnitsText of={side.quantities.at(-1)?.most} /> {t("at")} <PriceText of={side.price} />
      </Text>
    );
  }
  const against = side.findings.filter(({ verdict }) => !["PASS", "WARN"].includes(verdict));
  return (
    <Stack gap={2} mt={4}>
      {against.length === 0 && <Text size="sm">{side.refusal?.title}</Text>}
      {against.map((finding) => (
        <Text size="sm" key={finding.rule_id}>
          {language === "zh" ? finding.text_zh : finding.text_en}（{finding.rule_id}）
        </Text>
      ))}
    </Stack>
  );
}
