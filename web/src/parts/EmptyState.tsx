/** Where there is nothing: what would be here, and what to do so that it is. */
import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

interface Properties {
  readonly title: string;
  readonly advice: string;
  /** A button or link that does what the advice says. */
  readonly action?: ReactNode;
}

export function EmptyState({ title, advice, action }: Properties) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md">
      <Text fw={600}>{title}</Text>
      <Text size="sm" c="dimmed" ta="center" maw={480}>
        {advice}
      </Text>
      {action}
    </Stack>
  );
}
