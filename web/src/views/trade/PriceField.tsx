/** Where a price is typed: in one way, and seen in the others. */
import { Group, Select, Stack, Text, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { NOTHING, percentText, priceText } from "../../format/amounts";
import { useWords } from "../../i18n/words";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { useTerm } from "../../parts/terms";
import { isStated, type Stated } from "./entry";
import { basesOf, bookBasis, type OrderPrice } from "./price";
import type { Product } from "./queries";
import { words } from "./ticketWords";

interface Properties {
  readonly product: Product;
  readonly stated: Stated;
  readonly onChange: (stated: Stated) => void;
  readonly order: OrderPrice;
  /** What is wrong with it besides. */
  readonly wrong: string | null;
  /** Said below, such as which prices would be taken. */
  readonly note?: ReactNode;
}

export function PriceField({ product, stated, onChange, order, wrong, note = null }: Properties) {
  const t = useWords(words);
  const term = useTerm();
  const { basis, text } = stated;
  const isPercent = basis === "YIELD" || basis === "NAV_DISCOUNT";
  const isWrong = text !== "" && !isStated(stated);
  const bases = basesOf(product);
  return (
    <Stack gap={4}>
      <Group align="start" gap="xs" wrap="wrap">
        <TextInput
          label={t(`price_${basis}`)}
          description={t("tickNote", { tick: product.tick })}
          value={text}
          onChange={(event) => onChange({ basis, text: event.currentTarget.value.trim() })}
          error={isWrong ? t(isPercent ? "badPercent" : "badPrice") : wrong}
          inputMode="decimal"
          autoComplete="off"
          flex="1 1 13rem"
          required
        />
        {bases.length > 1 && (
          <Select
            label={t("basis")}
            description={"\u00a0"}
            value={basis}
            data={bases.map((value) => ({ value, label: term(value) }))}
            allowDeselect={false}
            onChange={(value) => {
              const chosen = bases.find((each) => each === value);
              if (chosen !== undefined) onChange({ basis: chosen, text: "" });
            }}
            flex="1 1 8rem"
          />
        )}
      </Group>
      {order.error !== null && <ProblemAlert error={order.error} />}
      {order.price !== null && basis !== bookBasis(product) && (
        <Text size="sm" fw={600} role="status">
          {t("equals", { price: priceText(order.price) })}
        </Text>
      )}
      {order.quotes !== null && <OtherWords quotes={order.quotes} />}
      {note}
    </Stack>
  );
}

function OtherWords({ quotes }: { readonly quotes: NonNullable<OrderPrice["quotes"]> }) {
  const t = useWords(words);
  const percent = (value: string | null) => (value === null ? NOTHING : percentText(value));
  return (
    <Text size="xs" c="dimmed" className="number" style={{ whiteSpace: "normal" }}>
      {t("inOtherWords", {
        clean: quotes.clean === null ? NOTHING : priceText(quotes.clean),
        full: priceText(quotes.full),
        discount: percent(quotes.nav_discount),
        yield: percent(quotes.yearly_yield),
      })}
    </Text>
  );
}
