/** What a party opens: a listing, an auction, an offer to one other, a request for quotes. */
import { Checkbox, Radio, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, take } from "../../client";
import { useWords } from "../../i18n/words";
import { opened } from "./dealing";
import { words } from "./dealWords";
import type { Terms } from "./draft";
import { daysAfter, isAmount } from "./entry";
import { once, type NegotiationStep, type Product, type Side } from "./queries";
import { Ticket } from "./Ticket";

export type Mode = "LISTED_PRICE" | "ENGLISH_AUCTION" | "NEGOTIATED" | "RFQ";

const DAYS_MAX = 30;
const HOURS_MAX = 240;
const HOURS_A_DAY = 24;
/** How long lower bids stand behind the highest. */
const BACKING_DAYS = 5;
const PRICE_SCALE = 4;

interface Entered {
  readonly counterparty: string;
  readonly days: string;
  readonly parts: boolean;
  readonly acceptance: "FIRST_PASSING" | "SELLER_CONFIRMS";
  readonly increment: string;
  readonly reservePrice: string;
  readonly hours: string;
  readonly named: string;
}

const AT_FIRST: Entered = {
  counterparty: "",
  days: "3",
  parts: true,
  acceptance: "FIRST_PASSING",
  increment: "0.0010",
  reservePrice: "",
  hours: "24",
  named: "",
};

interface Properties {
  readonly product: Product;
  readonly mode: Mode;
  readonly sides: readonly [Side, Side];
}

export function OpeningTicket({ product, mode, sides }: Properties) {
  const t = useWords(words);
  const [entered, setEntered] = useState(AT_FIRST);
  // Of the ticket and not of the try: what is sent again under one key has to be the same.
  const [nowMs, setNowMs] = useState(() => Date.now());
  const sells = mode === "LISTED_PRICE" || mode === "ENGLISH_AUCTION";
  return (
    <Ticket
      product={product}
      sides={sells ? ["SELL"] : sides}
      asked={mode === "RFQ" ? null : { in_mode: true }}
      isComplete={isInOrder(mode, entered)}
      keptAs={mode}
      fields={<Fields mode={mode} entered={entered} onChange={setEntered} />}
      send={async (terms, key) => {
        const { symbol } = product;
        const step = await open(mode, { symbol, terms, entered, key, nowMs });
        setNowMs(Date.now());
        return opened(step, t);
      }}
    />
  );
}

interface FieldsProperties {
  readonly mode: Mode;
  readonly entered: Entered;
  readonly onChange: (entered: Entered) => void;
}

function Fields({ mode, entered, onChange }: FieldsProperties) {
  const t = useWords(words);
  const text = (
    name: "counterparty" | "days" | "increment" | "reservePrice" | "hours" | "named",
  ) => ({
    value: entered[name],
    autoComplete: "off",
    onChange: (event: { readonly currentTarget: HTMLInputElement }) =>
      onChange({ ...entered, [name]: event.currentTarget.value.trim() }),
  });
  return (
    <Stack gap="sm">
      {mode === "NEGOTIATED" && (
        <TextInput
          label={t("counterparty")}
          description={t("counterpartyNote")}
          inputMode="numeric"
          required
          {...text("counterparty")}
        />
      )}
      {mode === "LISTED_PRICE" && <ListingFields entered={entered} onChange={onChange} />}
      {mode === "ENGLISH_AUCTION" && (
        <>
          <TextInput
            label={t("increment")}
            inputMode="decimal"
            required
            error={!isAmount(entered.increment, PRICE_SCALE) && t("badIncrement")}
            {...text("increment")}
          />
          <TextInput
            label={t("reservePrice")}
            inputMode="decimal"
            error={!isOptionalPrice(entered.reservePrice) && t("badIncrement")}
            {...text("reservePrice")}
          />
          <TextInput
            label={t("hours")}
            inputMode="numeric"
            required
            error={!isWhole(entered.hours, HOURS_MAX) && t("badHours")}
            {...text("hours")}
          />
        </>
      )}
      {mode === "RFQ" && (
        <TextInput
          label={t("named")}
          error={partiesIn(entered.named) === null && t("badNamed")}
          {...text("named")}
        />
      )}
      {mode !== "ENGLISH_AUCTION" && (
        <TextInput
          label={t("days")}
          inputMode="numeric"
          required
          error={!isWhole(entered.days, DAYS_MAX) && t("badDays")}
          {...text("days")}
        />
      )}
    </Stack>
  );
}

