import { expect, test } from "vitest";
import { queryOf, wantedIn } from "../src/views/venue/audit";
import { words } from "../src/views/venue/auditWords";
import { isSaid } from "../src/format/digest";

const OPENAPI = import.meta.glob<string>("../../docs/reference/openapi.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

interface Document {
  readonly components: {
    readonly schemas: Readonly<
      Record<
        string,
        { readonly properties: Readonly<Record<string, { readonly enum?: string[] }>> }
      >
    >;
  };
}

test("what the address says is what the venue is asked", () => {
  const address = new URLSearchParams({
    party: " 12 ",
    transfer: "",
    order: "77",
    symbol: "demo-1",
    kind: "TRANSFER_SETTLED",
    since: "2026-11-22T12:00",
    direction: "OLDEST",
    other: "x",
  });
  const wanted = wantedIn(address);
  expect(wanted).toEqual({
    party: "12",
    order: "77",
    symbol: "demo-1",
    kind: "TRANSFER_SETTLED",
    since: "2026-11-22T12:00",
    direction: "OLDEST",
  });
  expect(queryOf(wanted)).toEqual({
    limit: 50,
    order: "OLDEST",
    party: "12",
    order_id: "77",
    symbol: "DEMO-1",
    kind: "TRANSFER_SETTLED",
    since: "2026-11-22T04:00:00.000Z",
  });
});

test("a kind that there is not is not asked for, and the newest come first", () => {
  expect(queryOf(wantedIn(new URLSearchParams({ kind: "NONSENSE" })))).toEqual({
    limit: 50,
    order: "NEWEST",
  });
});

test("a digest is the one that the venue has said, or it is not", async () => {
  const digest = new Uint8Array(
    await crypto.subtle.digest("SHA-256", new TextEncoder().encode("a")),
  );
  expect(isSaid(digest, "sha-256=:ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=:")).toBe(true);
  expect(isSaid(digest, "sha-256=:ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLt=:")).toBe(false);
  expect(isSaid(digest, "")).toBe(false);
});

test("every event has a name in both languages", () => {
  const [openapi = "{}"] = Object.values(OPENAPI);
  const { schemas } = (JSON.parse(openapi) as Document).components;
  const kinds = schemas["JournalEvent"]?.properties["kind"]?.enum ?? [];
  expect(kinds.length).toBeGreaterThan(80);
  expect(kinds.filter((kind) => !(kind in words.zh && kind in words.en))).toEqual([]);
});
