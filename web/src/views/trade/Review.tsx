/** What is about to be sent, in words; and what the venue has answered. */
import { Alert, Button, Group, List, Stack, Text, Title } from "@mantine/core";
import { useEffect, useRef } from "react";
import { Link } from "react-router";
import { moneyText, NOTHING, priceText, unitsText } from "../../format/amounts";
import { useWords } from "../../i18n/words";
import { ProblemAlert } from "../../parts/ProblemAlert";
import type { Terms } from "./draft";
import { PreviewView } from "./PreviewView";
import type { Preview, Product } from "./queries";
import { words } from "./ticketWords";

interface Properties {
  readonly product: Product;
  readonly terms: Terms;
  /** Null: nothing is bound by it. */
  readonly preview: Preview | null;
  readonly promises: readonly string[];
  readonly isSending: boolean;
  readonly error: unknown;
  readonly onBack: () => void;
  readonly onSend: () => void;
}

export function Review(properties: Properties) {
  const { preview, terms, promises, isSending, error, onBack, onSend } = properties;
  const t = useWords(words);
  const heading = useFocus();
  return (
    <Stack gap="md">
      <Title order={3} size="h5" ref={heading} tabIndex={-1}>
        {t("reviewTitle")}
      </Title>
      <Alert color="blue" variant="light">
        <Stack gap={4}>
          <Text size="sm" fw={600}>
            <Sentence {...properties} />
          </Text>
          {promises.map((promise) => (
            <Text key={promise} size="sm">
              {promise}
            </Text>
          ))}
        </Stack>
      </Alert>
      {preview !== null && (
        <>
          <Text size="sm">{t("notTitle")}</Text>
          <PreviewView preview={preview} acknowledged={terms.acknowledge} isOrder={false} />
        </>
      )}
      {error !== null && <ProblemAlert error={error} isDealing />}
      <Group grow>
        <Button variant="default" onClick={onBack} disabled={isSending}>
          {t("back")}
        </Button>
        <Button onClick={onSend} loading={isSending}>
          {t("confirm")}
        </Button>
      </Group>
    </Stack>
  );
}

function Sentence({ product, terms, preview }: Properties) {
  const t = useWords(words);
  const { side, price } = terms;
  const values = { symbol: product.symbol, quantity: unitsText(terms.quantity) };
  if (preview === null) return t("requestSentence", { ...values, side: t(side) });
  const { reserve_money: money, reserve_units: units, proceeds } = preview;
  const priced = { ...values, price: priceText(price) };
  return side === "BUY"
    ? t("buySentence", {
        ...priced,
        total: moneyText(preview.total),
        reserve: money === null ? NOTHING : moneyText(money),
      })
    : t("sellSentence", {
        ...priced,
        total: proceeds === null ? NOTHING : moneyText(proceeds),
        reserve: units === null ? NOTHING : unitsText(units),
      });
}

interface AnswerProperties {
  readonly lines: readonly string[];
  readonly onAgain: () => void;
}

export function Answer({ lines, onAgain }: AnswerProperties) {
  const t = useWords(words);
  const heading = useFocus();
  const [first, ...rest] = lines;
  return (
    <Stack gap="md" role="status">
      <Title order={3} size="h5" ref={heading} tabIndex={-1}>
        ✓ {t("done")}
      </Title>
      <Text>{first}</Text>
      {rest.length > 0 && (
        <List size="sm">
          {rest.map((line) => (
            <List.Item key={line}>{line}</List.Item>
          ))}
        </List>
      )}
      <Group grow>
        <Button variant="default" onClick={onAgain}>
          {t("again")}
        </Button>
        <Button component={Link} to="/orders">
          {t("toOrders")}
        </Button>
      </Group>
    </Stack>
  );
}

/** For what takes the place of something else: whoever uses the keyboard goes on there. */
function useFocus() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return heading;
}
