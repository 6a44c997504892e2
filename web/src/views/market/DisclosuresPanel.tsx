/** What the trust company has disclosed of a product, newest first. */
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { dayOfMoment } from "../../format/moments";
import { useLanguage, useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { MomentText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { useTransferTerm } from "../transfers/terms";
import { words } from "./productWords";
import { disclosuresQuery } from "./queries";

export function DisclosuresPanel({ symbol }: { readonly symbol: string }) {
  const t = useWords(words);
  const language = useLanguage();
  const kindText = useTransferTerm();
  const query = useQuery(disclosuresQuery(symbol));
  return (
    <Panel title={t("disclosures")}>
      <QueryView query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t("noDisclosures")} advice={t("noDisclosuresAdvice")} />
          ) : (
            <Stack gap="sm">
              {items.map(({ disclosure_id: id, published_at: at, facts, attached, ...texts }) => (
                <div key={id}>
                  <Text size="xs" c="dimmed">
                    <MomentText of={at} />
                  </Text>
                  <Text size="sm">
                    {(language === "zh" ? texts.text_zh : texts.text_en) ||
                      t("navLine", { nav: facts.nav ?? "–", date: facts.nav_on ?? "–" })}
                  </Text>
                  {attached.map(({ link_id: link, kind, attached_at: since }) => (
                    <Text key={link} size="xs">
                      {t("document", { kind: kindText(kind), date: dayOfMoment(since) })}
                    </Text>
                  ))}
                </div>
              ))}
            </Stack>
          )
        }
      </QueryView>
    </Panel>
  );
}
