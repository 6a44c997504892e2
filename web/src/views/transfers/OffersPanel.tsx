/** What is offered by right of pre-emption: take the buyer's place, or let it go. */
import { Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { addDecimals } from "../../format/decimal";
import { moneyText, priceText, unitsText } from "../../format/amounts";
import { useWords } from "../../i18n/words";
import { ConfirmedButton } from "../../parts/ConfirmedButton";
import { FactList } from "../../parts/FactList";
import { MomentText, MoneyText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { useAct } from "../../parts/useAct";
import { useNameOfSymbol } from "../market/facts";
import { answerPreemption, preemptionsQuery, TRANSFERS, type Preemption } from "./queries";
import { words } from "./words";

export function OffersPanel() {
  const t = useWords(words);
  const { data: offers } = useQuery(preemptionsQuery);
  if (offers === undefined || offers.length === 0) return null;
  return (
    <Panel title={t("offered")}>
      <Text size="sm" c="dimmed" mb="sm">
        {t("offeredLead")}
      </Text>
      <Stack gap="lg">
        {offers.map((offer) => (
          <Offer key={offer.transfer_id} offer={offer} />
        ))}
      </Stack>
    </Panel>
  );
}

function Offer({ offer }: { readonly offer: Preemption }) {
  const t = useWords(words);
  const nameOf = useNameOfSymbol();
  const about = { transferId: offer.transfer_id, version: offer.version };
  const stale = [TRANSFERS, "cash"];
  const exercise = useAct((_: undefined, key) => answerPreemption("EXERCISE", about, key), {
    stale,
    wishOf: () => `${offer.transfer_id}:${offer.version}`,
  });
  const waive = useAct((_: undefined, key) => answerPreemption("WAIVE", about, key), {
    stale,
    wishOf: () => `${offer.transfer_id}:${offer.version}`,
  });
  const { venue, trust_company: trustCompany } = offer.buyer_fees;
  const terms = { units: unitsText(offer.units), price: priceText(offer.price) };
  return (
    <div>
      <Text fw={600}>{nameOf(offer.symbol)}</Text>
      <FactList
        facts={[
          [t("heading", { id: offer.transfer_id }), t("offeredTerms", terms)],
          [t("cost"), <MoneyText key="cost" of={offer.cost} />],
          [t("fees"), <MoneyText key="fees" of={addDecimals(venue, trustCompany)} />],
          [
            t("deadline"),
            offer.deadline === null ? t("paused") : <MomentText key="by" of={offer.deadline} />,
          ],
        ]}
      />
      {offer.waived ? (
        <Text size="sm" mt="xs">
          {t("waived")}
        </Text>
      ) : (
        <Group mt="sm">
          <ConfirmedButton
            label={t("exercise")}
            meaning={t("exerciseDoes", { cost: moneyText(offer.cost) })}
            confirm={t("exercise")}
            back={t("cancel")}
            isMain
            act={exercise}
          />
          <ConfirmedButton
            label={t("waive")}
            meaning={t("waiveDoes")}
            confirm={t("waive")}
            back={t("cancel")}
            act={waive}
          />
        </Group>
      )}
    </div>
  );
}
