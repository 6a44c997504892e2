/** A button that first says what it does, and does it when that was read and confirmed. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { ProblemAlert } from "./ProblemAlert";

interface Properties {
  /** What is done, as on the button. */
  readonly label: string;
  /** What it means for who does it: money, units, what can be undone. */
  readonly meaning: string;
  readonly confirm: string;
  readonly back: string;
  readonly isMain?: boolean;
  /** The mutation that does it. */
  readonly act: {
    readonly mutate: (input: undefined, options: { readonly onSuccess: () => void }) => void;
    readonly reset: () => void;
    readonly isPending: boolean;
    readonly error: Error | null;
  };
}

export function ConfirmedButton(properties: Properties) {
  const { label, meaning, confirm, back, isMain = false, act } = properties;
  const [isOpen, { open, close }] = useDisclosure();
  const begin = () => {
    act.reset();
    open();
  };
  return (
    <>
      <Button variant={isMain ? "filled" : "default"} onClick={begin}>
        {label}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={label}
        closeButtonProps={{ "aria-label": back }}
      >
        <Stack gap="md">
          <Text size="sm">{meaning}</Text>
          {act.error !== null && <ProblemAlert error={act.error} isDealing />}
          <Group justify="end">
            <Button variant="default" onClick={close}>
              {back}
            </Button>
            <Button
              loading={act.isPending}
              onClick={() => act.mutate(undefined, { onSuccess: close })}
            >
              {confirm}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
