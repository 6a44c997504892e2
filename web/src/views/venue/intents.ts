/** Which key goes with what is wanted. */
export class Intents {
  private wanted: string | null = null;
  private key = "";

  constructor(private readonly newKey: () => string) {}

  /** The key of this intent: a new one only where something else was wanted last. */
  keyOf(input: unknown): string {
    const wanted = JSON.stringify(input);
    if (wanted !== this.wanted) {
      this.wanted = wanted;
      this.key = this.newKey();
    }
    return this.key;
  }

  /** It was done: who wants the same again wants it a second time. */
  end(): void {
    this.wanted = null;
  }
}
