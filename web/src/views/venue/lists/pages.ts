/** How a page of a list is asked for. */

export const ROWS_A_PAGE = 200;

export function paged(cursor: string | undefined): { limit: number; cursor?: string } {
  return { limit: ROWS_A_PAGE, ...(cursor === undefined ? {} : { cursor }) };
}

/** With a state that the list is asked for by; what is none of the list's asks for all. */
export function inState<const State extends string>(
  cursor: string | undefined,
  state: string | undefined,
  states: readonly State[],
): { limit: number; cursor?: string; state?: State } {
  const found = states.find((each) => each === state);
  return { ...paged(cursor), ...(found === undefined ? {} : { state: found }) };
}
