/** A titled part of a page. */
import { Card, Group, Title } from "@mantine/core";
import { useId, type ReactNode } from "react";

interface Properties {
  readonly title: string;
  readonly children: ReactNode;
  /** Beside the title. */
  readonly aside?: ReactNode;
}

export function Panel({ title, aside, children }: Properties) {
  const id = useId();
  return (
    <Card withBorder component="section" aria-labelledby={id} padding="md">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5" id={id}>
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </Card>
  );
}
