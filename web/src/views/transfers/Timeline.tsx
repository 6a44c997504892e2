/** The way of a transfer from top to bottom: what is done, who has it now, what is to come. */
import { Text } from "@mantine/core";
import { moneyText, unitsText } from "../../format/amounts";
import { momentText } from "../../format/moments";
import { useWords } from "../../i18n/words";
import { MomentText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import type { Terms, TransferWithStates } from "./queries";
import { silenceOf, since, stagesOf, totalOf, waitingOn, type Progress } from "./stages";
import { words } from "./stepWords";
import { useTransferTerm } from "./terms";
import { TimeLeft } from "./TimeLeft";
import classes from "./Timeline.module.css";

const MARKS: Readonly<Record<Progress, string>> = {
  DONE: "✓",
  NOW: "●",
  AHEAD: "○",
  FAILED: "✕",
  NEVER: "–",
};

interface Properties {
  readonly transfer: TransferWithStates;
  readonly terms: Terms;
}

export function Timeline({ transfer, terms }: Properties) {
  const t = useWords(words);
  const side = transfer.role === "SELLER" ? "SELLER" : "BUYER";
  const values = {
    units: unitsText(transfer.units),
    total: moneyText(totalOf(transfer)),
    paid: moneyText(transfer.paid ?? "0.00"),
    rest: moneyText(transfer.rest_due ?? "0.00"),
  };
  const redeemed = (transfer.states ?? []).find(({ redeemed_for }) => redeemed_for !== null);
  return (
    <Panel title={t("progress")}>
      <NowWith {...{ transfer, terms }} />
      <ol className={classes["list"]}>
        {stagesOf(transfer, terms).map(({ name, progress, at }) => (
          <li
            key={name}
            className={classes[progress.toLowerCase()]}
            aria-current={progress === "NOW" ? "step" : undefined}
          >
            <span className={classes["mark"]} aria-hidden>
              {MARKS[progress]}
            </span>
            <div>
              <Text size="sm" fw={600}>
                {t(name)} <span className={classes["progress"]}>{t(progress)}</span>
              </Text>
              {progress !== "NEVER" && <Text size="sm">{t(`${name}_${side}`, values)}</Text>}
              {at !== null && (
                <Text size="xs" c="dimmed">
                  {progress === "NOW" && `${t("since")} `}
                  <MomentText of={at} />
                </Text>
              )}
            </div>
          </li>
        ))}
      </ol>
      {redeemed?.redeemed_for != null && (
        <Text size="sm" data-testid="redeemed">
          {t(`redeemed_${side}`, { amount: moneyText(redeemed.redeemed_for) })}
        </Text>
      )}
    </Panel>
  );
}

function NowWith({ transfer, terms }: Properties) {
  const t = useWords(words);
  const term = useTransferTerm();
  const waiting = waitingOn(transfer, terms);
  const from = since(transfer.states ?? []);
  return (
    <div className={classes["now"]} role="status">
      <Text fw={600} data-testid="waiting">
        {t(waiting, {
          rest: moneyText(transfer.rest_due ?? "0.00"),
          reason: transfer.return_reason === null ? "" : term(transfer.return_reason),
          overlays: [...new Set(transfer.overlays.map(term))].join("、"),
        })}
      </Text>
      {from !== null && waiting !== "NOBODY" && waiting !== "HELD" && (
        <Text size="sm" data-testid="since">
          {t("hasItSince", { moment: momentText(from) })}
        </Text>
      )}
      {transfer.deadline !== null && waiting !== "NOBODY" && waiting !== "HELD" && (
        <>
          <Text size="sm">
            {t("until", { deadline: momentText(transfer.deadline) })} · {t(silenceOf(waiting))}
          </Text>
          <TimeLeft transfer={transfer} />
        </>
      )}
    </div>
  );
}
