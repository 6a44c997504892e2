/** An order for the book: continuous, or for the next call auction. */
import { Checkbox, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, take, type components } from "../../client";
import { priceText, unitsText } from "../../format/amounts";
import { useWords, type Translate } from "../../i18n/words";
import type { Terms } from "./draft";
import { daysAfter, isAmount } from "./entry";
import type { PreviewBody, Product, Side } from "./queries";
import { Ticket } from "./Ticket";
import { words } from "./ticketWords";

const VALID = [
  "GOOD_TILL_CANCELLED",
  "GOOD_TILL_DATE",
  "IMMEDIATE_OR_CANCEL",
  "FILL_OR_KILL",
] as const;
type Valid = (typeof VALID)[number];
const DAYS_MAX = 30;

interface More {
  readonly valid: Valid;
  readonly days: string;
  readonly postOnly: boolean;
  readonly wholeOnly: boolean;
  readonly minimum: string;
}

const NOTHING_MORE: More = {
  valid: "GOOD_TILL_CANCELLED",
  days: "7",
  postOnly: false,
  wholeOnly: false,
  minimum: "",
};

interface Properties {
  readonly product: Product;
  readonly sides: readonly [Side, ...Side[]];
}

export function BookTicket({ product, sides }: Properties) {
  const t = useWords(words);
  const [more, setMore] = useState(NOTHING_MORE);
  const [openedAt] = useState(() => Date.now());
  const isComplete = isInOrder(more, product);
  const asked = isComplete ? askedBy(more, openedAt) : {};
  const send = async (terms: Terms, key: string) => {
    const body = { client_order_id: key, symbol: product.symbol, ...asked, ...terms };
    return toldOf(await take(api.POST("/v1/orders", { body })), t);
  };
  return (
    <Ticket
      product={product}
      sides={sides}
      asked={asked}
      keptAs="book"
      isComplete={isComplete}
      send={send}
      fields={<MoreFields product={product} more={more} onChange={setMore} />}
    />
  );
}

interface MoreProperties {
  readonly product: Product;
  readonly more: More;
  readonly onChange: (more: More) => void;
}

function MoreFields({ product, more, onChange }: MoreProperties) {
  const t = useWords(words);
  // Orders that gather for an auction wait for it.
  const offered = product.market_mode === "CALL_AUCTION" ? VALID.slice(0, 2) : VALID;
  const { quantity_scale: scale } = product;
  const isMinimum = more.minimum === "" || isAmount(more.minimum, scale);
  return (
    <details>
      <Text component="summary" size="sm" fw={600}>
        {t("more")}
      </Text>
      <Stack gap="sm" mt="sm">
        <Select
          label={t("timeInForce")}
          value={more.valid}
          allowDeselect={false}
          data={offered.map((value) => ({ value, label: t(value) }))}
          onChange={(value) => {
            const valid = VALID.find((each) => each === value);
            if (valid !== undefined) onChange({ ...more, valid });
          }}
        />
        {more.valid === "GOOD_TILL_DATE" && (
          <TextInput
            label={t("days")}
            value={more.days}
            inputMode="numeric"
            error={!isDays(more.days)}
            onChange={(event) => onChange({ ...more, days: event.currentTarget.value.trim() })}
          />
        )}
        <Checkbox
          label={t("postOnly")}
          checked={more.postOnly}
          onChange={(event) => onChange({ ...more, postOnly: event.currentTarget.checked })}
        />
        <Checkbox
          label={t("wholeOnly")}
          checked={more.wholeOnly}
          onChange={(event) => onChange({ ...more, wholeOnly: event.currentTarget.checked })}
        />
        <TextInput
          label={t("minimum")}
          value={more.minimum}
          inputMode="decimal"
          error={!isMinimum && t("badQuantity", { scale })}
          onChange={(event) => onChange({ ...more, minimum: event.currentTarget.value.trim() })}
        />
      </Stack>
    </details>
  );
}

function isDays(text: string): boolean {
  return /^[1-9]\d?$/.test(text) && Number(text) <= DAYS_MAX;
}

function isInOrder({ valid, days, minimum }: More, { quantity_scale: scale }: Product): boolean {
  return (
    (valid !== "GOOD_TILL_DATE" || isDays(days)) && (minimum === "" || isAmount(minimum, scale))
  );
}

function askedBy(more: More, openedAt: number): Partial<PreviewBody> {
  const { valid, minimum } = more;
  const isDated = valid === "GOOD_TILL_DATE";
  return {
    time_in_force: valid,
    post_only: more.postOnly,
    whole_only: more.wholeOnly,
    ...(minimum === "" ? {} : { minimum_quantity: minimum }),
    ...(isDated ? { expires_at: daysAfter(openedAt, Number(more.days)) } : {}),
  };
}

function toldOf(
  placed: components["schemas"]["PlacedOrder"],
  t: Translate<keyof typeof words.zh>,
): readonly string[] {
  const values = {
    id: placed.order_id,
    filled: unitsText(placed.filled_quantity),
    open: unitsText(placed.open_quantity),
  };
  const said = {
    OPEN: "orderOpen",
    PARTIALLY_MATCHED: "orderPart",
    MATCHED: "orderMatched",
  } as const;
  const { status } = placed;
  const isKnown = status === "OPEN" || status === "PARTIALLY_MATCHED" || status === "MATCHED";
  return [
    t(isKnown ? said[status] : "orderClosed", values),
    ...placed.fills.map((fill) =>
      t("fillLine", {
        quantity: unitsText(fill.quantity),
        price: priceText(fill.price),
        id: fill.transfer_id,
      }),
    ),
  ];
}
