/** The book of a product as it is now, as a ladder and as its depth: whole, or as one's own class
 * of buyers or sellers sees it. */
import { Button, Divider, SegmentedControl, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import type { BookView, Failure } from "../../feed/frames";
import { useBook } from "../../feed/hooks";
import { unitsText } from "../../format/amounts";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { Ladder } from "../../parts/Ladder";
import { Panel } from "../../parts/Panel";
import { useTerm } from "../../parts/terms";
import { useSession } from "../../session/Session";
import { useSignInLink } from "../../session/wayBack";
import { investorKind, viewOf, type InvestorKind } from "./bookView";
import { DepthChart } from "./DepthChart";
import { words } from "./productWords";
import { activityQuery, type Product } from "./queries";

const WITH_BOOK: readonly Product["market_mode"][] = ["CONTINUOUS", "CALL_AUCTION"];

const VIEWS = ["whole", "buyer", "seller"] as const;
type View = (typeof VIEWS)[number];
const NAMES = { whole: "viewWhole", buyer: "viewBuyer", seller: "viewSeller" } as const;
const ADVICE = {
  whole: "viewWholeAdvice",
  buyer: "viewBuyerAdvice",
  seller: "viewSellerAdvice",
} as const;

export function BookPanel({ product }: { readonly product: Product }) {
  const t = useWords(words);
  const term = useTerm();
  const { person, isChecking } = useSession();
  if (!WITH_BOOK.includes(product.market_mode)) {
    return (
      <Panel title={t("book")}>
        <Text size="sm">{t("bookByName", { mode: term(product.market_mode) })}</Text>
      </Panel>
    );
  }
  if (isChecking) return null;
  // Before an auction all orders gather, whoever may deal with whom.
  const kind = product.market_mode === "CONTINUOUS" ? investorKind(person?.kind) : null;
  return (
    <Panel title={t("book")}>
      {kind === null ? (
        <Book product={product} view={null} />
      ) : (
        <BookOfKind product={product} kind={kind} />
      )}
    </Panel>
  );
}

/** The book as this reader's orders would see it, or the whole of it. */
function BookOfKind({ product, kind }: { readonly product: Product; readonly kind: InvestorKind }) {
  const t = useWords(words);
  const [view, choose] = useState<View>("buyer");
  return (
    <>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={t("view")}
        value={view}
        data={VIEWS.map((value) => ({ value, label: t(NAMES[value]) }))}
        onChange={choose}
      />
      <Text size="xs" c="dimmed" my="xs">
        {t(ADVICE[view], { kind: t(kind) })}
      </Text>
      <Book product={product} view={view === "whole" ? null : viewOf(kind, view)} />
    </>
  );
}

interface BookProperties {
  readonly product: Product;
  readonly view: BookView | null;
}

/** It follows the book by itself, so that a change of the book draws nothing else anew. */
function Book({ product, view }: BookProperties) {
  const t = useWords(words);
  const { mirror, failure } = useBook(product.symbol, view);
  if (failure !== null) return <NoQuotes failure={failure} symbol={product.symbol} />;
  const crossed = product.market_mode === "CALL_AUCTION" ? "crossedAuction" : "crossedBook";
  const [bids, asks] = [mirror?.bids ?? [], mirror?.asks ?? []];
  return (
    <>
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
    </>
  );
}

/** Why the feed may not give a stream, where a reader can do something about it. */
const WHY_NONE = ["unknown_symbol", "forbidden", "access_changed", "limit", "auth_failed"] as const;

interface NoQuotesProperties {
  readonly failure: Failure;
  readonly symbol: string;
}

/** Why there are no quotes to see, what helps, and what is for everybody. */
export function NoQuotes({ failure, symbol }: NoQuotesProperties) {
  const t = useWords(words);
  const link = useSignInLink();
  const { data } = useQuery(activityQuery(symbol));
  const needsSignIn = failure.code === "auth_required";
  if (!needsSignIn && failure.code !== "quotes_withheld") {
    const why = WHY_NONE.find((each) => each === failure.code) ?? "other";
    return (
      <EmptyState
        title={t("noStream")}
        advice={t(`noStream_${why}`)}
        action={
          <Button size="xs" variant="default" onClick={() => window.location.reload()}>
            {t("loadAnew")}
          </Button>
        }
      />
    );
  }
  const [title, way, action] = needsSignIn
    ? (["signInForQuotes", link, "signIn"] as const)
    : (["certifyForQuotes", { to: "/client/application" }, "certify"] as const);
  const dealt =
    data === undefined
      ? ""
      : t("activity", { days: data.days, deals: data.deals, units: unitsText(data.quantity) });
  return (
    <EmptyState
      title={t(title)}
      advice={`${t("signInForQuotesAdvice")}${dealt}`}
      action={
        <Button component={Link} {...way} size="xs">
          {t(action)}
        </Button>
      }
    />
  );
}
