/** SHA-256 of what somebody has here, and how the interface writes one. */
export async function sha256Of(bytes: ArrayBuffer): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** In hexadecimal. */
export function hexOf(digest: Uint8Array): string {
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether this is the digest that a header says, as RFC 9530 writes it. */
export function isSaid(digest: Uint8Array, header: string): boolean {
  return header === `sha-256=:${btoa(String.fromCharCode(...digest))}:`;
}
