/** Before many are decided: what would come of each. After: what became of each. */
import { Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useWords, type Translate } from "../../i18n/words";
import { useAct } from "../../parts/useAct";
import { DataTable, type Column } from "../../parts/DataTable";
import { FactList } from "../../parts/FactList";
import { MoneyText } from "../../parts/Figures";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { momentText } from "../../format/moments";
import { OFFICE } from "./queries";
import { carryOut, previewQuery, type DecisionsPreview, type RowResult } from "./batch";
import { useCode } from "./codes";
import type { Transfer } from "./queries";
import { useNameOf, useStep } from "./shown";
import { words } from "./words";
import { planOf, REASONS, type Plan, type Reason, type Word } from "./work";

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
  const code = useCode();
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
        {word === "REJECT" && (
          <Select
            label={t("reason")}
            data={REASONS.map((value) => ({ value, label: code(value) }))}
            value={reason}
            onChange={(value) => value !== null && setReason(value)}
            allowDeselect={false}
          />
        )}
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
      {plan.proposed.length > 0 && <Text>{t("toPropose", { count: plan.proposed.length })}</Text>}
      {plan.decided.length + plan.proposed.length === 0 && <Text>{t("nothingToDo")}</Text>}
      <EachEffect plan={plan} transfers={transfers} refused={refused} />
    </>
  );
}

function Effects({ effects }: { readonly effects: DecisionsPreview }) {
  const t = useWords(words);
  const nameOf = useNameOf();
  return (
    <>
      {effects.products.map((product) => (
        <div key={product.symbol}>
          <Text fw={600}>{nameOf(product.symbol)}</Text>
          <Text size="sm">{productLines(product, t).join(" · ")}</Text>
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
): readonly string[] {
  const { confirmed, rejected, offered, settles_at: at } = product;
  const settles = at === null ? t("settlesNow") : t("settlesAt", { at: momentText(at) });
  const { holders_joining: joining, holders_leaving: leaving } = product;
  return [
    ...(confirmed > 0 ? [`${t("nowSettles", { count: confirmed })}：${settles}`] : []),
    ...(offered > 0 ? [t("offered", { count: offered })] : []),
    ...(rejected > 0 ? [t("nowRejected", { count: rejected })] : []),
    t("holders", { before: product.holders_before, after: product.holders_after }),
    ...(joining.length > 0 ? [t("joining", { ids: joining.join("、") })] : []),
    ...(leaving.length > 0 ? [t("leaving", { ids: leaving.join("、") })] : []),
  ];
}

interface EachProperties extends Omit<PreviewProperties, "query"> {
  readonly refused: ReadonlyMap<string, string>;
}

function EachEffect({ plan, transfers, refused }: EachProperties) {
  const t = useWords(words);
  const code = useCode();
  const columns = useMemo<readonly Column<Transfer>[]>(() => {
    const left = new Map(plan.left.map(({ transfer, why }) => [transfer.transfer_id, why]));
    const proposed = new Set(plan.proposed.map(({ transfer_id: id }) => id));
    const effectOf = (id: string): string => {
      const [refusal, why] = [refused.get(id), left.get(id)];
      if (why !== undefined) return `✕ ${t(why)}`;
      if (refusal !== undefined) return `✕ ${code(refusal)}`;
      return `✓ ${t(proposed.has(id) ? "asProposed" : "asDecided")}`;
    };
    return [
      { id: "transfer", header: t("transfer"), cell: ({ transfer_id: id }) => `#${id}` },
      {
        id: "parties",
        header: t("parties"),
        cell: ({ seller_id: seller, buyer_id: buyer }) => `${seller} → ${buyer}`,
      },
      {
        id: "consideration",
        header: t("consideration"),
        isAmount: true,
        cell: ({ consideration }) => <MoneyText of={consideration} />,
      },
      { id: "effect", header: t("effect"), cell: ({ transfer_id: id }) => effectOf(id) },
    ];
  }, [plan, refused, t, code]);
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
