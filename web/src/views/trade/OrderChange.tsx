/** To amend or cancel an order: what it does said before, what was done after. */
import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, newKey, take } from "../../client";
import { Intents } from "../../client/intents";
import { moneyText, priceText, unitsText } from "../../format/amounts";
import { useWords, type Translate } from "../../i18n/words";
import { FindingList } from "../../parts/FindingList";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { isAmount, keepsPlace } from "./entry";
import { words } from "./orderWords";
import { once, previewQuery, type Order } from "./queries";

const SCALE_MAX = 4;
const TYPING_MS = 300;

export interface Change {
  readonly kind: "amend" | "cancel";
  readonly order: Order;
}

interface Properties {
  readonly change: Change;
  readonly onClose: () => void;
}

/** What is wanted. */
interface Wish {
  readonly price: string;
  readonly quantity: string;
  readonly acknowledge: string[];
}

export function OrderChange({ change: { kind, order }, onClose }: Properties) {
  const t = useWords(words);
  const queries = useQueryClient();
  const [wish, setWish] = useState<Wish>(() => ({
    price: order.price,
    quantity: order.open_quantity,
    acknowledge: [],
  }));
  const [intents] = useState(() => new Intents(newKey));
  const change = (part: Partial<Wish>) => setWish({ ...wish, ...part });
  const changing = useMutation({
    mutationFn: (wanted: Wish) => {
      const key = intents.keyOf(wanted);
      return kind === "amend" ? amend(order, wanted, key, t) : cancel(order, key, t);
    },
    onSettled: (_, error, wanted) => intents.answered(wanted, error),
    onSuccess: () => queries.invalidateQueries(),
  });
  const isReady = isAmount(wish.price, SCALE_MAX) && isAmount(wish.quantity, SCALE_MAX);
  return (
    <Alert variant="outline" mb="md" title={t(`${kind}Title`, { id: order.order_id })}>
      {changing.isSuccess ? (
        <Stack gap="sm">
          <Text size="sm" role="status">
            ✓ {changing.data}
          </Text>
          <Group>
            <Button size="xs" onClick={onClose}>
              {t("close")}
            </Button>
          </Group>
        </Stack>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (isReady) changing.mutate(wish);
          }}
        >
          <Stack gap="sm">
            {kind === "amend" ? (
              <AmendFields order={order} wish={wish} onChange={change} />
            ) : (
              <Text size="sm">{t("cancelText", { quantity: unitsText(order.open_quantity) })}</Text>
            )}
            {changing.isError && <ProblemAlert error={changing.error} isDealing />}
            <Group>
              <Button size="xs" variant="default" onClick={onClose}>
                {t("close")}
              </Button>
              <Button size="xs" type="submit" loading={changing.isPending} disabled={!isReady}>
                {t(kind === "amend" ? "confirmAmend" : "confirmCancel")}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Alert>
  );
}

interface AmendProperties {
  readonly order: Order;
  readonly wish: Wish;
  readonly onChange: (part: Partial<Wish>) => void;
}

function AmendFields({ order, wish, onChange }: AmendProperties) {
  const t = useWords(words);
  const { symbol, side } = order;
  const { price, quantity, acknowledge } = wish;
  const [isPrice, isQuantity] = [isAmount(price, SCALE_MAX), isAmount(quantity, SCALE_MAX)];
  const [asked] = useDebouncedValue(
    isPrice && isQuantity ? { symbol, side, price, quantity } : null,
    TYPING_MS,
  );
  // Of an order of these terms, for what rules warn of; its money is not what an amendment takes.
  const preview = useQuery(previewQuery(asked));
  const warnings = (preview.data?.findings ?? []).filter(({ verdict }) => verdict === "WARN");
  return (
    <>
      <Group align="start" grow>
        <TextInput
          label={t("newPrice")}
          value={price}
          inputMode="decimal"
          autoComplete="off"
          error={!isPrice && t("badPrice")}
          onChange={(event) => onChange({ price: event.currentTarget.value.trim() })}
        />
        <TextInput
          label={t("newQuantity")}
          value={quantity}
          inputMode="decimal"
          autoComplete="off"
          error={!isQuantity && t("badQuantity")}
          onChange={(event) => onChange({ quantity: event.currentTarget.value.trim() })}
        />
      </Group>
      {isPrice && isQuantity && (
        <Text size="sm" role="status">
          {t(keepsPlace(order, price, quantity) ? "keeps" : "loses")}
        </Text>
      )}
      <FindingList
        findings={warnings}
        acknowledged={acknowledge}
        onAcknowledge={(ruleIds) => onChange({ acknowledge: [...ruleIds] })}
      />
    </>
  );
}

type Say = Translate<keyof typeof words.zh>;

async function amend(order: Order, wish: Wish, key: string, t: Say): Promise<string> {
  const { price, quantity, acknowledge } = wish;
  const done = await take(
    api.PATCH("/v1/orders/{order_id}", {
      params: { header: once(key), path: { order_id: order.order_id } },
      body: { price, quantity, acknowledge },
    }),
  );
  return t(done.priority_kept ? "amendedKept" : "amendedLost", {
    quantity: unitsText(done.open_quantity),
    price: priceText(done.price),
  });
}

async function cancel(order: Order, key: string, t: Say): Promise<string> {
  const done = await take(
    api.DELETE("/v1/orders/{order_id}", {
      params: { header: once(key), path: { order_id: order.order_id } },
    }),
  );
  const { released_money: money, released_units: units } = done;
  return t("cancelled", {
    quantity: unitsText(done.cancelled_quantity),
    released: money === null ? t("units", { units: unitsText(units ?? "0") }) : moneyText(money),
  });
}
