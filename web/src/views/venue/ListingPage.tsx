/** Products that are not open yet: what each still needs, and the acts that bring it there. */
import { Alert, Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import { unitsText } from "../../format/amounts";
import { listText } from "../../format/lists";
import { useLanguage, useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { Panel } from "../../parts/Panel";
import { ProductTerms } from "../../parts/ProductTerms";
import { QueryView } from "../../parts/QueryView";
import { useTerm } from "../../parts/terms";
import { useSession } from "../../session/Session";
import { Missing } from "../../shell/Failure";
import { useTitle } from "../../shell/useTitle";
import { trustCompanyText, useProductName } from "../market/facts";
import { productsQuery, type Product } from "../market/queries";
import { useCode } from "../office/codes";
import { postedUnitsQuery } from "../office/queries";
import { isOperator } from "./acts";
import { actName } from "./actNames";
import { Acts } from "./ListView";
import { openProduct, setMode, setRules } from "./lists/trade";
import { rulesQuery } from "./listing/queries";
import { isComing, progressOf, STEPS, type Progress, type Step } from "./listing/steps";
import { words } from "./listing/words";
import { useWatched } from "./polling";
import { openProposalsQuery } from "./queries";
import classes from "./venue.module.css";
import { words as venueWords } from "./words";

const ACTS = [setRules, openProduct, setMode];
/** Of the proposals, those that bring a product to its opening. */
const ABOUT: ReadonlySet<unknown> = new Set([
  "CreateProduct",
  "PostRegister",
  "SetProductRules",
  "SetMarketMode",
  "OpenProduct",
]);
const SIGNS: Readonly<Record<Progress, string>> = {
  DONE: "✓",
  WAITS: "●",
  LATER: "○",
  OPTIONAL: "–",
};

export function ListingPage() {
  const t = useWords(words);
  const { person } = useSession();
  useTitle(t("title"));
  const products = useWatched(productsQuery);
  if (person === null || !isOperator(person)) return <Missing />;
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {t("title")}
      </Title>
      <Text size="sm">{t("intro")}</Text>
      <Group>
        <Button component={Link} to="/venue/listing/new">
          {t("create")}
        </Button>
      </Group>
      <Waiting />
      <QueryView query={products} height={300}>
        {(found) => {
          const coming = found.filter(isComing);
          return coming.length === 0 ? (
            <EmptyState title={t("none")} advice={t("noneAdvice")} />
          ) : (
            coming.map((product) => <Coming key={product.symbol} product={product} />)
          );
        }}
      </QueryView>
    </Stack>
  );
}

/** What of all this waits for a second officer. */
function Waiting() {
  const t = useWords(words);
  const act = useWords(venueWords);
  const language = useLanguage();
  const { data = [] } = useWatched(openProposalsQuery);
  const names = data
    .filter((proposal) => ABOUT.has(proposal.act["type"]))
    .map((proposal) => `${actName(proposal.act["type"], act)} ${proposal.proposal_id}`);
  if (names.length === 0) return null;
  return (
    <Alert color="yellow" variant="light" role="status">
      <Group>
        <Text size="sm" flex="1 1 14rem">
          {t("waiting", { acts: listText(names, language) })}
        </Text>
        <Button component={Link} to="/venue/proposals" size="xs" variant="default">
          {t("toProposals")}
        </Button>
      </Group>
    </Alert>
  );
}

function Coming({ product }: { readonly product: Product }) {
  const t = useWords(words);
  const term = useTerm();
  const code = useCode();
  const nameOf = useProductName();
  const { symbol, state, market_mode: mode } = product;
  return (
    <Panel
      title={`${symbol} ${nameOf(product)}`}
      aside={<Badge variant="outline">{term(state)}</Badge>}
    >
      <Stack gap="sm">
        <Missings product={product} />
        <Text size="sm">{t("modeAndFees", { mode: term(mode) })}</Text>
        <details>
          <Text component="summary" size="sm">
            {t("terms")}
          </Text>
          <ProductTerms terms={product} companyName={product.trust_company_name} code={code} />
        </details>
        <Group>
          <Button
            component={Link}
            to={`/venue/listing/new?of=${symbol}`}
            size="xs"
            variant="default"
          >
            {t("copy")}
          </Button>
        </Group>
        <Acts
          acts={ACTS.filter(({ fits }) => fits?.(product) !== false)}
          row={product}
          rowId={symbol}
        />
      </Stack>
    </Panel>
  );
}

/** Step by step, by a word besides the sign. */
function Missings({ product }: { readonly product: Product }) {
  const t = useWords(words);
  const units = useWatched(postedUnitsQuery(product.symbol));
  const rules = useWatched(rulesQuery(product.symbol));
  return (
    <QueryView query={units}>
      {(posted) => (
        <QueryView query={rules}>
          {({ packs }) => {
            const progress = progressOf(product, posted, packs);
            return (
              <ol className={classes["steps"]} aria-label={t("missing")}>
                {STEPS.map((step) => (
                  <li key={step}>
                    <Text size="sm">
                      <span aria-hidden="true">{SIGNS[progress[step]]} </span>
                      <b>{t(step)}</b>
                      {": "}
                      {t(`progress_${progress[step]}`)}
                    </Text>
                    <Advice step={step} product={product} posted={posted} packs={packs} />
                  </li>
                ))}
              </ol>
            );
          }}
        </QueryView>
      )}
    </QueryView>
  );
}

interface AdviceProperties {
  readonly step: Step;
  readonly product: Product;
  readonly posted: string;
  readonly packs: readonly string[];
}

/** Who does it, and what is there so far. */
function Advice({ step, product, posted, packs }: AdviceProperties) {
  const t = useWords(words);
  const language = useLanguage();
  const company = trustCompanyText(product, language) ?? product.trust_company_id;
  const told: Readonly<Record<Step, string | null>> = {
    described: null,
    signedOff: product.state === "DRAFT" ? t("adviceSignedOff", { company }) : null,
    register: /^0(\.0+)?$/.test(posted)
      ? t("adviceRegister", { company })
      : t("postedUnits", { units: unitsText(posted) }),
    rules: packs.length === 0 ? t("adviceRules") : t("packsSet", { packs: packs.join(" · ") }),
    open: t("adviceOpen"),
  };
  if (told[step] === null) return null;
  return (
    <Text size="xs" c="dimmed">
      {told[step]}
    </Text>
  );
}
