/** To the page of sign-in, and from there back to where somebody was. */
import { useLocation } from "react-router";

const SIGN_IN = "/sign-in";
/** Where nobody wants to come back to. */
const DOORS = [SIGN_IN, "/enrol", "/second-factor"];

interface Way {
  readonly back: string;
}

/** What a link to the page of sign-in is made of: it remembers where it is. */
export function useSignInLink(): { readonly to: string; readonly state: Way | null } {
  const { pathname, search } = useLocation();
  return { to: SIGN_IN, state: DOORS.includes(pathname) ? null : { back: pathname + search } };
}

/** Where such a link was, by the state of the page of sign-in; else the market. */
export function useWayBack(): string {
  const state = useLocation().state as Partial<Way> | null;
  return typeof state?.back === "string" ? state.back : "/";
}
