/** What a party may do with its transfer now. Each thing says before what it does. */
import { Alert, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { moneyText } from "../../format/amounts";
import { useWords } from "../../i18n/words";
import { ConfirmedButton } from "../../parts/ConfirmedButton";
import { Panel } from "../../parts/Panel";
import { useAct } from "../../parts/useAct";
import { useSession } from "../../session/Session";
import { takeStep, TRANSFERS, type Terms, type Transfer, type TransferStep } from "./queries";
import { actionsOf, isOpen, type Action } from "./stages";
import { words } from "./stepWords";
import { useTransferTerm } from "./terms";

interface Properties {
  readonly transfer: Transfer;
  readonly terms: Terms;
}

export function ActionsPanel({ transfer, terms }: Properties) {
  const t = useWords(words);
  const term = useTransferTerm();
  const { person } = useSession();
  const [answered, setAnswered] = useState<readonly [Action, TransferStep] | null>(null);
  if (person === null) return null;
  const actions = actionsOf(transfer, terms, person.kind);
  const other = transfer.role === "BUYER" ? "SELLER" : "BUYER";
  const agreed = (side: string) => transfer.agreed_to_cancel.some((each) => each === side);
  return (
    <Panel title={t("actions")}>
      <Stack gap="md">
        {answered?.[1].version === transfer.version && (
          <Alert color="teal" variant="light" role="status">
            {t("done", { action: t(answered[0].as), state: term(answered[1].state) })}
          </Alert>
        )}
        {isOpen(transfer) && agreed(transfer.role) && <Text size="sm">{t("agreedToCancel")}</Text>}
        {isOpen(transfer) && agreed(other) && <Text size="sm">{t("otherAgrees")}</Text>}
        {actions.length === 0 && <Text size="sm">{t("noActions")}</Text>}
        {actions.map((action) => (
          <Doing
            key={action.step}
            transfer={transfer}
            action={action}
            onAnswer={(answer) => setAnswered([action, answer])}
          />
        ))}
      </Stack>
    </Panel>
  );
}

interface DoingProperties {
  readonly transfer: Transfer;
  readonly action: Action;
  readonly onAnswer: (answer: TransferStep) => void;
}

function Doing({ transfer, action: { step, as, isNext }, onAnswer }: DoingProperties) {
  const t = useWords(words);
  const about = { transferId: transfer.transfer_id, version: transfer.version };
  const act = useAct(async (_: undefined, key) => onAnswer(await takeStep(step, about, key)), {
    stale: [TRANSFERS, "cash", "holdings"],
    wishOf: () => `${step}:${transfer.version}`,
  });
  const meaning = t(`${as}Does`, { rest: moneyText(transfer.rest_due ?? "0.00") });
  return (
    <div>
      <Text size="sm" mb={6}>
        {isNext && <b>{t("next")}：</b>}
        {meaning}
      </Text>
      <ConfirmedButton
        label={t(as)}
        meaning={meaning}
        confirm={t("confirm", { action: t(as) })}
        back={t("back")}
        isMain={isNext}
        act={act}
      />
    </div>
  );
}
