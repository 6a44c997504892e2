/** What a query gives, once it is there: before, that it loads; without it, why. */
import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useWords } from "../i18n/words";
import { ProblemAlert } from "./ProblemAlert";
import { words } from "./words";

interface Properties<Data> {
  readonly query: UseQueryResult<Data>;
  readonly children: (data: Data) => ReactNode;
  /** Of the space that is kept free while it loads. */
  readonly height?: number;
}

export function QueryView<Data>({ query, children, height = 120 }: Properties<Data>) {
  const t = useWords(words);
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  }
  return (
    <div role="status" aria-label={t("loading")}>
      <Skeleton h={height} />
    </div>
  );
}
