/** What a query gives, and whether that is old; before it is there, that it loads, or why not. */
import { Skeleton, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { timeText, zoneText } from "../format/moments";
import { useLanguage, useWords } from "../i18n/words";
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
  const language = useLanguage();
  if (query.data !== undefined) {
    if (!query.isRefetchError) return children(query.data);
    const time = timeText(new Date(query.dataUpdatedAt).toISOString());
    return (
      <>
        {children(query.data)}
        <Text size="xs" role="status" mt="xs">
          ⚠ {t("stale", { time, zone: zoneText(language) })}
        </Text>
      </>
    );
  }
  if (query.isError) {
    return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  }
  return (
    <div role="status" aria-label={t("loading")}>
      <Skeleton h={height} />
    </div>
  );
}
