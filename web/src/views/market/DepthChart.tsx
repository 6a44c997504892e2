/** How much could be dealt down, and up, to which price: both sides of a book, cumulated. */
import type { Level } from "../../feed/checksum";
import { priceText, unitsText } from "../../format/amounts";
import { addDecimals, chartNumber } from "../../format/decimal";
import { useWords } from "../../i18n/words";
import { PriceText } from "../../parts/Figures";
import classes from "./DepthChart.module.css";
import { words } from "./productWords";

const WIDTH = 400;
const HEIGHT = 120;
/** Beyond the outermost prices, so that their quantities can be seen. */
const MARGIN = 24;

interface Properties {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

interface Step {
  readonly price: string;
  readonly total: string;
}

export function DepthChart({ bids, asks }: Properties) {
  const t = useWords(words);
  const [below, above] = [cumulated(bids), cumulated(asks)];
  const [lowest, highest] = [below.at(-1) ?? above[0], above.at(-1) ?? below[0]];
  if (lowest === undefined || highest === undefined) return null;
  const [left, right] = [chartNumber(lowest.price), chartNumber(highest.price)];
  const most = Math.max(...[below, above].map((side) => chartNumber(side.at(-1)?.total ?? "0")));
  const x = (price: string) =>
    right > left
      ? MARGIN + ((chartNumber(price) - left) / (right - left)) * (WIDTH - 2 * MARGIN)
      : WIDTH / 2;
  const y = (total: string) => HEIGHT - (chartNumber(total) / most) * (HEIGHT - 6);
  const text = t("depthText", {
    bids: unitsText(below.at(-1)?.total ?? "0"),
    lowest: priceText(lowest.price),
    asks: unitsText(above.at(-1)?.total ?? "0"),
    highest: priceText(highest.price),
  });
  return (
    <figure className={classes["depth"]}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img">
        <title>{text}</title>
        <path className={classes["bids"]} d={stairs(below, { x, y, edge: 0 })} />
        <path className={classes["asks"]} d={stairs(above, { x, y, edge: WIDTH })} />
      </svg>
      <figcaption>
        <PriceText of={lowest.price} />
        <span>{t("depth")}</span>
        <PriceText of={highest.price} />
      </figcaption>
    </figure>
  );
}

function cumulated(levels: readonly Level[]): readonly Step[] {
  let total = "0";
  return levels.map(([price, quantity]) => {
    total = addDecimals(total, quantity);
    return { price, total };
  });
}

interface Scales {
  readonly x: (price: string) => number;
  readonly y: (total: string) => number;
  /** Where the side ends. */
  readonly edge: number;
}

/** The outline of one side, from its best price outwards and back along the ground. */
function stairs(steps: readonly Step[], { x, y, edge }: Scales): string {
  const [first] = steps;
  if (first === undefined) return "";
  const corners = steps.map(({ price, total }) => `H${x(price).toFixed(1)}V${y(total).toFixed(1)}`);
  return `M${x(first.price).toFixed(1)} ${HEIGHT}${corners.join("")}H${edge}V${HEIGHT}Z`;
}
