/** The look: quiet, dense, legible. Every pair of colours has the contrast of WCAG 2.2 AA. */
import {
  Badge,
  createTheme,
  localStorageColorSchemeManager,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from "@mantine/core";

const navy: MantineColorsTuple = [
  "#eef3fb",
  "#dbe4f2",
  "#b3c6e4",
  "#88a6d6",
  "#648bca",
  "#4d7ac3",
  "#416fbf",
  "#325ea8",
  "#274f90",
  "#1b3a6b",
];

export const theme = createTheme({
  colors: { navy },
  primaryColor: "navy",
  primaryShade: { light: 8, dark: 6 },
  autoContrast: true,
  defaultRadius: "sm",
  cursorType: "pointer",
  focusRing: "auto",
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", ' +
    '"Noto Sans SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono", monospace',
  headings: { fontWeight: "650" },
  components: {
    Badge: Badge.extend({ defaultProps: { tt: "none", fw: 600 } }),
  },
});

export const resolveVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#52585f",
    "--mantine-color-error": "#b3261e",
    "--mantine-color-placeholder": "#6b7178",
  },
  dark: {
    "--mantine-color-dimmed": "#a9afb8",
    "--mantine-color-placeholder": "#959ca6",
    "--mantine-color-anchor": "#9bb8ea",
    "--mantine-color-error": "#ff9c94",
  },
});

/** As public/first-paint.js reads it. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: "trustex-colors" });
