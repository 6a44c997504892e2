/** The checksum by which a client knows that its book is the venue's (docs/reference/feed.md). */

/** Price, quantity, number of orders, as they are on the wire. */
export type Level = readonly [price: string, quantity: string, orderCount: number];

export const CHECKSUM_LEVELS = 10;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return value;
});

/** CRC-32 (IEEE, unsigned) of an ASCII text. */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let index = 0; index < text.length; index += 1) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ text.charCodeAt(index)) & 0xff] ?? 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Of `B|price:quantity|…|A|price:quantity|…`, best level first, the strings verbatim. */
export function bookChecksum(
  bids: readonly Level[],
  asks: readonly Level[],
  levelsMax = CHECKSUM_LEVELS,
): number {
  const side = (levels: readonly Level[]) =>
    levels.slice(0, levelsMax).map(([price, quantity]) => `|${price}:${quantity}`);
  return crc32(["B", ...side(bids), "|A", ...side(asks)].join(""));
}
