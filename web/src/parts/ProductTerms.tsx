/** All terms of a product, in groups, as somebody reads them who is to stand by them. */
import { Stack, Title } from "@mantine/core";
import { useId, type ReactNode } from "react";
import { nameText } from "../format/names";
import { useLanguage, useWords } from "../i18n/words";
import { FactList } from "./FactList";
import { TERM_GROUPS, TERM_KINDS, termsOf, termText, valueOf, type Terms } from "./termTable";
import { words } from "./productTermWords";
import { useTerm } from "./terms";

interface Properties {
  readonly terms: Terms;
  /** Of the trust company; null: it is not known. */
  readonly companyName: string | null;
  /** What a kind of document and a side are called. */
  readonly code: (code: string) => string;
}

export function ProductTerms({ terms, companyName, code }: Properties) {
  const t = useWords(words);
  const term = useTerm();
  const language = useLanguage();
  const { checklist, preemption_days: days, right_holders: holders } = terms.transfer_terms;
  const told = (name: keyof typeof TERM_KINDS): ReactNode => {
    const value = valueOf(terms, name);
    if (typeof value === "boolean") return t(value ? "yes" : "no");
    if (name === "trust_company_id" && companyName !== null) {
      return t("companyNumber", {
        name: nameText(companyName, language),
        id: terms.trust_company_id,
      });
    }
    if (name === "product_type") return term(terms.product_type);
    return <span className="number">{termText(terms, name) ?? t("none")}</span>;
  };
  return (
    <Stack gap="md">
      {TERM_GROUPS.map((group) => (
        <Group key={group} title={t(`group_${group}`)}>
          <FactList facts={termsOf(group).map((name) => [t(name), told(name)])} />
        </Group>
      ))}
      <Group title={t("group_rest")}>
        <FactList
          facts={[
            [
              t("checklist"),
              checklist
                .map(({ kind, of }) =>
                  t("document", { kind: code(kind), of: of === null ? t("both") : code(of) }),
                )
                .join(" · ") || t("none"),
            ],
            [
              t("preemption"),
              days === 0 ? t("none") : t("preemptionText", { days, holders: holders.join(" · ") }),
            ],
          ]}
        />
      </Group>
    </Stack>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Title order={3} size="h6" id={id} mb={4}>
        {title}
      </Title>
      {children}
    </section>
  );
}
