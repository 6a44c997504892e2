/** Having something done: once, however often it is tried, and told as the venue answered it. */
import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { useState } from "react";
import { done, newKey, type components } from "../../client";
import { Intents } from "../../client/intents";

export type Proposal = components["schemas"]["Proposal"];

/** What the venue answered: it was done, or it waits for a second person. */
export interface Outcome {
  readonly proposal: Proposal | null;
  /** The body of the answer; null: it had none. */
  readonly answer: unknown;
}

export interface Answered {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

export type Acting<Input> = UseMutationResult<Outcome, Error, Input>;

const PROPOSED = 202;

/** Does `send` under the key of what is wanted (client/intents.ts). */
export function useActing<Input>(
  send: (input: Input, key: string) => Promise<Answered>,
): Acting<Input> {
  const queries = useQueryClient();
  const [intents] = useState(() => new Intents(newKey));
  return useMutation({
    mutationFn: async (input: Input) => {
      const asked = send(input, intents.keyOf(input));
      await done(asked);
      const { data, response } = await asked;
      const isProposed = response.status === PROPOSED && isProposal(data);
      return { proposal: isProposed ? data : null, answer: data ?? null };
    },
    onSettled: (_, error, input) => intents.answered(input, error),
    // What was done may show anywhere: each page asks anew.
    onSuccess: () => void queries.invalidateQueries(),
  });
}

function isProposal(body: unknown): body is Proposal {
  return typeof body === "object" && body !== null && "proposal_id" in body && "digest" in body;
}
