/** What a reader has chosen for this browser, beside the language and light or dark. */
import { useSyncExternalStore } from "react";

/** The colour of a price that rises: red as in China, or green as elsewhere. */
export type RiseColor = "red" | "green";

const STORED_AS = "trustex-rise";
const listeners = new Set<() => void>();

function riseColor(): RiseColor {
  return localStorage.getItem(STORED_AS) === "green" ? "green" : "red";
}

/** Call it once, before anything is drawn. */
export function startPreferences(): void {
  document.documentElement.dataset["rise"] = riseColor();
}

export function chooseRiseColor(color: RiseColor): void {
  localStorage.setItem(STORED_AS, color);
  startPreferences();
  for (const listener of listeners) listener();
}

export function useRiseColor(): RiseColor {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, riseColor);
}
