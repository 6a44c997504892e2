/**
 * By what requests say who makes them: nothing, a session's cookie with its CSRF token, or, for
 * developers, a bearer key. Kept in memory alone, so that nothing on a disk can be read.
 */
export type Credentials =
  | { readonly by: "nobody" }
  | { readonly by: "session"; readonly csrfToken: string }
  | { readonly by: "key"; readonly key: string };

const UNAUTHENTICATED = 401;
const UNSAFE = new Set(["POST", "PUT", "PATCH", "DELETE"]);

let current: Credentials = { by: "nobody" };

export function credentials(): Credentials {
  return current;
}

export function setCredentials(next: Credentials): void {
  current = next;
}

/** The headers that go with a request of this method. */
export function credentialHeaders(method: string): Readonly<Record<string, string>> {
  if (current.by === "key") return { Authorization: `Bearer ${current.key}` };
  if (current.by === "session" && UNSAFE.has(method)) return { "X-CSRF-Token": current.csrfToken };
  return {};
}

const listeners = new Set<() => void>();

/** Call `listener` when a session's request was answered that nobody is signed in. */
export function onRefusedSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tell it, where the answer of this status means that. */
export function heedStatus(status: number): void {
  if (status !== UNAUTHENTICATED || current.by !== "session") return;
  for (const listener of listeners) listener();
}
