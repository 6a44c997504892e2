/** What more than one page of the desk shows of a transfer. */
import { Badge, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { nameText } from "../../format/names";
import { MomentText } from "../../parts/Figures";
import { useLanguage, useWords } from "../../i18n/words";
import { productsQuery, type Product } from "../market/queries";
import { useSelf } from "./OfficeFrame";
import { useCode } from "./codes";
import type { Transfer } from "./queries";
import { stepOf, urgencyOf, type Step, type Urgency } from "./work";
import { words } from "./words";

const TICK_MS = 30_000;
const COLOURS: Readonly<Record<Urgency, string>> = {
  STOPPED: "gray",
  OVERDUE: "red",
  TODAY: "red",
  SOON: "navy",
  IN_TIME: "gray",
};
/** What the trust company was told so far, by how often. */
const NOTICES = ["NOTICE_1", "NOTICE_2", "NOTICE_3"] as const;

/** The time, as often as a waiting time changes. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** The products of the trust company's, by symbol; empty while they are asked for. */
export function useOwnProducts(): readonly Product[] {
  const { party_id: own } = useSelf();
  const { data = [] } = useQuery(productsQuery);
  return data.filter((product) => product.trust_company_id === own);
}

/** What is the officer's to do with a transfer. */
export function useStep(): (transfer: Transfer, nowMs: number) => Step {
  const self = useSelf();
  const { data } = useQuery(productsQuery);
  return useCallback(
    (transfer, nowMs) => {
      const terms = data?.find(({ symbol }) => symbol === transfer.symbol)?.transfer_terms;
      const asked = { review: terms?.review ?? true, signed: terms?.signed_decisions ?? false };
      return stepOf(transfer, self, asked, nowMs);
    },
    [self, data],
  );
}

/** Who sells and who buys: by name where one is known, and always by number. */
export function useParties(): (transfer: Transfer) => Readonly<Record<"seller" | "buyer", string>> {
  const t = useWords(words);
  const language = useLanguage();
  return useCallback(
    ({ seller_id: seller, buyer_id: buyer, desk }) => {
      const called = (id: string, name: string | null | undefined) =>
        name == null ? t("numbered", { id }) : t("named", { id, name: nameText(name, language) });
      return {
        seller: called(seller, desk?.seller_name),
        buyer: called(buyer, desk?.buyer_name),
      };
    },
    [t, language],
  );
}

/** What a product is called; its symbol until that is known. */
export function useNameOf(): (symbol: string) => string {
  const language = useLanguage();
  const { data } = useQuery(productsQuery);
  return useCallback(
    (symbol) => {
      const product = data?.find((each) => each.symbol === symbol);
      if (product === undefined) return symbol;
      return language === "zh" ? product.name_zh : product.name_en;
    },
    [data, language],
  );
}

/** When a transfer ends by itself: in words, with the moment, and never by colour alone. */
export function Due({ transfer, nowMs }: { readonly transfer: Transfer; readonly nowMs: number }) {
  const t = useWords(words);
  const urgency = urgencyOf(transfer, nowMs);
  const notice = NOTICES[Math.min(transfer.notices, NOTICES.length) - 1];
  return (
    <div>
      <Group gap={4}>
        <Badge color={COLOURS[urgency]} variant="outline" autoContrast>
          {t(urgency)}
        </Badge>
        {notice !== undefined && (
          <Badge color={notice === "NOTICE_3" ? "red" : "gray"} variant="outline" autoContrast>
            {t(notice)}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        <MomentText of={transfer.deadline} />
      </Text>
    </div>
  );
}

/** Where it stands, what stops it, and what a maker has proposed. */
export function Standing({ transfer }: { readonly transfer: Transfer }) {
  const t = useWords(words);
  const code = useCode();
  const { made_by: maker = null, proposed = null } = transfer.desk ?? {};
  return (
    <div>
      {[code(transfer.state), ...transfer.overlays.map(code)].join(" · ")}
      {maker !== null && proposed !== null && (
        <Text size="xs" c="dimmed">
          {t("made", { decision: code(proposed), officer: maker })}
        </Text>
      )}
    </div>
  );
}
