/** Where a ticket is filled in, and what it would mean. */
import { Alert, Button, Divider, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../../i18n/words";
import { FindingList } from "../../parts/FindingList";
import { QueryView } from "../../parts/QueryView";
import type { Draft, Given } from "./draft";
import { PreviewView } from "./PreviewView";
import { PriceField } from "./PriceField";
import { QuantityField } from "./QuantityField";
import { RangeNote } from "./RangeNote";
import type { FeasibleSide } from "./queries";
import { words } from "./ticketWords";

interface Properties {
  readonly given: Given;
  readonly draft: Draft;
  readonly fields: ReactNode;
  readonly onReview: () => void;
}

export function TicketForm({ given, draft, fields, onReview }: Properties) {
  const t = useWords(words);
  const { product, sides, asked } = given;
  const { feasible, isReady } = draft;
  const prices = feasible?.prices ?? null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) onReview();
      }}
    >
      <Stack gap="md">
        {sides.length > 1 && (
          <SegmentedControl
            fullWidth
            aria-label={t("side")}
            value={draft.side}
            data={sides.map((value) => ({ value, label: t(value) }))}
            onChange={(value) => draft.setSide(value === "SELL" ? "SELL" : "BUY")}
          />
        )}
        {asked !== null && given.price === undefined && (
          <PriceField
            product={product}
            stated={draft.stated}
            onChange={draft.setStated}
            order={draft.order}
            wrong={draft.wrong}
            note={prices !== null && <RangeNote of="price" ranges={[prices]} />}
          />
        )}
        {given.quantity === undefined && (
          <QuantityField
            product={product}
            value={draft.entered}
            onChange={draft.setEntered}
            feasible={feasible}
          />
        )}
        {fields}
        {asked !== null && <Meaning draft={draft} feasible={feasible} isOrder={!asked.in_mode} />}
        <Button type="submit" disabled={!isReady}>
          {t("review")}
        </Button>
      </Stack>
    </form>
  );
}

interface MeaningProperties {
  readonly draft: Draft;
  readonly feasible: FeasibleSide | null;
  readonly isOrder: boolean;
}

function Meaning({ draft, feasible, isOrder }: MeaningProperties) {
  const t = useWords(words);
  const { preview, acknowledge, setAcknowledge } = draft;
  const isAsked = preview.fetchStatus !== "idle" || preview.data !== undefined || preview.isError;
  return (
    <section aria-label={t("preview")}>
      <Divider mb="sm" />
      <Title order={3} size="h6" mb="xs">
        {t("preview")}
      </Title>
      {isAsked ? (
        <QueryView query={preview} height={220}>
          {(seen) => (
            <PreviewView
              preview={seen}
              acknowledged={acknowledge}
              onAcknowledge={(ruleIds) => setAcknowledge([...ruleIds])}
              isOrder={isOrder}
            />
          )}
        </QueryView>
      ) : (
        <Nothing feasible={feasible} />
      )}
    </section>
  );
}

/** Before anything is entered: whether anything could be. */
function Nothing({ feasible }: { readonly feasible: FeasibleSide | null }) {
  const t = useWords(words);
  const refusal = feasible?.refusal ?? null;
  if (feasible === null || refusal === null) {
    return (
      <Text size="sm" c="dimmed">
        {t("enterFirst")}
      </Text>
    );
  }
  return (
    <Stack gap="xs">
      <Alert color="gray" variant="light" title={t("standsAgainst")}>
        <Text size="sm">{refusal.title}</Text>
      </Alert>
      <FindingList findings={feasible.findings} acknowledged={[]} />
    </Stack>
  );
}
