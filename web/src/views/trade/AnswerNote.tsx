/** What the reader may answer to what stands, before he begins: from where to where, or why not. */
import { Stack, Text } from "@mantine/core";
import { useWords } from "../../i18n/words";
import { FindingList } from "../../parts/FindingList";
import { priceText } from "../../format/amounts";
import { words } from "./dealWords";
import type { FeasibleListing } from "./queries";
import { RangeNote } from "./RangeNote";

export function AnswerNote({ answers }: { readonly answers: readonly FeasibleListing[] }) {
  const t = useWords(words);
  if (answers.length === 0) return null;
  return (
    <Stack gap={4} mt="xs" role="note" aria-label={t("mayAnswer")}>
      {answers.map((answer) => (
        <One key={answer.offer_id} answer={answer} isOneOfMany={answers.length > 1} />
      ))}
    </Stack>
  );
}

interface Properties {
  readonly answer: FeasibleListing;
  readonly isOneOfMany: boolean;
}

function One({ answer, isOneOfMany }: Properties) {
  const t = useWords(words);
  const { finding, price, prices, quantities, refusal } = answer;
  return (
    <div>
      {isOneOfMany && price !== null && (
        <Text size="xs" fw={600}>
          {t("atPrice", { price: priceText(price) })}
        </Text>
      )}
      {refusal === null ? (
        <>
          <RangeNote of="quantity" ranges={quantities} />
          {prices !== null && <RangeNote of="price" ranges={[prices]} />}
        </>
      ) : (
        <>
          <Text size="xs">{t("mayNotAnswer", { why: refusal.title })}</Text>
          {finding !== null && <FindingList findings={[finding]} acknowledged={[]} />}
        </>
      )}
    </div>
  );
}
