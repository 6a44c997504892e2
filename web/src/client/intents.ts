/**
 * What a person wants done has one key, however often it is tried: a try whose answer was lost is
 * answered and not done again. What the venue has answered, with yes or no, is over: to want the
 * same again is another wish, so that who was refused for want of money, and has paid in, is not
 * told the old answer.
 */
import { RequestFailed } from "./problem";

const TOO_MANY_REQUESTS = 429;

/** Whether the venue has decided what was asked: then the same key would only repeat it. */
export function isAnswer(error: Error): boolean {
  if (!(error instanceof RequestFailed) || error.status === TOO_MANY_REQUESTS) return false;
  return error.status >= 400 && error.status < 500;
}

export class Intents {
  readonly #keys = new Map<string, string>();

  constructor(private readonly make: () => string) {}

  /** The key of this wish; the same until it is answered. */
  keyOf(wish: unknown): string {
    const said = JSON.stringify(wish);
    const known = this.#keys.get(said) ?? this.make();
    this.#keys.set(said, known);
    return known;
  }

  /** The try of this wish has ended: with `error`, or else it is done. */
  answered(wish: unknown, error: Error | null = null): void {
    if (error === null || isAnswer(error)) this.#keys.delete(JSON.stringify(wish));
  }
}
