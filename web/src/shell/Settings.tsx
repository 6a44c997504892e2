/** How the pages look for this reader: language, light or dark, the colours of prices. */
import {
  ActionIcon,
  Popover,
  SegmentedControl,
  Stack,
  Text,
  useMantineColorScheme,
} from "@mantine/core";
import { useId, type ReactNode } from "react";
import type { Language } from "../i18n/language";
import { chooseLanguage, useLanguage, useWords } from "../i18n/words";
import { chooseRiseColor, useRiseColor } from "./preferences";
import { words } from "./words";

export function Settings() {
  const t = useWords(words);
  const language = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const riseColor = useRiseColor();
  return (
    <Popover position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon variant="default" size="lg" aria-label={t("settings")}>
          <span aria-hidden>⚙</span>
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("settings")}>
        <Stack gap="sm">
          <Choice
            label={t("language")}
            value={language}
            options={{ zh: "中文", en: "English" }}
            onChoose={(chosen: Language) => chooseLanguage(chosen)}
          />
          <Choice
            label={t("colors")}
            value={colorScheme}
            options={{ light: t("light"), dark: t("dark"), auto: t("system") }}
            onChoose={setColorScheme}
          />
          <Choice
            label={t("rise")}
            value={riseColor}
            options={{ red: t("riseRed"), green: t("riseGreen") }}
            onChoose={chooseRiseColor}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

interface ChoiceProperties<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: Readonly<Record<Value, ReactNode>>;
  readonly onChoose: (value: Value) => void;
}

function Choice<Value extends string>(properties: ChoiceProperties<Value>) {
  const { label, value, options, onChoose } = properties;
  const id = useId();
  return (
    <div>
      <Text size="sm" fw={600} mb={4} id={id}>
        {label}
      </Text>
      <SegmentedControl
        fullWidth
        aria-labelledby={id}
        value={value}
        data={(Object.entries(options) as [Value, ReactNode][]).map(([each, name]) => ({
          value: each,
          label: name,
        }))}
        onChange={onChoose}
      />
    </div>
  );
}
