/** What a product is: its terms, what was disclosed of it, how many may hold it. */
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { components } from "../../client";
import { basisPointsText, moneyText, NOTHING, shortText } from "../../format/amounts";
import { useLanguage, useWords } from "../../i18n/words";
import { FactList } from "../../parts/FactList";
import { PriceText, UnitsText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { useTerm } from "../../parts/terms";
import { useSession } from "../../session/Session";
import { RemainingTerm, trustCompanyText } from "./facts";
import { words } from "./productWords";
import { slotsQuery, type Product } from "./queries";

export function FactsPanel({ product }: { readonly product: Product }) {
  const t = useWords(words);
  const term = useTerm();
  const language = useLanguage();
  const { person } = useSession();
  const { pricing, coming_mode: coming } = product;
  const { facts } = pricing;
  return (
    <Panel title={t("facts")}>
      <FactList
        facts={[
          [t("symbol"), product.symbol],
          [t("ctrc"), product.ctrc_code],
          [t("trustCompany"), trustCompanyText(product, language)],
          [t("type"), term(product.product_type)],
          [t("risk"), `R${facts.risk_level}`],
          [t("distressed"), facts.distressed ? t("distressedText") : null],
          [t("mode"), term(product.market_mode)],
          [
            "→",
            coming &&
              t("comingMode", { date: coming.effective_on, mode: term(coming.market_mode) }),
          ],
          [t("basis"), term(facts.quote_basis)],
          [t("benchmark"), facts.benchmark && <Benchmark benchmark={facts.benchmark} />],
          [
            t("nav"),
            facts.nav === null ? t("notDisclosed") : <PriceText key="nav" of={facts.nav} />,
          ],
          [
            t("navAge"),
            facts.nav_on === null || pricing.nav_age_days === null
              ? null
              : t("navAgeText", { date: facts.nav_on, days: pricing.nav_age_days }),
          ],
          [t("accrued"), pricing.accrued_per_unit],
          [t("maturity"), product.maturity_date],
          [t("remaining"), <RemainingTerm key="remaining" product={product} />],
          [t("nextRecord"), facts.next_record_on],
          [t("nextPayment"), facts.next_payment_on],
          [t("size"), <UnitsText key="size" of={product.units_issued} short />],
          [t("par"), <PriceText key="par" of={product.par_value} />],
          [t("lot"), <UnitsText key="lot" of={product.lot} />],
          [t("tick"), <PriceText key="tick" of={product.tick} />],
          [
            t("slots"),
            person === null ? t("slotsSignIn") : <Slots key="slots" symbol={product.symbol} />,
          ],
        ]}
      />
    </Panel>
  );
}

function Benchmark({ benchmark }: { readonly benchmark: components["schemas"]["Benchmark"] }) {
  const language = useLanguage();
  return (
    <>
      {basisPointsText(benchmark.rate_bps)}
      <Text size="xs" c="dimmed">
        {language === "zh" ? benchmark.disclaimer_zh : benchmark.disclaimer_en}
      </Text>
    </>
  );
}

function Slots({ symbol }: { readonly symbol: string }) {
  const t = useWords(words);
  const language = useLanguage();
  const { data } = useQuery(slotsQuery(symbol));
  if (data === undefined) return NOTHING;
  const { natural_small: natural, natural_threshold: threshold, holders } = data;
  const count = (slots: components["schemas"]["SlotCount"]) =>
    t("slotsText", {
      held: slots.held,
      reserved: slots.reserved,
      left: slots.left ?? t("unlimited"),
    });
  if (natural === null && holders === null) return t("unlimited");
  return (
    <>
      {natural !== null && (
        <div>
          {threshold !== null && (
            <Text size="xs" c="dimmed" title={moneyText(threshold)}>
              {t("slotsNatural", { threshold: shortText(threshold, language) })}
            </Text>
          )}
          {count(natural)}
        </div>
      )}
      {holders !== null && (
        <div>
          <Text size="xs" c="dimmed">
            {t("slotsAll")}
          </Text>
          {count(holders)}
        </div>
      )}
    </>
  );
}
