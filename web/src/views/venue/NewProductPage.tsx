/** A product is described, checked as a whole and sent; it may begin as another one's copy. */
import { Alert, Anchor, Button, Group, Select, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { api } from "../../client";
import { nameText } from "../../format/names";
import { useLanguage, useWords } from "../../i18n/words";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { ProductTerms } from "../../parts/ProductTerms";
import type { Terms } from "../../parts/termTable";
import { QueryView } from "../../parts/QueryView";
import { useSession } from "../../session/Session";
import { Missing } from "../../shell/Failure";
import { useTitle } from "../../shell/useTitle";
import { useProductName } from "../market/facts";
import { productsQuery, type Product } from "../market/queries";
import { useCode } from "../office/codes";
import { OutcomeNote } from "./ActForm";
import { useActing, type Acting, type Outcome } from "./acting";
import { isOperator, keyed } from "./acts";
import { blamedTerms, copyOf, NOTHING_KEPT, termsIn, USUAL, type Draft } from "./listing/draft";
import { choicesQuery } from "./listing/queries";
import { TermsForm, type Choices } from "./listing/TermsForm";
import { words } from "./listing/words";

export function NewProductPage() {
  const t = useWords(words);
  const { person } = useSession();
  useTitle(t("newTitle"));
  const products = useQuery(productsQuery);
  const choices = useQuery(choicesQuery);
  if (person === null || !isOperator(person)) return <Missing />;
  return (
    <Stack gap="md">
      <Anchor component={Link} to="/venue/listing" size="sm">
        ← {t("toListing")}
      </Anchor>
      <Title order={1} size="h3">
        {t("newTitle")}
      </Title>
      <QueryView query={products} height={300}>
        {(found) => (
          <QueryView query={choices} height={300}>
            {(known) => <Describing products={found} choices={known} />}
          </QueryView>
        )}
      </QueryView>
    </Stack>
  );
}

interface DescribingProperties {
  readonly products: readonly Product[];
  readonly choices: Choices;
}

function Describing({ products, choices }: DescribingProperties) {
  const t = useWords(words);
  const nameOf = useProductName();
  // In the address, so that "another like it" is a link.
  const [asked, ask] = useSearchParams();
  const sample = products.find(({ symbol }) => symbol === asked.get("of"));
  return (
    <>
      <Select
        label={t("copyFrom")}
        description={t("copyFromAdvice")}
        maw={480}
        searchable
        clearable
        data={products.map((product) => ({
          value: product.symbol,
          label: `${product.symbol} ${nameOf(product)}`,
        }))}
        value={sample?.symbol ?? null}
        onChange={(symbol) => ask(symbol === null ? {} : { of: symbol }, { replace: true })}
      />
      <Drafting
        key={sample?.symbol ?? ""}
        products={products}
        choices={choices}
        sample={sample ?? null}
      />
    </>
  );
}

interface DraftingProperties extends DescribingProperties {
  readonly sample: Product | null;
}

function Drafting({ products, choices, sample }: DraftingProperties) {
  const t = useWords(words);
  const first =
    sample === null ? { draft: usualWhere(choices), kept: NOTHING_KEPT } : copyOf(sample);
  const [draft, setDraft] = useState<Draft>(first.draft);
  const [checked, setChecked] = useState<Terms | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const creating = useActing((terms: Terms, key) =>
    api.POST("/v1/products", { params: { header: keyed(key) }, body: terms }),
  );
  const blamed = blamedTerms(creating.error);
  if (outcome !== null) return <Sent outcome={outcome} />;
  if (checked !== null) {
    return (
      <Summary
        terms={checked}
        choices={choices}
        creating={creating}
        onBack={() => setChecked(null)}
        onSent={setOutcome}
        onBlamed={() => setChecked(null)}
      />
    );
  }
  return (
    <>
      {blamed.size > 0 && (
        <>
          <ProblemAlert error={creating.error} />
          <Text size="sm" fw={600}>
            {t("mendHere")}
          </Text>
        </>
      )}
      <TermsForm
        draft={draft}
        kept={first.kept}
        taken={new Set(products.map(({ symbol }) => symbol))}
        choices={choices}
        blamed={blamed}
        onChange={(name, value) => setDraft((before) => ({ ...before, [name]: value }))}
        onSound={() => setChecked(termsIn(draft, first.kept))}
      />
    </>
  );
}

/** The usual terms, but for what this venue does not have. */
function usualWhere({ calendars }: Choices): Draft {
  return calendars.includes(USUAL.calendar_id) ? USUAL : { ...USUAL, calendar_id: "" };
}

interface SummaryProperties {
  readonly terms: Terms;
  readonly choices: Choices;
  readonly creating: Acting<Terms>;
  readonly onBack: () => void;
  readonly onSent: (outcome: Outcome) => void;
  /** The venue has named terms that it does not take. */
  readonly onBlamed: () => void;
}

function Summary({ terms, choices, creating, onBack, onSent, onBlamed }: SummaryProperties) {
  const t = useWords(words);
  const code = useCode();
  const language = useLanguage();
  const { name = null } =
    choices.companies.find(({ party_id: id }) => id === terms.trust_company_id) ?? {};
  const company = name === null ? terms.trust_company_id : nameText(name, language);
  const isDraft = terms.transfer_terms.onboarding;
  const send = () =>
    creating.mutate(terms, {
      onSuccess: onSent,
      onError: (error) => {
        if (blamedTerms(error).size > 0) onBlamed();
      },
    });
  return (
    <Panel title={t("summary")}>
      <Stack gap="md">
        <Text size="sm">{t("summaryAdvice")}</Text>
        <ProductTerms terms={terms} companyName={name} code={code} />
        <Alert color={isDraft ? "navy" : "red"} variant="light">
          {isDraft ? t("willDraft", { company }) : t("willTrade")}
        </Alert>
        <Text size="sm">{t("fourEyes")}</Text>
        {creating.isError && <ProblemAlert error={creating.error} />}
        <Group>
          <Button loading={creating.isPending} onClick={send}>
            {t("send")}
          </Button>
          <Button variant="default" onClick={onBack}>
            {t("back")}
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}

function Sent({ outcome }: { readonly outcome: Outcome }) {
  const t = useWords(words);
  return (
    <>
      <OutcomeNote outcome={outcome} title={t("send")} />
      <Group>
        <Button component={Link} to="/venue/listing">
          {t("toListing")}
        </Button>
      </Group>
    </>
  );
}
