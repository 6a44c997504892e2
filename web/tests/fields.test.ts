/** Every field that a list of the venue's can show has a name in both languages. */
import { expect, test } from "vitest";
import { dealFieldWords } from "../src/views/venue/dealFieldWords";
import { fieldWords } from "../src/views/venue/fieldWords";

const SOURCES = import.meta.glob<string>("../src/views/venue/**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
});
const OPENAPI = import.meta.glob<string>("../../docs/reference/openapi.json", {
  query: "?raw",
  import: "default",
  eager: true,
});
/** Around what is shown, and never shown. */
const ENVELOPE = ["items", "next_cursor"];

interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>;
}
interface Document {
  readonly paths: Readonly<Record<string, { readonly get: { readonly responses: object } }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

function isNamed(field: string): boolean {
  return field in fieldWords.zh || field in dealFieldWords.zh;
}

function namesIn(part: unknown): readonly string[] {
  return [...JSON.stringify(part).matchAll(/#\/components\/schemas\/(\w+)/g)].map(
    ([, name]) => name as string,
  );
}

function fieldsShown(): ReadonlySet<string> {
  const [openapi = "{}"] = Object.values(OPENAPI);
  const { paths, components } = JSON.parse(openapi) as Document;
  const sources = Object.values(SOURCES);
  const asked = sources.flatMap((text) =>
    [...text.matchAll(/GET\("(\/v1\/[^"]+)"/g)].map(([, path]) => path as string),
  );
  const answers = asked.map((path) => (paths[path]?.get.responses as { 200: unknown })[200]);
  const [fields, seen, waiting] = [new Set<string>(), new Set<string>(), namesIn(answers).slice()];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const { properties = {} } = components.schemas[name] ?? {};
    for (const field of Object.keys(properties)) fields.add(field);
    waiting.push(...namesIn(components.schemas[name]));
  }
  return fields;
}

test("no field is shown by the interface's own name for it", () => {
  const fields = fieldsShown();
  expect(fields.size).toBeGreaterThan(200);
  expect([...fields].filter((name) => !ENVELOPE.includes(name) && !isNamed(name))).toEqual([]);
});
