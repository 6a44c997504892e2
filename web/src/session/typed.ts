/**
 * What somebody was typing when his session ended: kept for him in memory until he is back, and for
 * nobody else.
 */
import { useEffect, useRef, useState } from "react";
import { useSession } from "./Session";

let isInterrupted = false;
let ownerId: string | null = null;
const kept = new Map<string, unknown>();

/** The session has ended: what is typed now, in pages that go with it, is kept. */
export function interruptTyping(): void {
  isInterrupted = true;
}

/** This party is signed in, or nobody; what another one has typed is dropped. */
export function resumeFor(partyId: string | null): void {
  if (partyId === null) return;
  isInterrupted = false;
  if (partyId !== ownerId) kept.clear();
  ownerId = partyId;
}

/**
 * A state of a page, which begins with what was kept under `name` when the session ended over it.
 * Null: nothing is kept.
 */
export function useTyped<Value>(
  name: string | null,
  initial: Value,
): readonly [Value, (value: Value) => void] {
  const partyId = useSession().person?.partyId ?? null;
  const [value, setValue] = useState<Value>(() => {
    const found = name === null || partyId !== ownerId ? undefined : kept.get(name);
    return found === undefined ? initial : (found as Value);
  });
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  }, [value]);
  useEffect(() => {
    if (name === null) return;
    kept.delete(name);
    return () => {
      if (isInterrupted) kept.set(name, latest.current);
    };
  }, [name]);
  return [value, setValue];
}
