/** The opening register of a product that is signed off: a signed file, checked and then posted. */
import { Alert, Button, FileInput, Group, List, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { components } from "../../client";
import { unitsText } from "../../format/amounts";
import { compareDecimals } from "../../format/decimal";
import { useWords } from "../../i18n/words";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { useAct } from "../../parts/useAct";
import { useProductName } from "../market/facts";
import type { Product } from "../market/queries";
import { postRegister, previewRegister } from "./acts";
import { base64Of } from "./files";
import { words } from "./productWords";
import { OFFICE, postedUnitsQuery } from "./queries";

type Preview = components["schemas"]["RegisterFilePreview"];

export function OpeningPanel({ product }: { readonly product: Product }) {
  const t = useWords(words);
  const nameOf = useProductName();
  const { symbol } = product;
  const { data: units = "0" } = useQuery(postedUnitsQuery(symbol));
  const [file, setFile] = useState<File | null>(null);
  const [signature, setSignature] = useState("");
  const checking = useMutation({ mutationFn: previewRegister });
  const posting = useAct(postRegister, { stale: [OFFICE, "products"] });
  const changed = () => {
    checking.reset();
    posting.reset();
  };
  const check = async (chosen: File) => {
    checking.mutate({ content: await base64Of(chosen), signature: signature.trim() });
  };
  const preview = checking.data;
  const isSound = preview?.accepted === true && preview.symbol === symbol;
  return (
    <Panel title={t("toPost", { name: `${symbol} ${nameOf(product)}` })}>
      <Stack gap="sm">
        {compareDecimals(units, "0") > 0 && (
          <Text size="sm" role="status">
            {t("postedAlready", { units: unitsText(units) })}
          </Text>
        )}
        <Text size="sm">{t("postAdvice")}</Text>
        <FileInput
          label={t("file")}
          placeholder={t("choose")}
          accept=".csv,.xlsx"
          value={file}
          onChange={(chosen) => {
            setFile(chosen);
            changed();
          }}
        />
        <TextInput
          label={t("signature")}
          description={t("signatureAdvice")}
          autoComplete="off"
          value={signature}
          onChange={({ currentTarget }) => {
            setSignature(currentTarget.value);
            changed();
          }}
        />
        {checking.isError && <ProblemAlert error={checking.error} />}
        {preview !== undefined && <Checked preview={preview} symbol={symbol} />}
        {posting.isError && <ProblemAlert error={posting.error} />}
        {posting.data !== undefined && (
          <Alert color="green" variant="light" role="status">
            {t("posted", {
              rows: posting.data.rows,
              units: unitsText(posting.data.units_outstanding),
            })}
          </Alert>
        )}
        <Group>
          <Button
            variant="default"
            disabled={file === null}
            loading={checking.isPending}
            onClick={() => file !== null && void check(file)}
          >
            {t("preview")}
          </Button>
          <Button
            disabled={!isSound || preview.signing_key_id === null || posting.isSuccess}
            loading={posting.isPending}
            onClick={() => checking.variables !== undefined && posting.mutate(checking.variables)}
          >
            {t("post")}
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}

function Checked({ preview, symbol }: { readonly preview: Preview; readonly symbol: string }) {
  const t = useWords(words);
  const { accepted, faults, rows, units_outstanding: units, signing_key_id: key } = preview;
  if (preview.symbol !== null && preview.symbol !== symbol) {
    return (
      <Alert color="red" variant="light" role="alert">
        {t("otherProduct", { symbol: preview.symbol })}
      </Alert>
    );
  }
  if (!accepted) {
    return (
      <Alert color="red" variant="light" role="alert" title={t("faulty", { count: faults.length })}>
        <List size="sm">
          {faults.map((fault) => (
            <List.Item key={`${fault.line} ${fault.column} ${fault.code}`}>
              {fault.line === null ? t("wholeFile") : t("line", { line: fault.line })}
              {fault.column !== null && ` · ${fault.column}`}
              {": "}
              <span lang="en">{fault.detail}</span>
            </List.Item>
          ))}
        </List>
      </Alert>
    );
  }
  const told = { rows: rows ?? 0, units: unitsText(units ?? "0") };
  return (
    <Alert color={key === null ? "yellow" : "green"} variant="light" role="status">
      {t(key === null ? "soundUnsigned" : "sound", told)}
    </Alert>
  );
}
