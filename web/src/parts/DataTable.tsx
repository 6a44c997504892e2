/** A table that is sorted by its headers: rows of a wide screen, cards of a narrow one. */
import {
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
} from "@tanstack/react-table";
import { memo, useMemo, type ReactNode } from "react";
import { useWords } from "../i18n/words";
import { words } from "./words";

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Below zero where the first comes first; without it the column is not sorted by. */
  readonly compare?: (first: Row, second: Row) => number;
  /** Left out on a narrow screen, where the table stays a table there. */
  readonly isMinor?: boolean;
  /** A number: at the end of its cell, so that digits stand below digits. */
  readonly isAmount?: boolean;
}

interface Properties<Row> {
  /** What the table is of, for who does not see it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  /** What becomes of it on a narrow screen: a card a row, or a table without its minor columns. */
  readonly narrow?: "cards" | "table";
}

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
});

export function DataTable<Row extends object>(properties: Properties<Row>) {
  const { caption, columns, rows, rowId, narrow = "cards" } = properties;
  const t = useWords(words);
  const definitions = useMemo(
    () =>
      columns.map(({ id, compare }): ColumnDef<typeof features, Row> => ({
        id,
        accessorFn: (row) => row,
        enableSorting: compare !== undefined,
        ...(compare === undefined
          ? {}
          : { sortFn: (first, second) => compare(first.original, second.original) }),
      })),
    [columns],
  );
  const table = useTable({ features, columns: definitions, data: rows, getRowId: rowId });
  const [group] = table.getHeaderGroups();
  return (
    <div className="data-frame">
      <table className={`data-table data-${narrow}`} aria-label={caption} role="table">
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column, index) => {
              const sorted = group?.headers[index]?.column.getIsSorted() ?? false;
              const order = sorted === "asc" ? "ascending" : "descending";
              return (
                <th
                  key={column.id}
                  role="columnheader"
                  scope="col"
                  className={classOf(column)}
                  aria-sort={sorted === false ? undefined : order}
                >
                  {column.compare === undefined ? (
                    column.header
                  ) : (
                    <button
                      type="button"
                      className="sorter"
                      onClick={group?.headers[index]?.column.getToggleSortingHandler()}
                    >
                      {column.header}
                      <span aria-hidden>
                        {sorted === false ? "" : sorted === "asc" ? " ↑" : " ↓"}
                      </span>
                      {sorted !== false && <span className="visually-hidden">{t(order)}</span>}
                    </button>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {table.getRowModel().rows.map((row) => (
            <TableRow key={row.id} row={row.original} columns={columns} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProperties<Row> {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
}

function PlainRow<Row>({ row, columns }: RowProperties<Row>) {
  return (
    <tr role="row">
      {columns.map((column) => (
        <td key={column.id} role="cell" data-label={column.header} className={classOf(column)}>
          <div>{column.cell(row)}</div>
        </td>
      ))}
    </tr>
  );
}

/** A row that is as it was stays as it is drawn, where somebody keeps the columns, too. */
const TableRow = memo(PlainRow) as typeof PlainRow;

function classOf<Row>({ isAmount = false, isMinor = false }: Column<Row>): string {
  return `${isAmount ? "amount" : ""} ${isMinor ? "minor" : ""}`;
}
