/** Sends what an officer wants done, under keys that outlive a lost answer (keys.ts). */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { newKey } from "../../client";
import { IntentKeys } from "./keys";
import { OFFICE } from "./queries";

/** Whatever becomes of what was wanted, what the desk shows is asked anew. */
export function useIntent<Wanted, Answer>(send: (wanted: Wanted, key: string) => Promise<Answer>) {
  const keys = useRef<IntentKeys>(null);
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (wanted: Wanted) => {
      keys.current ??= new IntentKeys(newKey);
      try {
        const answer = await send(wanted, keys.current.keyOf(wanted));
        keys.current.answered();
        return answer;
      } catch (error) {
        keys.current.answered(error);
        throw error;
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [OFFICE] }),
  });
}
