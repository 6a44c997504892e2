/** Why a request did not do what it asked for: the venue's problem documents, RFC 9457. */
import type { components } from "./api.generated";

export type Problem = components["schemas"]["Problem"];

/**
 * The one error of all requests. `problem.title` is in the reader's language, because the request
 * asked for it; `code` is what to decide by.
 */
export class RequestFailed extends Error {
  override readonly name = "RequestFailed";

  /** `problem` is null where the venue could not be reached, or did not answer like a venue. */
  constructor(
    readonly status: number,
    readonly problem: Problem | null,
  ) {
    super(problem === null ? `no answer (${status})` : `${problem.code}: ${problem.detail}`);
  }

  get code(): string {
    return this.problem?.code ?? "unreachable";
  }

  /** Whether the same request may succeed later. */
  get isRetryable(): boolean {
    return this.problem?.retryable ?? true;
  }
}

/** The problem in the body of an answer; null where it is none. */
export function problemIn(body: unknown): Problem | null {
  if (typeof body !== "object" || body === null) return null;
  const { code, title, status } = body as Partial<Problem>;
  const isProblem =
    typeof code === "string" && typeof title === "string" && typeof status === "number";
  return isProblem ? (body as Problem) : null;
}
