/** The colours of a chart: it draws on a canvas and cannot ask the style sheet, shell/style.css. */
import type { RiseColor } from "../../shell/preferences";

export interface ChartColors {
  readonly text: string;
  readonly grid: string;
  readonly line: string;
  readonly rise: string;
  readonly fall: string;
}

const LIGHT = { text: "#52585f", grid: "#e9ecf0", line: "#274f90" };
const DARK = { text: "#a9afb8", grid: "#32373e", line: "#7fa5e8" };
const PRICES_LIGHT = { red: "#b3261e", green: "#17693a" };
const PRICES_DARK = { red: "#ff8f86", green: "#62cf91" };

export function chartColors(isDark: boolean, riseColor: RiseColor): ChartColors {
  const { red, green } = isDark ? PRICES_DARK : PRICES_LIGHT;
  const [rise, fall] = riseColor === "red" ? [red, green] : [green, red];
  return { ...(isDark ? DARK : LIGHT), rise, fall };
}
