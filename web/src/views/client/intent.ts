/** Keys of what a person wants done: one for the same wish however often it is tried. */

export class Intents {
  readonly #keys = new Map<string, string>();

  constructor(private readonly make: () => string) {}

  /** The key of this wish; the same until it is fulfilled. */
  keyOf(...wish: readonly unknown[]): string {
    const said = JSON.stringify(wish);
    const known = this.#keys.get(said) ?? this.make();
    this.#keys.set(said, known);
    return known;
  }

  /** The wish was fulfilled: to wish the same again is another wish. */
  fulfilled(...wish: readonly unknown[]): void {
    this.#keys.delete(JSON.stringify(wish));
  }
}
