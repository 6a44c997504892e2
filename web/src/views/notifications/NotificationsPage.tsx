/** What one was told of one's own affairs, and what one wishes to hear. */
import { Anchor, Badge, Button, Card, Group, Stack, Switch, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, take } from "../../client";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { MomentText } from "../../parts/Figures";
import { NextPageButton } from "../../parts/NextPageButton";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { SignInFirst } from "../../parts/SignInFirst";
import { useSession } from "../../session/Session";
import { UNREAD } from "../../shell/unread";
import { useTitle } from "../../shell/useTitle";
import { Preferences } from "./Preferences";
import { placeOf, textOf, type Notification } from "./telling";
import { words } from "./words";

const PAGE_ITEMS = 50;

export function NotificationsPage() {
  const t = useWords(words);
  useTitle(t("title"));
  const { person } = useSession();
  if (person === null) return <SignInFirst advice={t("signInFirstAdvice")} />;
  return (
    <Stack maw={860} mx="auto">
      <Title order={1} size="h3">
        {t("title")}
      </Title>
      <List />
      <Preferences />
    </Stack>
  );
}

function List() {
  const t = useWords(words);
  const queries = useQueryClient();
  const [onlyUnread, setOnlyUnread] = useState(false);
  const query = useInfiniteQuery({
    queryKey: [...UNREAD, "list", onlyUnread],
    queryFn: ({ pageParam }) =>
      take(
        api.GET("/v1/notifications", {
          params: {
            query: {
              limit: PAGE_ITEMS,
              ...(onlyUnread ? { state: "UNREAD" as const } : {}),
              ...(pageParam === null ? {} : { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor: next }) => next,
  });
  const reading = useMutation({
    mutationFn: (newest: string) =>
      take(api.PUT("/v1/notifications/read-up-to", { body: { notification_id: newest } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: UNREAD }),
  });
  return (
    <QueryView query={query} height={320}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        const unread = pages[0]?.unread ?? 0;
        const [newest] = items;
        return (
          <Stack gap="sm">
            <Group justify="space-between">
              <Text size="sm" role="status">
                {t("unread", { count: unread })}
              </Text>
              <Group gap="md">
                <Switch
                  label={t("onlyUnread")}
                  checked={onlyUnread}
                  onChange={(event) => setOnlyUnread(event.currentTarget.checked)}
                />
                {newest !== undefined && unread > 0 && (
                  <Button
                    size="xs"
                    variant="default"
                    loading={reading.isPending}
                    onClick={() => reading.mutate(newest.notification_id)}
                  >
                    {t("readAll")}
                  </Button>
                )}
              </Group>
            </Group>
            {reading.isError && <ProblemAlert error={reading.error} />}
            {items.length === 0 ? (
              <EmptyState title={t("none")} advice={t("noneAdvice")} />
            ) : (
              <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: "none" }}>
                {items.map((each) => (
                  <Line key={each.notification_id} notification={each} />
                ))}
              </Stack>
            )}
            <NextPageButton query={query} />
          </Stack>
        );
      }}
    </QueryView>
  );
}

function Line({ notification }: { readonly notification: Notification }) {
  const t = useWords(words);
  const place = placeOf(notification);
  return (
    <Card withBorder component="li" padding="sm">
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Text size="xs" c="dimmed">
            {notification.kind in words.zh ? t(notification.kind) : notification.kind}
          </Text>
          {!notification.is_read && (
            <Badge size="sm" variant="outline" color="navy">
              {t("new")}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed" component="span">
          <MomentText of={notification.at} />
        </Text>
      </Group>
      <Text size="sm" fw={notification.is_read ? 400 : 600}>
        {textOf(notification, t)}{" "}
        {place !== null && (
          <Anchor component={Link} to={place} size="sm">
            {t("see")}
          </Anchor>
        )}
      </Text>
    </Card>
  );
}
