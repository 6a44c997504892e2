/** Shows one more page of a long list below those that are shown. */
import { Button } from "@mantine/core";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useWords } from "../i18n/words";
import { words } from "./words";

interface Properties<Page> {
  readonly query: UseInfiniteQueryResult<InfiniteData<Page>>;
  /** If the list does not begin with the newest. */
  readonly label?: string;
}

/**
 * News reads the pages that are shown anew, and ends what is being read of them. A page that
 * somebody wants is asked for until it is there, or has failed.
 */
export function NextPageButton<Page>({ query, label }: Properties<Page>) {
  const t = useWords(words);
  const [isWanted, setIsWanted] = useState(false);
  const { fetchNextPage, hasNextPage, isFetching } = query;
  const shown = query.data?.pages.length ?? 0;
  useEffect(() => {
    if (!isWanted || isFetching) return;
    void fetchNextPage({ cancelRefetch: false }).then(({ data, isError }) => {
      if (isError || (data?.pages.length ?? 0) > shown) setIsWanted(false);
    });
  }, [isWanted, isFetching, fetchNextPage, shown]);
  if (!hasNextPage) return null;
  return (
    <Button variant="default" loading={isWanted} onClick={() => setIsWanted(true)}>
      {label ?? t("older")}
    </Button>
  );
}
