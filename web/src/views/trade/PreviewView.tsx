/** What an order would mean for the reader's money and units, and what stands against it. */
import { Alert, Stack, Text } from "@mantine/core";
import { moneyText, unitsText } from "../../format/amounts";
import { compareDecimals } from "../../format/decimal";
import { useLanguage, useWords } from "../../i18n/words";
import { FactList } from "../../parts/FactList";
import { FindingList } from "../../parts/FindingList";
import { MoneyText, UnitsText } from "../../parts/Figures";
import type { Preview } from "./queries";
import { words } from "./ticketWords";

interface Properties {
  readonly preview: Preview;
  readonly acknowledged: readonly string[];
  readonly onAcknowledge?: (ruleIds: readonly string[]) => void;
  /** Whether the book could take it at once. */
  readonly isOrder: boolean;
}

export function PreviewView({ preview, acknowledged, onAcknowledge, isOrder }: Properties) {
  const t = useWords(words);
  const language = useLanguage();
  const { refusal, missing_money: missing, taxes } = preview;
  const isShort = missing !== null && isAbove(missing);
  return (
    <Stack gap="sm">
      <Figures preview={preview} isOrder={isOrder} />
      {refusal === null ? (
        <Text size="sm" fw={600} role="status">
          ✓ {t("maySubmit")}
        </Text>
      ) : refusal.code === "warning_not_acknowledged" ? (
        <Alert color="blue" variant="light">
          <Text size="sm">{t("readFirst")}</Text>
        </Alert>
      ) : (
        <Alert color="red" variant="light" title={t("standsAgainst")}>
          <Text size="sm">{refusal.title}</Text>
          {isShort && <Text size="sm">{t("depositCure", { amount: moneyText(missing) })}</Text>}
        </Alert>
      )}
      <FindingList
        findings={[...preview.findings, ...preview.pair]}
        acknowledged={acknowledged}
        {...(onAcknowledge === undefined ? {} : { onAcknowledge })}
      />
      {taxes !== null && (
        <Text size="xs" c="dimmed">
          {t("taxes")} · {language === "zh" ? taxes.note_zh : taxes.note_en}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        {t("previewNote")}
      </Text>
    </Stack>
  );
}

function Figures({ preview, isOrder }: { readonly preview: Preview; readonly isOrder: boolean }) {
  const t = useWords(words);
  const money = (amount: string | null) =>
    amount === null ? null : <MoneyText key="money" of={amount} />;
  const unless0 = (amount: string | null) =>
    amount !== null && isAbove(amount) ? money(amount) : null;
  const { accrued, reserve_units: units, taxes } = preview;
  const isBuy = units === null;
  return (
    <FactList
      facts={[
        [t("consideration"), money(preview.consideration)],
        [t("accrued", { days: accrued?.days ?? 0 }), money(accrued?.amount ?? null)],
        [t("feeVenue"), money(preview.fee_venue)],
        [t("feeTrustCompany"), money(preview.fee_trust_company)],
        [
          t(isBuy ? "totalBuy" : "totalSell"),
          <Text key="total" component="span" fw={700} size="sm" data-testid="preview-total">
            <MoneyText of={isBuy ? preview.total : preview.proceeds} />
          </Text>,
        ],
        [t("reserveMoney"), money(preview.reserve_money)],
        [t("availableMoney"), isBuy ? money(preview.available_money) : null],
        [t("missingMoney"), unless0(preview.missing_money)],
        [t("restDue"), unless0(preview.rest_due)],
        [t("reserveUnits"), units === null ? null : <UnitsText key="units" of={units} />],
        [
          t("availableUnits"),
          isBuy ? null : <UnitsText key="available" of={preview.available_units} />,
        ],
        [t("fillable"), isOrder ? unitsText(preview.fillable_quantity) : null],
        [t("faultFee"), unless0(preview.fault_fee)],
        ...(taxes?.lines ?? [])
          .filter(({ amount }) => isAbove(amount))
          .map(
            (line) =>
              [
                `${t("taxes")} · ${t(line.tax)} · ${t(line.taxpayer)}`,
                <MoneyText key={line.tax + line.taxpayer} of={line.amount} />,
              ] as const,
          ),
      ]}
    />
  );
}

function isAbove(amount: string): boolean {
  return compareDecimals(amount, "0") > 0;
}
