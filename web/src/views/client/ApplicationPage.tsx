/** Asking to be taken as a qualified investor: basis, documents, who owns, and a last look. */
import {
  Alert,
  Button,
  Checkbox,
  FileInput,
  Group,
  Radio,
  Stack,
  Stepper,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type Dispatch, type SetStateAction } from "react";
import { Link } from "react-router";
import { api, newKey, take } from "../../client";
import { Intents } from "../../client/intents";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { FactList } from "../../parts/FactList";
import { MomentText } from "../../parts/Figures";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { SignInFirst } from "../../parts/SignInFirst";
import type { Kind } from "../../session/person";
import { useSession } from "../../session/Session";
import { useTitle } from "../../shell/useTitle";
import { BASES, NOTHING_WISHED, objections, type Basis, type Wish } from "./application";
import { applicationsQuery, CLIENT, documentsQuery, profileQuery } from "./queries";
import { uploadDocument } from "./upload";
import { words } from "./words";

const STEPS_COUNT = 4;
const TAKEN_TYPES = "application/pdf,image/jpeg,image/png";

interface Filling {
  readonly wish: Wish;
  readonly change: Dispatch<SetStateAction<Wish>>;
}

export function ApplicationPage() {
  const t = useWords(words);
  useTitle(t("application"));
  const { person } = useSession();
  const isIn = person !== null;
  const profile = useQuery({ ...profileQuery, enabled: isIn });
  const applications = useQuery({ ...applicationsQuery, enabled: isIn });
  if (person === null) return <SignInFirst advice={t("signInFirstAdvice")} />;
  return (
    <Stack maw={720} mx="auto">
      <Title order={1} size="h3">
        {t("application")}
      </Title>
      <QueryView query={profile}>
        {({ party_id: partyId }) => (
          <QueryView query={applications}>
            {(asked) =>
              asked.some(({ state }) => state === "SUBMITTED") ? (
                <EmptyState
                  title={t("alreadyAsked")}
                  advice={t("alreadyAskedAdvice")}
                  action={<BackToProfile />}
                />
              ) : (
                <Steps partyId={partyId} kind={person.kind} />
              )
            }
          </QueryView>
        )}
      </QueryView>
    </Stack>
  );
}

function BackToProfile() {
  const t = useWords(words);
  return (
    <Button component={Link} to="/client" variant="default">
      {t("backToProfile")}
    </Button>
  );
}