function ListingFields({ entered, onChange }: Omit<FieldsProperties, "mode">) {
  const t = useWords(words);
  return (
    <>
      <Radio.Group
        label={t("acceptance")}
        value={entered.acceptance}
        onChange={(value) =>
          onChange({
            ...entered,
            acceptance: value === "SELLER_CONFIRMS" ? "SELLER_CONFIRMS" : "FIRST_PASSING",
          })
        }
      >
        <Stack gap={6} mt={6}>
          <Radio value="FIRST_PASSING" label={t("FIRST_PASSING")} />
          <Radio value="SELLER_CONFIRMS" label={t("SELLER_CONFIRMS")} />
        </Stack>
      </Radio.Group>
      <Checkbox
        label={t("parts")}
        checked={entered.parts}
        onChange={(event) => onChange({ ...entered, parts: event.currentTarget.checked })}
      />
    </>
  );
}

function isWhole(text: string, most: number): boolean {
  return /^[1-9]\d{0,2}$/.test(text) && Number(text) <= most;
}

function isOptionalPrice(text: string): boolean {
  return text === "" || isAmount(text, PRICE_SCALE);
}

/** The parties in a text with commas; null: it is none. */
function partiesIn(text: string): readonly string[] | null {
  const parties = text.split(/[,，\s]+/).filter((each) => each !== "");
  return parties.every((each) => /^[1-9]\d{0,17}$/.test(each)) ? parties : null;
}

function isInOrder(mode: Mode, entered: Entered): boolean {
  const { counterparty, days, increment, reservePrice, hours, named } = entered;
  switch (mode) {
    case "NEGOTIATED":
      return /^[1-9]\d{0,17}$/.test(counterparty) && isWhole(days, DAYS_MAX);
    case "LISTED_PRICE":
      return isWhole(days, DAYS_MAX);
    case "RFQ":
      return isWhole(days, DAYS_MAX) && partiesIn(named) !== null;
    case "ENGLISH_AUCTION":
      return (
        isAmount(increment, PRICE_SCALE) &&
        isOptionalPrice(reservePrice) &&
        isWhole(hours, HOURS_MAX)
      );
  }
}

interface Opening {
  readonly symbol: string;
  readonly terms: Terms;
  readonly entered: Entered;
  readonly key: string;
  readonly nowMs: number;
}

async function open(mode: Mode, opening: Opening): Promise<NegotiationStep> {
  const { symbol, terms, entered, key, nowMs } = opening;
  const { side, price, quantity, acknowledge } = terms;
  const params = { header: once(key) };
  const lapses_at = daysAfter(nowMs, Number(entered.days));
  const priced = { symbol, price, quantity, acknowledge };
  switch (mode) {
    case "NEGOTIATED": {
      const body = { ...priced, side, lapses_at, counterparty_id: entered.counterparty };
      return take(api.POST("/v1/negotiations", { params, body }));
    }
    case "LISTED_PRICE": {
      const { parts, acceptance } = entered;
      return take(
        api.POST("/v1/listings", { params, body: { ...priced, parts, acceptance, lapses_at } }),
      );
    }
    case "RFQ": {
      const parties = partiesIn(entered.named) ?? [];
      const named = parties.length === 0 ? {} : { named: [...parties] };
      return take(
        api.POST("/v1/quote-requests", {
          params,
          body: { symbol, side, quantity, lapses_at, ...named },
        }),
      );
    }
    case "ENGLISH_AUCTION": {
      const days = Number(entered.hours) / HOURS_A_DAY;
      const body = {
        ...priced,
        increment: entered.increment,
        ...(entered.reservePrice === "" ? {} : { reserve_price: entered.reservePrice }),
        starts_at: daysAfter(nowMs, 0),
        ends_at: daysAfter(nowMs, days),
        lapses_at: daysAfter(nowMs, days + BACKING_DAYS),
      };
      return take(api.POST("/v1/english-auctions", { params, body }));
    }
  }
}
