/**
 * What a person wants done has one key, however often it is tried: a try whose answer was lost is
 * repeated under the same key, and is not done twice. What the venue has answered is over; whoever
 * wants the same again wants something new.
 */
import { RequestFailed } from "../../client/problem";

export class IntentKeys {
  private waiting: { readonly wanted: string; readonly key: string } | null = null;

  constructor(private readonly make: () => string) {}

  /** The key of this wish: the last one's, while the same wish has no answer. */
  keyOf(wanted: unknown): string {
    const text = JSON.stringify(wanted);
    if (this.waiting?.wanted !== text) this.waiting = { wanted: text, key: this.make() };
    return this.waiting.key;
  }

  /** The venue has answered: with `error`, or else that it is done. */
  answered(error: unknown = null): void {
    const isLost = error instanceof RequestFailed && error.isRetryable;
    if (!isLost) this.waiting = null;
  }
}