function Steps({ partyId, kind }: { readonly partyId: string; readonly kind: Kind }) {
  const t = useWords(words);
  const [step, setStep] = useState(0);
  const [wish, change] = useState<Wish>(NOTHING_WISHED);
  const lacking = objections(wish)[step] ?? null;
  return (
    <Stack>
      <Stepper active={step} onStepClick={setStep} allowNextStepsSelect={false} size="sm">
        <Stepper.Step label={t("stepBasis")}>
          <BasisStep kind={kind} wish={wish} change={change} />
        </Stepper.Step>
        <Stepper.Step label={t("stepEvidence")}>
          <EvidenceStep partyId={partyId} wish={wish} change={change} />
        </Stepper.Step>
        <Stepper.Step label={t("stepOwner")}>
          <OwnerStep wish={wish} change={change} />
        </Stepper.Step>
        <Stepper.Step label={t("stepCheck")}>
          <CheckStep wish={wish} />
        </Stepper.Step>
      </Stepper>
      {lacking !== null && (
        <Text size="sm" role="status">
          {t(lacking)}
        </Text>
      )}
      <Group justify="space-between">
        <Button variant="default" disabled={step === 0} onClick={() => setStep(step - 1)}>
          {t("back")}
        </Button>
        {step < STEPS_COUNT - 1 && (
          <Button disabled={lacking !== null} onClick={() => setStep(step + 1)}>
            {t("next")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function BasisStep({ kind, wish, change }: Filling & { readonly kind: Kind }) {
  const t = useWords(words);
  return (
    <Stack gap="sm">
      <Radio.Group
        label={t("basisLabel")}
        description={kind === "NATURAL_PERSON" ? t("basisAdvice") : null}
        value={wish.basis ?? ""}
        onChange={(value) => change((before) => ({ ...before, basis: value as Basis }))}
      >
        <Stack gap="xs" mt="xs">
          {BASES[kind === "NATURAL_PERSON" ? "person" : "institution"].map((basis) => (
            <Radio key={basis} value={basis} label={t(basis)} description={t(`${basis}_proof`)} />
          ))}
        </Stack>
      </Radio.Group>
      <Checkbox
        checked={wish.isProfessional}
        onChange={(event) => {
          const { checked } = event.currentTarget;
          change((before) => ({ ...before, isProfessional: checked }));
        }}
        label={t("askProfessional")}
        description={t("askProfessionalAdvice")}
      />
    </Stack>
  );
}

function EvidenceStep({ partyId, wish, change }: Filling & { readonly partyId: string }) {
  const t = useWords(words);
  const queries = useQueryClient();
  const documents = useQuery(documentsQuery(partyId));
  const [file, setFile] = useState<File | null>(null);
  const [intents] = useState(() => new Intents(newKey));
  const uploading = useMutation({
    mutationFn: (chosen: File) => uploadDocument(chosen, partyId, intents),
    onSuccess: ({ link_id: link }) => {
      setFile(null);
      change((before) => ({ ...before, evidence: [...before.evidence, link] }));
      return queries.invalidateQueries({ queryKey: CLIENT });
    },
  });
  return (
    <Stack gap="sm">
      <Text size="sm">{t("evidenceAdvice")}</Text>
      <Group align="end" gap="xs">
        <FileInput
          label={t("file")}
          description={t("fileAdvice")}
          placeholder={t("chooseFile")}
          accept={TAKEN_TYPES}
          value={file}
          onChange={setFile}
          clearable
          clearButtonProps={{ "aria-label": t("clearFile") }}
          flex={1}
          miw={200}
        />
        <Button
          disabled={file === null}
          loading={uploading.isPending}
          onClick={() => file !== null && uploading.mutate(file)}
        >
          {t("upload")}
        </Button>
      </Group>
      {uploading.isError && <ProblemAlert error={uploading.error} />}
      <QueryView query={documents}>
        {(there) =>
          there.length === 0 ? (
            <EmptyState title={t("noDocuments")} advice={t("noDocumentsAdvice")} />
          ) : (
            <Checkbox.Group
              label={t("documents")}
              value={[...wish.evidence]}
              onChange={(evidence) => change((before) => ({ ...before, evidence }))}
            >
              <Stack gap="xs" mt="xs">
                {there.map((document) => (
                  <Checkbox
                    key={document.link_id}
                    value={document.link_id}
                    label={
                      <>
                        {t("documentNumber", { id: document.link_id })} ·{" "}
                        <MomentText of={document.attached_at} />
                      </>
                    }
                    description={t("documentFacts", {
                      type: document.media_type,
                      kilobytes: Math.max(1, Math.round(document.bytes / 1024)),
                    })}
                  />
                ))}
              </Stack>
            </Checkbox.Group>
          )
        }
      </QueryView>
    </Stack>
  );
}

function OwnerStep({ wish, change }: Filling) {
  const t = useWords(words);
  return (
    <Stack gap="sm">
      <Radio.Group
        label={t("ownerLabel")}
        description={t("ownerAdvice")}
        value={wish.ownerPartyId === null ? "self" : "other"}
        onChange={(value) =>
          change((before) => ({ ...before, ownerPartyId: value === "self" ? null : "" }))
        }
      >
        <Stack gap="xs" mt="xs">
          <Radio value="self" label={t("ownerSelf")} />
          <Radio value="other" label={t("ownerOther")} />
        </Stack>
      </Radio.Group>
      {wish.ownerPartyId !== null && (
        <TextInput
          label={t("ownerParty")}
          inputMode="numeric"
          value={wish.ownerPartyId}
          onChange={(event) => {
            const { value } = event.currentTarget;
            change((before) => ({ ...before, ownerPartyId: value.trim() }));
          }}
        />
      )}
    </Stack>
  );
}

function CheckStep({ wish }: { readonly wish: Wish }) {
  const t = useWords(words);
  const queries = useQueryClient();
  const [intents] = useState(() => new Intents(newKey));
  const submitting = useMutation({
    mutationFn: (basis: Basis) =>
      take(
        api.POST("/v1/applications", {
          params: { header: { "Idempotency-Key": intents.keyOf(wish) } },
          body: {
            basis,
            professional: wish.isProfessional,
            owner_party_id: wish.ownerPartyId,
            evidence: [...wish.evidence],
          },
        }),
      ),
    onSettled: (_, error) => intents.answered(wish, error),
    onSuccess: () => queries.invalidateQueries({ queryKey: CLIENT }),
  });
  const { basis } = wish;
  if (basis === null) return null;
  return (
    <Stack gap="sm">
      <FactList
        facts={[
          [t("basisLabel"), t(basis)],
          [t("investor"), t(wish.isProfessional ? "professional" : "ordinary")],
          [t("documents"), String(wish.evidence.length)],
          [t("ownerLabel"), wish.ownerPartyId ?? t("ownerSelf")],
        ]}
      />
      <Alert color="blue" variant="light">
        {t("afterwards")}
      </Alert>
      {submitting.isError && <ProblemAlert error={submitting.error} />}
      <Button loading={submitting.isPending} onClick={() => submitting.mutate(basis)}>
        {t("submitApplication")}
      </Button>
    </Stack>
  );
}
