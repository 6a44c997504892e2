/** What waits for a second person: all that would be done, and the word that lets it. */
import { Alert, Badge, Button, Checkbox, Group, Select, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { api, takeAll } from "../../client";
import { momentText } from "../../format/moments";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { FactList } from "../../parts/FactList";
import { MomentText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { useSession } from "../../session/Session";
import { useTitle } from "../../shell/useTitle";
import { useActing, type Proposal } from "./acting";
import { keyed } from "./acts";
import { actName } from "./actNames";
import { REFRESH_MS, useWatched } from "./polling";
import { openProposalsQuery } from "./queries";
import { Named } from "./named";
import { Facts, useCode } from "./values";
import { words } from "./words";

const ALL = "ALL";

const allProposalsQuery = {
  queryKey: ["venue", "proposals", ALL],
  queryFn: () =>
    takeAll((cursor) =>
      api.GET("/v1/proposals", {
        params: { query: { limit: 200, ...(cursor === undefined ? {} : { cursor }) } },
      }),
    ),
};

export function ProposalsPage() {
  const t = useWords(words);
  const code = useCode();
  useTitle(t("proposals"));
  const [state, setState] = useState("OPEN");
  const isAll = state === ALL;
  const query = useWatched(
    isAll ? allProposalsQuery : openProposalsQuery,
    isAll ? false : REFRESH_MS,
  );
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {t("proposals")}
      </Title>
      <Select
        label={t("state")}
        maw={240}
        allowDeselect={false}
        value={state}
        data={[
          { value: "OPEN", label: code("OPEN") },
          { value: ALL, label: t("all") },
        ]}
        onChange={(value) => setState(value ?? ALL)}
      />
      <QueryView query={query} height={300}>
        {(found) =>
          found.length === 0 ? (
            <EmptyState title={t("noProposals")} advice={t("noProposalsAdvice")} />
          ) : (
            <Named of={found.map(({ act }) => act)}>
              {[...found].reverse().map((proposal) => (
                <ProposalPanel key={proposal.proposal_id} proposal={proposal} />
              ))}
            </Named>
          )
        }
      </QueryView>
    </Stack>
  );
}

function ProposalPanel({ proposal }: { readonly proposal: Proposal }) {
  const t = useWords(words);
  const code = useCode();
  const { person } = useSession();
  const { proposal_id: id, officer_id: maker, act, digest, state } = proposal;
  const { type, ...fields } = act;
  const isOwn = person?.officerId === maker;
  return (
    <Panel
      title={`${actName(type, t)} · ${id}`}
      aside={<Badge variant="outline">{code(state)}</Badge>}
    >
      <Stack gap="sm">
        <Text size="sm">
          {t("proposedBy", {
            maker,
            at: momentText(proposal.proposed_at),
            lapses: momentText(proposal.lapses_at),
          })}
        </Text>
        <Facts of={fields} />
        <FactList
          facts={[
            [t("digest"), digest],
            [t("closedBy"), proposal.closed_by],
            [t("closedAt"), proposal.closed_at && <MomentText key="at" of={proposal.closed_at} />],
            [t("result"), proposal.result_id],
          ]}
        />
        {state === "OPEN" && person?.kind === "OPERATOR" && (
          <>
            {isOwn ? (
              <Alert variant="light" color="yellow">
                {t("ownProposal")}
              </Alert>
            ) : (
              <Approval proposal={proposal} />
            )}
            <Withdrawal proposalId={id} />
          </>
        )}
      </Stack>
    </Panel>
  );
}

/** The word, with the digest of what is shown: if anything of it were another, it is refused. */
function Approval({ proposal: { proposal_id: id, digest } }: { readonly proposal: Proposal }) {
  const t = useWords(words);
  const [hasRead, setRead] = useState(false);
  const approving = useActing((seen: string, key) =>
    api.POST("/v1/proposals/{proposal_id}/approve", {
      params: { path: { proposal_id: id }, header: keyed(key) },
      body: { digest: seen },
    }),
  );
  return (
    <Stack gap="xs">
      <Checkbox
        label={t("hasRead")}
        checked={hasRead}
        onChange={({ currentTarget }) => setRead(currentTarget.checked)}
      />
      {approving.isError && <ProblemAlert error={approving.error} />}
      <Group>
        <Button
          disabled={!hasRead}
          loading={approving.isPending}
          onClick={() => approving.mutate(digest)}
        >
          {t("approve")}
        </Button>
      </Group>
    </Stack>
  );
}

function Withdrawal({ proposalId }: { readonly proposalId: string }) {
  const t = useWords(words);
  const withdrawing = useActing((id: string, key) =>
    api.POST("/v1/proposals/{proposal_id}/withdraw", {
      params: { path: { proposal_id: id }, header: keyed(key) },
    }),
  );
  return (
    <>
      {withdrawing.isError && <ProblemAlert error={withdrawing.error} />}
      <Group>
        <Button
          variant="default"
          size="xs"
          loading={withdrawing.isPending}
          onClick={() => withdrawing.mutate(proposalId)}
        >
          {t("withdraw")}
        </Button>
      </Group>
    </>
  );
}
