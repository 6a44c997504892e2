/** Why a transfer is rejected, by code, and what that means for both parties. */
import { Select } from "@mantine/core";
import { useWords } from "../../i18n/words";
import { words } from "./caseWords";
import { useCode } from "./codes";
import { REASONS, type Reason } from "./work";

interface Properties {
  readonly reason: Reason;
  readonly setReason: (reason: Reason) => void;
}

export function ReasonSelect({ reason, setReason }: Properties) {
  const t = useWords(words);
  const code = useCode();
  return (
    <Select
      label={t("reason")}
      description={t(reason)}
      inputWrapperOrder={["label", "input", "description"]}
      data={REASONS.map((value) => ({ value, label: code(value) }))}
      value={reason}
      onChange={(value) => value !== null && setReason(value)}
      allowDeselect={false}
      data-key="r"
    />
  );
}
