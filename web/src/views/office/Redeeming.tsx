/** A plan has ended, and a confirmed transfer of its units settles in cash (decision 0048). */
import { Fieldset, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { moneyText, unitsText } from "../../format/amounts";
import { roundDecimal } from "../../format/decimal";
import { useWords } from "../../i18n/words";
import { ConfirmedButton } from "../../parts/ConfirmedButton";
import { typedAmount } from "../money/amount";
import { words } from "./caseWords";
import type { Transfer } from "./queries";

interface Properties {
  readonly transfer: Transfer;
  readonly redeem: (proceeds: string, options: { readonly onSuccess: () => void }) => void;
  readonly act: {
    readonly reset: () => void;
    readonly isPending: boolean;
    readonly error: Error | null;
  };
}

export function Redeeming({ transfer, redeem, act }: Properties) {
  const t = useWords(words);
  const [typed, setTyped] = useState("");
  const amount = typedAmount(typed);
  const proceeds = amount === null ? null : roundDecimal(amount, 2);
  const values = {
    units: unitsText(transfer.units),
    consideration: moneyText(transfer.consideration),
  };
  return (
    <Fieldset legend={t("redeemTitle")}>
      <Stack gap="xs">
        <Text size="sm">{t("redeemAdvice", values)}</Text>
        <TextInput
          label={t("proceeds")}
          value={typed}
          inputMode="decimal"
          autoComplete="off"
          error={typed !== "" && proceeds === null && t("badProceeds")}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        {proceeds !== null && (
          <ConfirmedButton
            label={t("redeem", { proceeds: moneyText(proceeds) })}
            meaning={t("redeemMeaning", { ...values, proceeds: moneyText(proceeds) })}
            confirm={t("redeemConfirm")}
            back={t("redeemBack")}
            isMain
            act={{ ...act, mutate: (_, options) => redeem(proceeds, options) }}
          />
        )}
      </Stack>
    </Fieldset>
  );
}
