/** A text as a QR code, drawn here: nobody else is asked, and a screen reader is told. */
import qrcode from "qrcode-generator";
import { useMemo } from "react";

const QUIET_MODULES = 4;

interface Properties {
  readonly text: string;
  readonly label: string;
}

export function QrCode({ text, label }: Properties) {
  const { side, path } = useMemo(() => drawn(text), [text]);
  const whole = side + 2 * QUIET_MODULES;
  const box = `${-QUIET_MODULES} ${-QUIET_MODULES} ${whole} ${whole}`;
  // Black on white in dark mode, too: cameras do not read it otherwise.
  return (
    <svg viewBox={box} width={220} height={220} role="img" aria-label={label}>
      <rect x={-QUIET_MODULES} y={-QUIET_MODULES} width="100%" height="100%" fill="#ffffff" />
      <path d={path} fill="#000000" shapeRendering="crispEdges" />
    </svg>
  );
}

/** The dark modules as one path of unit squares. */
export function drawn(text: string): { readonly side: number; readonly path: string } {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const side = code.getModuleCount();
  const squares: string[] = [];
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      if (code.isDark(row, column)) squares.push(`M${column} ${row}h1v1h-1z`);
    }
  }
  return { side, path: squares.join("") };
}
