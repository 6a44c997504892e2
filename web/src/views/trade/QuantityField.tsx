/** Where a quantity is typed, or chosen among those that would be taken. */
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { unitsText } from "../../format/amounts";
import { useWords } from "../../i18n/words";
import { choicesOf, isAmount } from "./entry";
import type { FeasibleSide, Product } from "./queries";
import { RangeNote } from "./RangeNote";
import { words } from "./ticketWords";

const CHOICES_MAX = 6;

interface Properties {
  readonly product: Product;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Null while it is not known. */
  readonly feasible: FeasibleSide | null;
}

export function QuantityField({ product, value, onChange, feasible }: Properties) {
  const t = useWords(words);
  const { quantity_scale: scale, lot } = product;
  const ranges = feasible?.quantities ?? [];
  const choices = choicesOf(
    ranges,
    (feasible?.takes ?? []).map(({ quantity }) => quantity),
  ).slice(0, CHOICES_MAX);
  return (
    <Stack gap={6}>
      <TextInput
        label={t("quantity")}
        description={t("lotNote", { lot: unitsText(lot) })}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value.trim())}
        error={value !== "" && !isAmount(value, scale) && t("badQuantity", { scale })}
        inputMode="decimal"
        autoComplete="off"
        required
      />
      {choices.length > 0 && (
        <Group gap={6} role="group" aria-label={t("choices")}>
          {choices.map((choice) => (
            <Button
              key={choice}
              size="compact-xs"
              variant={choice === value ? "filled" : "default"}
              aria-pressed={choice === value}
              onClick={() => onChange(choice)}
            >
              {unitsText(choice)}
            </Button>
          ))}
        </Group>
      )}
      <RangeNote of="quantity" ranges={ranges} />
    </Stack>
  );
}
