/** Something that a person has done once, however often it has to be tried. */
import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { useRef } from "react";
import { newKey } from "../client";
import { isAnswer } from "./answers";

interface Options<Input> {
  /** The queries whose answers are old when it is done. */
  readonly stale: readonly string[];
  /** What tells one wish from another; without it, all that is asked for. */
  readonly wishOf?: (input: Input) => string;
}

/**
 * A mutation whose key is the same as long as the same is wanted and nobody has answered yet: what
 * was cut off is answered and not done again. What was answered, with yes or no, is a new wish the
 * next time: who has been refused for want of money, and has paid in, is not told the old answer.
 */
export function useAct<Input, Answer>(
  perform: (input: Input, key: string) => Promise<Answer>,
  { stale, wishOf = JSON.stringify }: Options<Input>,
): UseMutationResult<Answer, Error, Input> {
  const queries = useQueryClient();
  const wish = useRef<{ readonly text: string; readonly key: string } | null>(null);
  return useMutation({
    mutationFn: (input: Input) => {
      const text = wishOf(input);
      if (wish.current?.text !== text) wish.current = { text, key: newKey() };
      return perform(input, wish.current.key);
    },
    onSettled: async (_, error) => {
      if (error === null || isAnswer(error)) wish.current = null;
      await Promise.all(stale.map((each) => queries.invalidateQueries({ queryKey: [each] })));
    },
  });
}
