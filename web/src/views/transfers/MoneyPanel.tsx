/** What a party pays or gets by a transfer, line by line, and what taxes that may mean. */
import { Text } from "@mantine/core";
import { basisPointsText } from "../../format/amounts";
import { useLanguage, useWords } from "../../i18n/words";
import { FactList } from "../../parts/FactList";
import { MoneyText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import type { Transfer } from "./queries";
import { totalOf } from "./stages";
import { words } from "./stepWords";
import { useTransferTerm } from "./terms";

export function MoneyPanel({ transfer }: { readonly transfer: Transfer }) {
  const t = useWords(words);
  const isBuyer = transfer.role === "BUYER";
  const fees = isBuyer ? transfer.buyer_fees : transfer.seller_fees;
  const { accrued, paid, rest_due: rest } = transfer;
  const sign = isBuyer ? "" : "-";
  return (
    <>
      <Panel title={t("money")}>
        <FactList
          facts={[
            [t("consideration"), <MoneyText key="c" of={transfer.consideration} />],
            [
              accrued === null ? t("consideration") : t("accrued", { days: accrued.days }),
              accrued && <MoneyText key="a" of={accrued.amount} />,
            ],
            [t("feeVenue"), fees && <MoneyText key="v" of={sign + fees.venue} />],
            [t("feeTrust"), fees && <MoneyText key="t" of={sign + fees.trust_company} />],
            [
              t(isBuyer ? "totalBuyer" : "totalSeller"),
              <b key="total" data-testid="total">
                <MoneyText of={totalOf(transfer)} />
              </b>,
            ],
            [t("paid"), paid && <MoneyText key="paid" of={paid} />],
            [t("rest"), rest && <MoneyText key="rest" of={rest} />],
          ]}
        />
      </Panel>
      <Taxes transfer={transfer} />
    </>
  );
}

function Taxes({ transfer: { taxes } }: { readonly transfer: Transfer }) {
  const t = useWords(words);
  const term = useTransferTerm();
  const language = useLanguage();
  if (taxes === null) return null;
  return (
    <Panel title={t("taxes")}>
      <FactList
        facts={taxes.lines.map((line) => [
          t("taxOf", { tax: term(line.tax), rate: basisPointsText(line.rate_bps) }),
          <MoneyText key={line.tax} of={line.amount} />,
        ])}
      />
      <Text size="xs" c="dimmed" mt="xs">
        {language === "zh" ? taxes.note_zh : taxes.note_en}
      </Text>
    </Panel>
  );
}
