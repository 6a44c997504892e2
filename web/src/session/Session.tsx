/** The session of the browser: who is signed in, and the way in and out. */
import { useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from "react";
import { credentials, onRefusedSession, setCredentials } from "../client/credentials";
import { FeedContext } from "../feed/hooks";
import type { Kind, Person } from "./person";
import { interruptTyping, resumeFor } from "./typed";
import {
  endSession,
  openDemoSession,
  openSession,
  personOf,
  readSession,
  whoActs,
  type SessionBody,
  type SignIn,
} from "./wire";

export interface Session {
  /** Null: nobody is signed in. */
  readonly person: Person | null;
  /** Whether it is not known yet. */
  readonly isChecking: boolean;
  /** It is not known because the venue cannot be reached; it is asked again. */
  readonly isUnreachable: boolean;
  /** Nobody is signed in because the venue has ended the session of who was. */
  readonly hasEnded: boolean;
  readonly signIn: (body: SignIn) => Promise<Person>;
  readonly signInAsDemo: (login: string) => Promise<Person>;
  /**
   * For developers: a bearer key, kept in memory until the page is left or loaded anew. As what he
   * looks around the developer says; whose the key is, and what it may do, the venue.
   */
  readonly signInByKey: (key: string, kind: Kind) => Promise<Person>;
  /** Ask the venue again who is signed in: something about it has changed. */
  readonly refresh: () => Promise<void>;
  readonly signOut: () => Promise<void>;
}

const RECHECK_MS = 3_000;

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (session === null) throw new Error("no SessionProvider around this component");
  return session;
}

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [person, setPerson] = useState<Person | null>(null);
  const [isChecking, setChecking] = useState(true);
  const [isUnreachable, setUnreachable] = useState(false);
  const [hasEnded, setEnded] = useState(false);
  const queries = useQueryClient();
  const feed = use(FeedContext);

  const become = useCallback(
    (next: Person | null) => {
      setPerson(next);
      setEnded(false);
      resumeFor(next?.partyId ?? null);
      feed?.reconnect();
    },
    [feed],
  );
  const seenBy = useRef(person);
  useEffect(() => {
    if (seenBy.current === person) return;
    seenBy.current = person;
    // What one person was shown is none of the next one's business. What is on the page by now is
    // asked for anew, also what was just being asked for: else it would go on loading for ever.
    queries.getMutationCache().clear();
    void queries.resetQueries();
  }, [person, queries]);
  const enter = useCallback(
    (body: SessionBody) => {
      const entered = personOf(body);
      setCredentials({ by: "session", csrfToken: body.csrf_token });
      become(entered);
      return entered;
    },
    [become],
  );
  useEffect(() => {
    let isCurrent = true;
    let timer: number | undefined;
    const check = async () => {
      try {
        const body = await readSession();
        if (!isCurrent) return;
        if (body !== null) enter(body);
        setUnreachable(false);
        setChecking(false);
      } catch {
        if (!isCurrent) return;
        setUnreachable(true);
        timer = window.setTimeout(() => void check(), RECHECK_MS);
      }
    };
    void check();
    return () => {
      isCurrent = false;
      window.clearTimeout(timer);
    };
  }, [enter]);
  useEffect(() => {
    let isAsking = false;
    // What the answer was about may be a password or an old request: the venue is asked once more.
    const confirm = async () => {
      if (isAsking) return;
      isAsking = true;
      const isOver = await readSession().then(
        (body) => body === null,
        () => false,
      );
      isAsking = false;
      if (!isOver || credentials().by !== "session") return;
      interruptTyping();
      setCredentials({ by: "nobody" });
      become(null);
      setEnded(true);
    };
    return onRefusedSession(() => void confirm());
  }, [become]);

  const session = useMemo<Session>(
    () => ({
      person,
      isChecking,
      isUnreachable,
      hasEnded,
      signIn: async (body) => enter(await openSession(body)),
      signInAsDemo: async (login) => enter(await openDemoSession(login)),
      signInByKey: async (key, kind) => {
        setCredentials({ by: "key", key });
        try {
          const entered = { kind, ...(await whoActs()), needsTotpSetup: false };
          become(entered);
          return entered;
        } catch (error) {
          setCredentials({ by: "nobody" });
          throw error;
        }
      },
      refresh: async () => {
        const body = await readSession();
        if (body !== null) enter(body);
      },
      signOut: async () => {
        if (credentials().by === "session") await endSession();
        setCredentials({ by: "nobody" });
        become(null);
      },
    }),
    [person, isChecking, isUnreachable, hasEnded, enter, become],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}
