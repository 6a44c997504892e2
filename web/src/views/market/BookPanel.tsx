/** The book of a product as it is now, as a ladder and as its depth. */
import { Button, Divider, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Failure } from "../../feed/frames";
import type { Following } from "../../feed/hooks";
import type { BookMirror } from "../../feed/mirrors";
import { unitsText } from "../../format/amounts";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { Ladder } from "../../parts/Ladder";
import { Panel } from "../../parts/Panel";
import { useTerm } from "../../parts/terms";
import { DepthChart } from "./DepthChart";
import { words } from "./productWords";
import { activityQuery, type Product } from "./queries";

const WITH_BOOK: readonly Product["market_mode"][] = ["CONTINUOUS", "CALL_AUCTION"];

interface Properties {
  readonly product: Product;
  readonly book: Following<BookMirror>;
}

export function BookPanel({ product, book: { mirror, failure } }: Properties) {
  const t = useWords(words);
  const term = useTerm();
  if (!WITH_BOOK.includes(product.market_mode)) {
    return (
      <Panel title={t("book")}>
        <Text size="sm">{t("bookByName", { mode: term(product.market_mode) })}</Text>
      </Panel>
    );
  }
  if (failure !== null) {
    return (
      <Panel title={t("book")}>
        <NoQuotes failure={failure} symbol={product.symbol} />
      </Panel>
    );
  }
  const crossed = product.market_mode === "CALL_AUCTION" ? "crossedAuction" : "crossedBook";
  const [bids, asks] = [mirror?.bids ?? [], mirror?.asks ?? []];
  return (
    <Panel title={t("book")}>
      <Ladder
        bids={bids}
        asks={asks}
        crossed={mirror?.isCrossed === true ? t(crossed) : null}
        advice={t("bookAdvice")}
      />
      {bids.length + asks.length > 0 && (
        <>
          <Divider my="sm" />
          <DepthChart bids={bids} asks={asks} />
        </>
      )}
    </Panel>
  );
}

interface NoQuotesProperties {
  readonly failure: Failure;
  readonly symbol: string;
}

/** Why there are no quotes to see, what helps, and what is for everybody. */
export function NoQuotes({ failure, symbol }: NoQuotesProperties) {
  const t = useWords(words);
  const { data } = useQuery(activityQuery(symbol));
  const needsSignIn = failure.code === "auth_required";
  if (!needsSignIn && failure.code !== "quotes_withheld") {
    return <EmptyState title={failure.code} advice={failure.detail} />;
  }
  const [title, to, action] = needsSignIn
    ? (["signInForQuotes", "/sign-in", "signIn"] as const)
    : (["certifyForQuotes", "/client/application", "certify"] as const);
  const dealt =
    data === undefined
      ? ""
      : t("activity", { days: data.days, deals: data.deals, units: unitsText(data.quantity) });
  return (
    <EmptyState
      title={t(title)}
      advice={`${t("signInForQuotesAdvice")}${dealt}`}
      action={
        <Button component={Link} to={to} size="xs">
          {t(action)}
        </Button>
      }
    />
  );
}
