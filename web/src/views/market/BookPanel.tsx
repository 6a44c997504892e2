/** The book of a product as it is now, as a ladder and as its depth. */
import { Button, Divider, Text } from "@mantine/core";
import { Link } from "react-router";
import type { Failure } from "../../feed/frames";
import { useBook } from "../../feed/hooks";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { Ladder } from "../../parts/Ladder";
import { Panel } from "../../parts/Panel";
import { useTerm } from "../../parts/terms";
import { DepthChart } from "./DepthChart";
import { words } from "./productWords";
import type { Product } from "./queries";

const WITH_BOOK: readonly Product["market_mode"][] = ["CONTINUOUS", "CALL_AUCTION"];

/** It follows the book by itself, so that a change of the book draws nothing else anew. */
export function BookPanel({ product }: { readonly product: Product }) {
  const t = useWords(words);
  const term = useTerm();
  const { mirror, failure } = useBook(product.symbol);
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
        <NoQuotes failure={failure} />
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

/** Why there are no quotes to see, and what helps. */
export function NoQuotes({ failure }: { readonly failure: Failure }) {
  const t = useWords(words);
  if (failure.code !== "auth_required") {
    return <EmptyState title={failure.code} advice={failure.detail} />;
  }
  return (
    <EmptyState
      title={t("signInForQuotes")}
      advice={t("signInForQuotesAdvice")}
      action={
        <Button component={Link} to="/sign-in" size="xs">
          {t("signIn")}
        </Button>
      }
    />
  );
}
