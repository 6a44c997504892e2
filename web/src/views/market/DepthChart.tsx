/** How much could be dealt down, and up, to which price: both sides of a book, cumulated. */
import type { Level } from "../../feed/checksum";
import { priceText, unitsText } from "../../format/amounts";
import { chartNumber, sumDecimals } from "../../format/decimal";
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

/** For the drawing alone. */
interface Step {
  readonly price: number;
  readonly total: number;
}

export function DepthChart({ bids, asks }: Properties) {
  const t = useWords(words);
  const [lowest, highest] = [bids.at(-1) ?? asks[0], asks.at(-1) ?? bids[0]];
  if (lowest === undefined || highest === undefined) return null;
  const [below, above] = [cumulated(bids), cumulated(asks)];
  const [left, right] = [chartNumber(lowest[0]), chartNumber(highest[0])];
  const most = Math.max(below.at(-1)?.total ?? 0, above.at(-1)?.total ?? 0);
  const x = (price: number) =>
    right > left ? MARGIN + ((price - left) / (right - left)) * (WIDTH - 2 * MARGIN) : WIDTH / 2;
  const y = (total: number) => HEIGHT - (total / most) * (HEIGHT - 6);
  const text = t("depthText", {
    bids: unitsText(totalOf(bids)),
    lowest: priceText(lowest[0]),
    asks: unitsText(totalOf(asks)),
    highest: priceText(highest[0]),
  });
  return (
    <figure className={classes["depth"]}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img">
        <title>{text}</title>
        <path className={classes["bids"]} d={stairs(below, { x, y, edge: 0 })} />
        <path className={classes["asks"]} d={stairs(above, { x, y, edge: WIDTH })} />
      </svg>
      <figcaption>
        <PriceText of={lowest[0]} />
        <span>{t("depth")}</span>
        <PriceText of={highest[0]} />
      </figcaption>
    </figure>
  );
}

function cumulated(levels: readonly Level[]): readonly Step[] {
  let total = 0;
  return levels.map(([price, quantity]) => {
    total += chartNumber(quantity);
    return { price: chartNumber(price), total };
  });
}

function totalOf(levels: readonly Level[]): string {
  return sumDecimals(levels.map(([, quantity]) => quantity));
}

interface Scales {
  readonly x: (price: number) => number;
  readonly y: (total: number) => number;
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
