/** Before many are decided: what would come of each. After: what became of each. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useLanguage, useWords, type Translate } from "../../i18n/words";
import { useAct } from "../../parts/useAct";
import { DataTable, type Column } from "../../parts/DataTable";
import { FactList } from "../../parts/FactList";
import { MoneyText, UnitsText } from "../../parts/Figures";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { listText } from "../../format/lists";
import { momentText } from "../../format/moments";
import { unitsText } from "../../format/amounts";
import type { Language } from "../../i18n/language";
import { OFFICE } from "./queries";
import { carryOut, previewQuery, type DecisionsPreview, type RowResult } from "./batch";
import { useCode } from "./codes";
import type { Transfer } from "./queries";
import { ReasonSelect } from "./ReasonSelect";
import { useNameOf, useParties, useStep } from "./shown";
import { words } from "./words";
import { planOf, totalOf, type Plan, type Reason, type Word } from "./work";

interface Properties {
  readonly word: Word;
  /** As they were read when the dialog was opened; decisions name what was read. */
  readonly transfers: readonly Transfer[];
  readonly onCancel: () => void;
  /** It was done: the choice is over. */
  readonly onClose: () => void;
}

export function BatchDialog({ word, transfers, onCancel, onClose }: Properties) {
  const t = useWords(words);
  const step = useStep();
  const [reason, setReason] = useState<Reason>("DOCUMENTS_INCOMPLETE");
  const [openedAt] = useState(() => Date.now());
  const plan = useMemo(
    () => planOf(transfers, word, reason, (each) => step(each, openedAt)),
    [transfers, word, reason, step, openedAt],
  );
  const preview = useQuery(previewQuery(plan));
  const doing = useAct(carryOut, { stale: [OFFICE] });
  const title = t(word === "CONFIRM" ? "previewConfirm" : "previewReject");
  if (doing.data !== undefined) {
    return (
      <Modal
        opened
        closeButtonProps={{ "aria-label": t("close") }}
        onClose={onClose}
        title={t("result")}
        size="xl"
      >
        <Results rows={doing.data} onClose={onClose} />
      </Modal>
    );
  }
  const count = plan.decided.length + plan.proposed.length;
  // Nothing is done before its effects were shown. The button keeps the focus meanwhile.
  const isShown = plan.decided.length === 0 || preview.data !== undefined;
  return (
    <Modal
      opened
      closeButtonProps={{ "aria-label": t("close") }}
      onClose={onCancel}
      title={title}
      size="xl"
    >
      <Stack gap="sm">
        {word === "REJECT" && <ReasonSelect reason={reason} setReason={setReason} />}
        <Preview {...{ plan, transfers }} query={preview} />
        {doing.isError && <ProblemAlert error={doing.error} />}
        <Group justify="end">
          <Button variant="default" onClick={onCancel}>
            {t("cancel")}
          </Button>
          <Button
            onClick={() => isShown && doing.mutate(plan)}
            aria-disabled={!isShown}
            loading={doing.isPending}
            disabled={count === 0}
            data-autofocus
          >
            {t("submit", { count })}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface PreviewProperties {
  readonly plan: Plan;
  readonly transfers: readonly Transfer[];
  readonly query: UseQueryResult<DecisionsPreview>;
}

function Preview({ plan, transfers, query }: PreviewProperties) {
  const t = useWords(words);
  const proposed = new Set(plan.proposed.map(({ transfer_id: id }) => id));
  const held = new Set(query.data?.held.map(({ transfer_id: id }) => id));
  const refused = new Map<string, string>(
    query.data?.refused.map(({ transfer_id: id, refusal }) => [id, refusal]),
  );
  return (
    <>
      <Text size="sm" c="dimmed">
        {t("previewAdvice")}
      </Text>
      {plan.decided.length > 0 && (
        <QueryView query={query}>{(effects) => <Effects effects={effects} />}</QueryView>
      )}
      {plan.proposed.length > 0 && (
        <>
          <Text>{t("toPropose", { count: plan.proposed.length })}</Text>
          <Total transfers={transfers.filter((each) => proposed.has(each.transfer_id))} />
        </>
      )}
      {plan.decided.length + plan.proposed.length === 0 && <Text>{t("nothingToDo")}</Text>}
      <div className="office-scroll" role="region" aria-label={t("effect")} tabIndex={0}>
        <EachEffect {...{ plan, transfers, refused, held }} />
      </div>
    </>
  );
}

/** What a proposal is about, where nothing moves before another person has decided. */
function Total({ transfers }: { readonly transfers: readonly Transfer[] }) {
  const t = useWords(words);
  const { units, consideration, sellers, buyers } = totalOf(transfers);
  return (
    <FactList
      facts={[
        [t("units"), <UnitsText key="units" of={units} />],
        [t("consideration"), <MoneyText key="consideration" of={consideration} />],
        [t("partiesCount"), `${sellers} → ${buyers}`],
      ]}
    />
  );
}

function Effects({ effects }: { readonly effects: DecisionsPreview }) {
  const t = useWords(words);
  const nameOf = useNameOf();
  const language = useLanguage();
  return (
    <>
      {effects.products.map((product) => (
        <div key={product.symbol}>
          <Text fw={600}>{nameOf(product.symbol)}</Text>
          <Text size="sm">{productLines(product, t, language).join(" · ")}</Text>
        </div>
      ))}
      {effects.products.length > 0 && (
        <FactList
          facts={[
            [t("toSellers"), <MoneyText key="sellers" of={effects.to_sellers} />],
            [t("feesOurs"), <MoneyText key="ours" of={effects.fees_trust_company} />],
            [t("feesVenue"), <MoneyText key="venue" of={effects.fees_venue} />],
            [t("refunds"), <MoneyText key="refunds" of={effects.refunds} />],
          ]}
        />
      )}
    </>
  );
}

function productLines(
  product: DecisionsPreview["products"][number],
  t: Translate<keyof typeof words.zh>,
  language: Language,
): readonly string[] {
  const { confirmed, rejected, offered, held, settles_at: at } = product;
  const settles = at === null ? t("settlesNow") : t("settlesAt", { at: momentText(at) });
  const { holders_joining: joining, holders_leaving: leaving } = product;
  return [
    ...(confirmed > 0 ? [`${t("nowSettles", { count: confirmed })}：${settles}`] : []),
    t("unitsMove", { units: unitsText(product.units) }),
    ...(held > 0 ? [t("heldThen", { count: held })] : []),
    ...(offered > 0 ? [t("offered", { count: offered })] : []),
    ...(rejected > 0 ? [t("nowRejected", { count: rejected })] : []),
    t("holders", { before: product.holders_before, after: product.holders_after }),
    ...(joining.length > 0 ? [t("joining", { ids: listText(joining, language) })] : []),
    ...(leaving.length > 0 ? [t("leaving", { ids: listText(leaving, language) })] : []),
  ];
}

interface EachProperties extends Omit<PreviewProperties, "query"> {
  readonly refused: ReadonlyMap<string, string>;
  readonly held: ReadonlySet<string>;
}

function EachEffect({ plan, transfers, refused, held }: EachProperties) {
  const t = useWords(words);
  const code = useCode();
  const partiesOf = useParties();
  const columns = useMemo<readonly Column<Transfer>[]>(() => {
    const left = new Map(plan.left.map(({ transfer, why }) => [transfer.transfer_id, why]));
    const proposed = new Set(plan.proposed.map(({ transfer_id: id }) => id));
    const effectOf = (id: string): string => {
      const [refusal, why] = [refused.get(id), left.get(id)];
      if (why !== undefined) return `✕ ${t(why)}`;
      if (refusal !== undefined) return `✕ ${code(refusal)}`;
      if (held.has(id)) return `‖ ${t("asHeld")}`;
      return `✓ ${t(proposed.has(id) ? "asProposed" : "asDecided")}`;
    };
    return [
      { id: "transfer", header: t("transfer"), cell: ({ transfer_id: id }) => `#${id}` },
      {
        id: "parties",
        header: t("parties"),
        cell: (transfer) => t("pair", partiesOf(transfer)),
      },
      {
        id: "units",
        header: t("units"),
        isAmount: true,
        cell: ({ units }) => <UnitsText of={units} />,
      },
      {
        id: "consideration",
        header: t("consideration"),
        isAmount: true,
        cell: ({ consideration }) => <MoneyText of={consideration} />,
      },
      { id: "effect", header: t("effect"), cell: ({ transfer_id: id }) => effectOf(id) },
    ];
  }, [plan, refused, held, t, code, partiesOf]);
  return (
    <DataTable
      caption={t("effect")}
      columns={columns}
      rows={transfers}
      rowId={({ transfer_id: id }) => id}
    />
  );
}

interface ResultsProperties {
  readonly rows: readonly RowResult[];
  readonly onClose: () => void;
}

function Results({ rows, onClose }: ResultsProperties) {
  const t = useWords(words);
  const code = useCode();
  const columns = useMemo<readonly Column<RowResult>[]>(
    () => [
      { id: "transfer", header: t("transfer"), cell: ({ transferId }) => `#${transferId}` },
      {
        id: "result",
        header: t("result"),
        cell: ({ became, refusal }) => {
          if (became === null) return `✕ ${code(refusal ?? "")}`;
          return `✓ ${became === "PROPOSED" ? t("proposedNow") : code(became)}`;
        },
      },
    ],
    [t, code],
  );
  const refused = rows.filter(({ refusal }) => refusal !== null).length;
  return (
    <Stack gap="sm">
      <Text role="status" fw={600}>
        {t("taken", { count: rows.length - refused })}
        {refused > 0 && ` · ${t("refused", { count: refused })}`}
      </Text>
      <DataTable
        caption={t("result")}
        columns={columns}
        rows={rows}
        rowId={({ transferId }) => transferId}
      />
      <Group justify="end">
        <Button onClick={onClose} data-autofocus>
          {t("close")}
        </Button>
      </Group>
    </Stack>
  );
}
