/** Sign-in on the wire: the session's own requests, and those of the demo. */
import { api, RequestFailed, take } from "../client";
import { credentialHeaders, credentials, heedStatus } from "../client/credentials";
import { problemIn } from "../client/problem";
import type { AuthFrame } from "../feed/protocol";
import { LANGUAGE_TAGS } from "../i18n/language";
import { currentLanguage } from "../i18n/words";
import type { Kind, Person } from "./person";

/** What a sign-in, and the question who is signed in, are answered with. */
export interface SessionBody {
  readonly party_id: string;
  readonly kind: Kind;
  readonly party_name: string | null;
  readonly person_name: string | null;
  readonly officer_id: string | null;
  readonly roles: readonly string[];
  readonly csrf_token: string;
  readonly needs_totp_setup: boolean | null;
}

/** Somebody as whom a visitor of the demo may look around. */
export interface DemoPerson {
  readonly login: string;
  readonly label_zh: string;
  readonly label_en: string;
}

export interface SignIn {
  readonly login: string;
  readonly password: string;
  readonly totp?: string;
}

/** The session of the cookie that the browser has; null: nobody is signed in. Throws RequestFailed
 * where the venue cannot be reached: then nobody knows. */
export async function readSession(): Promise<SessionBody | null> {
  try {
    return (await ask("GET", "/v1/session")) as SessionBody;
  } catch (error) {
    if (isNobody(error)) return null;
    throw error;
  }
}

export async function openSession(body: SignIn): Promise<SessionBody> {
  return (await ask("POST", "/v1/session", body)) as SessionBody;
}

/** Somebody who has been handed a token chooses how to sign in. */
export interface Enrolment {
  readonly token: string;
  readonly login: string;
  readonly password: string;
}

/** A secret for an authenticator, shown this once. */
export interface OfferedTotp {
  readonly secret: string;
  readonly otpauth_uri: string;
}

export async function enrol(body: Enrolment): Promise<void> {
  await ask("POST", "/v1/enrolments", body);
}

export async function offerTotp(): Promise<OfferedTotp> {
  return (await ask("POST", "/v1/session/totp")) as OfferedTotp;
}

export async function confirmTotp(totp: string): Promise<void> {
  await ask("POST", "/v1/session/totp/confirm", { totp });
}

/** End it; also where it has ended already. */
export async function endSession(): Promise<void> {
  try {
    await ask("DELETE", "/v1/session");
  } catch (error) {
    if (!isNobody(error)) throw error;
  }
}

function isNobody(error: unknown): boolean {
  return error instanceof RequestFailed && [401, 404].includes(error.status);
}

/** The people of the demo; empty where the venue is none. */
export async function demoPeople(): Promise<readonly DemoPerson[]> {
  try {
    return ((await ask("GET", "/v1/demo/people")) as { items: readonly DemoPerson[] }).items;
  } catch (error) {
    if (error instanceof RequestFailed && error.status === 404) return [];
    throw error;
  }
}

export async function openDemoSession(login: string): Promise<SessionBody> {
  return (await ask("POST", "/v1/demo/session", { login })) as SessionBody;
}

export function personOf(body: SessionBody): Person {
  return {
    kind: body.kind,
    partyId: body.party_id,
    name: body.person_name ?? body.party_name,
    officerId: body.officer_id,
    roles: body.roles,
    needsTotpSetup: body.needs_totp_setup ?? false,
  };
}

/** Who acts by the key that requests now carry. Throws RequestFailed where it is not taken. */
export async function whoActs(): Promise<Omit<Person, "kind" | "needsTotpSetup">> {
  const self = await take(api.GET("/v1/session"));
  return {
    partyId: self.party_id,
    name: self.person_name ?? self.party_name,
    officerId: self.officer_id,
    roles: self.roles,
  };
}

/** What the feed is to be signed in by; null: nothing. */
export async function feedAuth(): Promise<AuthFrame | null> {
  const now = credentials();
  if (now.by === "key") return { method: "bearer", key: now.key };
  if (now.by === "nobody") return null;
  const { ticket } = (await ask("POST", "/v1/feed/tickets")) as { ticket: string };
  return { method: "ticket", ticket };
}

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: {
        "Accept-Language": LANGUAGE_TAGS[currentLanguage()],
        ...credentialHeaders(method),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new RequestFailed(0, null);
  }
  heedStatus(response.status);
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new RequestFailed(response.status, problemIn(answer));
  return answer;
}
