/** The command to halt trade: of a product, a party or all; typed to be meant. */
import {
  Alert,
  Button,
  Group,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Link } from "react-router";
import { momentOfMarket } from "../../format/moments";
import { useWords } from "../../i18n/words";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { useTerm } from "../../parts/terms";
import { useProductName } from "../market/facts";
import { productsQuery } from "../market/queries";
import { useActing } from "./acting";
import { HALT_REASONS, haltTrade, type Halt, type HaltBody } from "./halting";
import { reviewOf } from "./reviewing";
import { words } from "./words";

const LEVELS = ["PRODUCT", "PARTY", "VENUE"] as const;
type Level = (typeof LEVELS)[number];

export function HaltPanel() {
  const t = useWords(words);
  const [isOpen, setOpen] = useState(false);
  const [given, setGiven] = useState<Halt | null>(null);
  return (
    <Panel title={t("haltTitle")}>
      {given !== null && (
        <Alert color="red" variant="light" role="status" mb="sm" title={t("halted")}>
          <Text size="sm">{t("haltedAdvice", { id: given.halt_id })}</Text>
          <Button component={Link} to={`/venue/halts?open=${given.halt_id}`} size="xs" mt="xs">
            {t("toHalt")}
          </Button>
        </Alert>
      )}
      {isOpen ? (
        <HaltForm
          onDone={(halt) => {
            setGiven(halt);
            setOpen(false);
          }}
          onCancel={() => setOpen(false)}
        />
      ) : (
        <Group>
          <Button color="red.9" size="lg" onClick={() => setOpen(true)}>
            {t("haltTrade")}
          </Button>
          <Text size="sm" c="dimmed" flex="1 1 14rem">
            {t("haltAdvice")}
          </Text>
        </Group>
      )}
    </Panel>
  );
}

interface FormProperties {
  readonly onDone: (halt: Halt) => void;
  readonly onCancel: () => void;
}

function HaltForm({ onDone, onCancel }: FormProperties) {
  const t = useWords(words);
  const term = useTerm();
  const [level, setLevel] = useState<Level>("PRODUCT");
  const [subject, setSubject] = useState("");
  const [reason, setReason] = useState<HaltBody["reason"] | null>(null);
  const [note, setNote] = useState("");
  const [review, setReview] = useState(reviewOf(new Date().toISOString()));
  const [typed, setTyped] = useState("");
  const halting = useActing(haltTrade);
  const wanted = level === "VENUE" ? "HALT" : subject.trim();
  const isMeant = wanted !== "" && typed.trim() === wanted;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isMeant || reason === null) return;
    const body: HaltBody = {
      symbol: level === "PRODUCT" ? wanted : null,
      party_id: level === "PARTY" ? wanted : null,
      reason,
      note: note.trim(),
      review_at: momentOfMarket(review),
    };
    halting.mutate(body, { onSuccess: ({ answer }) => onDone(answer as Halt) });
  };
  return (
    <form onSubmit={submit} aria-label={t("haltTrade")}>
      <Stack gap="sm">
        <SegmentedControl
          aria-label={t("haltLevel")}
          value={level}
          data={LEVELS.map((value) => ({ value, label: term(value) }))}
          onChange={(value) => {
            setLevel(LEVELS.find((each) => each === value) ?? "PRODUCT");
            setSubject("");
            setTyped("");
          }}
        />
        <Subject level={level} value={subject} onChange={setSubject} />
        <Select
          label={t("haltReason")}
          required
          value={reason}
          data={HALT_REASONS.map((value) => ({ value, label: term(value) }))}
          onChange={setReason}
        />
        <TextInput
          label={t("haltNote")}
          description={t("haltNoteAdvice")}
          required
          value={note}
          onChange={({ currentTarget }) => setNote(currentTarget.value)}
        />
        <TextInput
          label={t("inBeijing", { label: t("haltReview") })}
          description={t("haltReviewAdvice")}
          type="datetime-local"
          required
          value={review}
          onChange={({ currentTarget }) => setReview(currentTarget.value)}
        />
        <TextInput
          label={t("haltTyped", { word: wanted === "" ? "…" : wanted })}
          required
          autoComplete="off"
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        {halting.isError && <ProblemAlert error={halting.error} />}
        <Group>
          <Button type="submit" color="red.9" disabled={!isMeant} loading={halting.isPending}>
            {t("haltNow")}
          </Button>
          <Button variant="default" onClick={onCancel}>
            {t("close")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface SubjectProperties {
  readonly level: Level;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Subject({ level, value, onChange }: SubjectProperties) {
  const t = useWords(words);
  const nameOf = useProductName();
  const products = useQuery(productsQuery);
  if (level === "VENUE") return <Text size="sm">{t("haltVenue")}</Text>;
  if (level === "PARTY") {
    return (
      <TextInput
        label={t("haltParty")}
        description={t("haltPartyAdvice")}
        required
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    );
  }
  return (
    <Select
      label={t("haltProduct")}
      searchable
      required
      value={value === "" ? null : value}
      data={(products.data ?? []).map((product) => ({
        value: product.symbol,
        label: `${product.symbol} ${nameOf(product)}`,
      }))}
      onChange={(next) => onChange(next ?? "")}
    />
  );
}
