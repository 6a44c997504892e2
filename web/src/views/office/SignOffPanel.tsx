/** All terms of a product, and the trust company's word for them. */
import { Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useWords } from "../../i18n/words";
import { FactList } from "../../parts/FactList";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { ProductTerms } from "../../parts/ProductTerms";
import { useAct } from "../../parts/useAct";
import { useProductName } from "../market/facts";
import type { Product } from "../market/queries";
import { signOff } from "./acts";
import { useCode } from "./codes";
import { words } from "./productWords";

export function SignOffPanel({ product }: { readonly product: Product }) {
  const t = useWords(words);
  const code = useCode();
  const nameOf = useProductName();
  const { symbol, terms_digest: digest } = product;
  // What was read: of other terms it would be another.
  const [read, setRead] = useState<string | null>(null);
  const signing = useAct(signOff, { stale: ["products"] });
  return (
    <Panel title={t("toSign", { name: `${symbol} ${nameOf(product)}` })}>
      <Stack gap="md">
        <ProductTerms terms={product} companyName={product.trust_company_name} code={code} />
        <div>
          <FactList facts={[[t("digest"), <code key="digest">{digest}</code>]]} />
          <Text size="xs" c="dimmed">
            {t("digestAdvice")}
          </Text>
        </div>
        <Text size="sm">{t("signAdvice")}</Text>
        <Checkbox
          label={t("hasRead")}
          checked={read === digest}
          onChange={({ currentTarget }) => setRead(currentTarget.checked ? digest : null)}
        />
        {signing.isError && <ProblemAlert error={signing.error} />}
        <Group>
          <Button
            disabled={read !== digest}
            loading={signing.isPending}
            onClick={() => signing.mutate({ symbol, digest })}
          >
            {t("sign")}
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}
