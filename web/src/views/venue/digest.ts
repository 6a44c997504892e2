/** Whether this is the digest that a header says, as RFC 9530 writes it. */
export function isSaid(digest: Uint8Array, header: string): boolean {
  return header === `sha-256=:${btoa(String.fromCharCode(...digest))}:`;
}
