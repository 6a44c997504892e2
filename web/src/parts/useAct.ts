/** Something that a person has done once, however often it has to be tried. */
import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { useState } from "react";
import { newKey } from "../client";
import { Intents } from "../client/intents";

interface Options<Input> {
  /** The queries whose answers are old when it is done. */
  readonly stale: readonly string[];
  /** What tells one wish from another; without it, all that is asked for. */
  readonly wishOf?: (input: Input) => unknown;
}

/** A mutation whose key is that of what is wanted (client/intents.ts). */
export function useAct<Input, Answer>(
  perform: (input: Input, key: string) => Promise<Answer>,
  { stale, wishOf = (input) => input }: Options<Input>,
): UseMutationResult<Answer, Error, Input> {
  const queries = useQueryClient();
  const [intents] = useState(() => new Intents(newKey));
  return useMutation({
    mutationFn: (input: Input) => perform(input, intents.keyOf(wishOf(input))),
    onSettled: async (_, error, input) => {
      intents.answered(wishOf(input), error);
      await Promise.all(stale.map((each) => queries.invalidateQueries({ queryKey: [each] })));
    },
  });
}
