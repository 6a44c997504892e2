/** A sheet in CSV (RFC 4180) as rows of cells: quotes, doubled quotes, line ends within quotes. */
export function rowsOf(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  const body = text.replace(/^\uFEFF/, "");
  for (let place = 0; place < body.length; place += 1) {
    const sign = body.charAt(place);
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (body.charAt(place + 1) === '"') {
        cell += '"';
        place += 1;
      } else isQuoted = false;
    } else if (sign === '"') isQuoted = true;
    else if (sign === ",") {
      row.push(cell);
      cell = "";
    } else if (sign === "\n") {
      rows.push([...row, cell]);
      [row, cell] = [[], ""];
    } else if (sign !== "\r") cell += sign;
  }
  if (cell !== "" || row.length > 0) rows.push([...row, cell]);
  return rows;
}

/** A row of a marked sheet that was not done. */
export interface Mistake {
  /** Of the marked sheet, as a spreadsheet counts: the headings are the first. */
  readonly line: number;
  /** What the row is about: the number of its transfer, or what its first cell says. */
  readonly about: string;
  /** Which cells are wrong and how, or why the venue did not do it. */
  readonly error: string;
}

const ABOUT = ["转让编号", "Transfer"];
const ERROR = ["错误", "Error"];

/** The rows of a marked sheet, headings first, that say why they were not done. */
export function mistakesIn(rows: readonly (readonly string[])[]): readonly Mistake[] {
  const [headings = [], ...others] = rows;
  const errorAt = headings.findIndex((heading) => ERROR.includes(heading));
  const aboutAt = Math.max(
    headings.findIndex((heading) => ABOUT.includes(heading)),
    0,
  );
  return others.flatMap((row, place) => {
    const error = row[errorAt] ?? "";
    return error === "" ? [] : [{ line: place + 2, about: row[aboutAt] ?? "", error }];
  });
}
