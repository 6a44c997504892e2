/** The way to a rule pack's own page. */
import { Anchor, Group } from "@mantine/core";
import { Link } from "react-router";
import type { components } from "../../client";
import { useWords } from "../../i18n/words";
import { words } from "./words";

type Pack = components["schemas"]["RulePackSummary"];

export function PackLink({ row: { pack_id: id } }: { readonly row: Pack }) {
  const t = useWords(words);
  return (
    <Group>
      <Anchor component={Link} to={`/venue/rule-packs/${id}`} size="sm">
        {t("packPage")}
      </Anchor>
    </Group>
  );
}
