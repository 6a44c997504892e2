import { Text } from "@mantine/core";
import { timeLeftText } from "../../format/durations";
import { useLanguage, useWords } from "../../i18n/words";
import { useNow } from "../../parts/useNow";
import type { Transfer } from "./queries";
import { isOpen } from "./stages";
import { words } from "./words";

/** How long a transfer's deadline is away. */
export function TimeLeft({
  transfer,
}: {
  readonly transfer: Pick<Transfer, "deadline" | "state">;
}) {
  const t = useWords(words);
  const language = useLanguage();
  const now = useNow(1_000);
  if (!isOpen(transfer) || transfer.deadline === null) return null;
  const left = timeLeftText(transfer.deadline, now, language);
  return (
    <Text size="xs" c="dimmed" className="number">
      {left === null ? t("over") : t("left", { left })}
    </Text>
  );
}
