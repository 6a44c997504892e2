/** A table as a file that spreadsheets open: CSV of RFC 4180, in UTF-8 with a mark for them. */

const MARK = "\uFEFF";
/** How a cell begins that a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

export type Sheet = readonly (readonly string[])[];

export function sheetText(rows: Sheet): string {
  return MARK + rows.map((row) => row.map(cellText).join(",")).join("\r\n") + "\r\n";
}

/** Hand a file to the reader's browser. */
export function download(name: string, rows: Sheet): void {
  const address = URL.createObjectURL(new Blob([sheetText(rows)], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

function cellText(cell: string): string {
  const safe = FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
