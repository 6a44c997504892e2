/** Which failures of a request are answers. */
import { RequestFailed } from "../client/problem";

const TOO_MANY_REQUESTS = 429;

/** Whether the venue has decided what was asked: then the same key would only repeat it. */
export function isAnswer(error: Error): boolean {
  if (!(error instanceof RequestFailed) || error.status === TOO_MANY_REQUESTS) return false;
  return error.status >= 400 && error.status < 500;
}
