/** A book as a ladder: asks above, bids below, the best of both in the middle. */
import { Text } from "@mantine/core";
import { memo } from "react";
import type { Level } from "../feed/checksum";
import { priceText } from "../format/amounts";
import { chartNumber, compareDecimals, subtractDecimals } from "../format/decimal";
import { useWords } from "../i18n/words";
import { EmptyState } from "./EmptyState";
import { PriceText, UnitsText } from "./Figures";
import classes from "./Ladder.module.css";
import { words } from "./words";

interface Properties {
  /** Best first, as `BookMirror` has them. */
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  /** Why bids stand at or above asks, where they do. */
  readonly crossed: string | null;
  readonly levelsMax?: number;
  /** What to do where there is no order. */
  readonly advice: string;
}

export function Ladder({ bids, asks, crossed, levelsMax = 8, advice }: Properties) {
  const t = useWords(words);
  const shownBids = bids.slice(0, levelsMax);
  const shownAsks = asks.slice(0, levelsMax);
  const [bestBid, bestAsk] = [bids[0], asks[0]];
  if (bestBid === undefined && bestAsk === undefined) {
    return <EmptyState title={t("emptyBook")} advice={advice} />;
  }
  const most = [...shownBids, ...shownAsks]
    .map(([, quantity]) => quantity)
    .reduce((first, second) => (compareDecimals(first, second) < 0 ? second : first));
  return (
    <>
      <table className={classes["ladder"]} data-testid="ladder">
        <thead>
          <tr>
            <th scope="col">{t("price")}</th>
            <th scope="col">{t("quantity")}</th>
            <th scope="col">{t("orders")}</th>
          </tr>
        </thead>
        <tbody>
          {[...shownAsks].reverse().map((level, index) => (
            <Row
              key={level[0]}
              level={level}
              most={most}
              side="ask"
              name={`${t("sell")} ${shownAsks.length - index}`}
            />
          ))}
        </tbody>
        {bestBid !== undefined && bestAsk !== undefined && crossed === null && (
          <tbody>
            <tr className={classes["middle"]}>
              <td colSpan={3}>
                {t("spread", { spread: priceText(subtractDecimals(bestAsk[0], bestBid[0])) })}
              </td>
            </tr>
          </tbody>
        )}
        <tbody>
          {shownBids.map((level, index) => (
            <Row
              key={level[0]}
              level={level}
              most={most}
              side="bid"
              name={`${t("buy")} ${index + 1}`}
            />
          ))}
        </tbody>
      </table>
      {crossed !== null && (
        <Text size="xs" c="dimmed" mt="xs">
          {crossed}
        </Text>
      )}
    </>
  );
}

interface RowProperties {
  readonly level: Level;
  readonly most: string;
  readonly side: "bid" | "ask";
  readonly name: string;
}

/** A level that is as it was stays as it is drawn: books change often, and little at a time. */
const Row = memo(function Row({ level, most, side, name }: RowProperties) {
  const [price, quantity, count] = level;
  const share = chartNumber(quantity) / chartNumber(most);
  return (
    <tr className={classes[side]}>
      <td>
        <span className={classes["name"]}>{name}</span>
        <b>
          <PriceText of={price} />
        </b>
      </td>
      <td>
        <span className={classes["bar"]} style={{ width: `${Math.round(share * 100)}%` }} />
        <UnitsText of={quantity} short />
      </td>
      <td className="number">{count}</td>
    </tr>
  );
});
