/** What the officer can do with a transfer now; what the venue answered, and why it did not. */
import { Button, Checkbox, Fieldset, Group, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { dayOfMoment } from "../../format/moments";
import { useWords } from "../../i18n/words";
import { useAct } from "../../parts/useAct";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { productsQuery } from "../market/queries";
import { useSelf } from "./OfficeFrame";
import {
  carryOutAct,
  OWN_OVERLAYS,
  RETURN_REASONS,
  type Act,
  type ReturnReason,
  type Side,
  type Wanted,
} from "./acts";
import { words } from "./caseWords";
import { useCode } from "./codes";
import { OFFICE, officersQuery, type Transfer } from "./queries";
import { useNow, useStep } from "./shown";
import { ReasonSelect } from "./ReasonSelect";
import { Redeeming } from "./Redeeming";
import { isRedeemable, isUndecided, type Reason, type Word } from "./work";
import { words as deskWords } from "./words";

const SIDES: readonly Side[] = ["SELLER", "BUYER"];

interface Properties {
  readonly transfer: Transfer;
  readonly act: (act: Act) => void;
  readonly isBusy: boolean;
}

export function CaseActions({ transfer }: { readonly transfer: Transfer }) {
  const t = useWords(words);
  const code = useCode();
  const self = useSelf();
  const doing = useAct(carryOutAct, { stale: [OFFICE] });
  const act = (wanted: Act) => doing.mutate(wantedOf(transfer, wanted));
  const given = { transfer, act, isBusy: doing.isPending };
  const isOpen = isUndecided(transfer);
  const now = useNow();
  const { data: products = [] } = useQuery(productsQuery);
  const plan = products.find(({ symbol }) => symbol === transfer.symbol);
  const today = dayOfMoment(new Date(now).toISOString());
  const mayRedeem = plan !== undefined && isRedeemable(transfer, plan, today);
  const waitsForRegistration = transfer.state === "SETTLED" && transfer.registration_due !== null;
  return (
    <Panel title={t("act")}>
      <Stack gap="md">
        {doing.data !== undefined && (
          <Text size="sm" role="status">
            ✓ {t("done", { state: code(doing.data) })}
          </Text>
        )}
        {doing.isError && <ProblemAlert error={doing.error} />}
        {isOpen && (
          <>
            <Deciding {...given} />
            {transfer.overlays.length === 0 && <Returning {...given} />}
          </>
        )}
        {(isOpen || transfer.overlays.length > 0) && <Holding {...given} />}
        {isOpen && self.roles.includes("HEAD") && <HandingOver {...given} />}
        {mayRedeem && (
          <Redeeming
            transfer={transfer}
            redeem={(proceeds, options) =>
              doing.mutate(wantedOf(transfer, { do: "redeem", proceeds }), options)
            }
            act={doing}
          />
        )}
        {waitsForRegistration && (
          <Button loading={doing.isPending} onClick={() => act({ do: "registration" })}>
            {t("register")}
          </Button>
        )}
        {!isOpen && !mayRedeem && !waitsForRegistration && transfer.overlays.length === 0 && (
          <Text size="sm">{t("nothingToDo")}</Text>
        )}
      </Stack>
    </Panel>
  );
}

function wantedOf({ transfer_id: transferId, version }: Transfer, act: Act): Wanted {
  return { transferId, version, act };
}

function Deciding({ transfer, act, isBusy }: Properties) {
  const t = useWords(words);
  const ofDesk = useWords(deskWords);
  const code = useCode();
  const { officer_id: me } = useSelf();
  const now = useNow();
  const step = useStep()(transfer, now);
  const [reason, setReason] = useState<Reason>("DOCUMENTS_INCOMPLETE");
  const { criteria = null, proposed = null, proposed_reason: given = null } = transfer.desk ?? {};
  const say = (word: Word) => {
    const what = step === "PROPOSE" ? "propose" : "decide";
    act({ do: what, word, reason: given ?? reason, criteria });
  };
  const isProposed = step === "DECIDE" && proposed !== null;
  // One proposes what one has claimed: nobody else works on it meanwhile.
  const isClaimed = step === "PROPOSE" && transfer.desk?.claimed_by === me;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {ofDesk(step)}
      </Text>
      {step === "SIGNED" && <Text size="sm">{ofDesk("signedAdvice")}</Text>}
      <Claiming {...{ transfer, act, isBusy }} isReviewer={step === "PROPOSE"} />
      {isProposed && (
        <>
          <Text size="sm">{t("checkAdvice")}</Text>
          <Button data-key="c" loading={isBusy} onClick={() => say(proposed)}>
            {t("approve", { decision: code(proposed) })}
          </Button>
        </>
      )}
      {!isProposed && (step === "DECIDE" || isClaimed) && (
        <>
          <Button data-key="c" loading={isBusy} onClick={() => say("CONFIRM")}>
            {t(step === "DECIDE" ? "confirm" : "proposeConfirm")}
          </Button>
          <Text size="xs" c="dimmed">
            {t("settles")}
          </Text>
          <ReasonSelect reason={reason} setReason={setReason} />
          <Button variant="default" loading={isBusy} onClick={() => say("REJECT")}>
            {t(step === "DECIDE" ? "reject" : "proposeReject")}
          </Button>
          <Text size="xs" c="dimmed">
            {t("rejects")}
          </Text>
        </>
      )}
    </Stack>
  );
}

interface ClaimingProperties extends Properties {
  /** Whether the officer can work on it. */
  readonly isReviewer: boolean;
}

function Claiming({ transfer, act, isBusy, isReviewer }: ClaimingProperties) {
  const t = useWords(words);
  const { officer_id: me } = useSelf();
  const isMine = me !== null && transfer.desk?.claimed_by === me;
  if (!isMine && !isReviewer) return null;
  return (
    <Group gap="xs">
      <Button
        size="xs"
        variant={isMine ? "default" : "filled"}
        data-key="m"
        loading={isBusy}
        onClick={() => act({ do: "claim" })}
      >
        {t(isMine ? "claimAgain" : "claim")}
      </Button>
      {isMine && (
        <Button size="xs" variant="default" loading={isBusy} onClick={() => act({ do: "release" })}>
          {t("release")}
        </Button>
      )}
    </Group>
  );
}

function Returning({ act, isBusy }: Properties) {
  const t = useWords(words);
  const code = useCode();
  const [reason, setReason] = useState<ReturnReason>("DOCUMENT_MISSING");
  const [to, setTo] = useState<readonly Side[]>(["SELLER"]);
  const toggle = (side: Side) =>
    setTo(SIDES.filter((each) => to.includes(each) !== (each === side)));
  return (
    <Fieldset legend={t("returnTitle")}>
      <Stack gap="xs">
        <Select
          label={t("returnReason")}
          data={RETURN_REASONS.map((value) => ({ value, label: code(value) }))}
          value={reason}
          onChange={(value) => value !== null && setReason(value)}
          allowDeselect={false}
        />
        <Text size="sm">{t("returnTo")}</Text>
        <Group gap="sm">
          {SIDES.map((side) => (
            <Checkbox
              key={side}
              label={code(side)}
              checked={to.includes(side)}
              onChange={() => toggle(side)}
            />
          ))}
        </Group>
        <Button
          variant="default"
          loading={isBusy}
          disabled={to.length === 0}
          onClick={() => act({ do: "return", reason, to })}
        >
          {t("return")}
        </Button>
      </Stack>
    </Fieldset>
  );
}

function Holding({ transfer, act, isBusy }: Properties) {
  const t = useWords(words);
  const code = useCode();
  const standing = OWN_OVERLAYS.filter((each) => transfer.overlays.includes(each));
  const settable = (["HELD", "DISPUTED"] as const).filter((each) => !standing.includes(each));
  return (
    <Fieldset legend={t("holdTitle")}>
      <Stack gap="xs">
        <Text size="xs" c="dimmed">
          {t("holdAdvice")}
        </Text>
        {standing.map((overlay) => (
          <Button
            key={overlay}
            variant="default"
            loading={isBusy}
            onClick={() => act({ do: "lift", overlay })}
          >
            {t("lift", { overlay: code(overlay) })}
          </Button>
        ))}
        {settable.map((overlay) => (
          <Button
            key={overlay}
            variant="default"
            loading={isBusy}
            onClick={() => act({ do: "hold", overlay })}
          >
            {t(overlay === "HELD" ? "hold" : "dispute")}
          </Button>
        ))}
      </Stack>
    </Fieldset>
  );
}

function HandingOver({ act, isBusy }: Properties) {
  const t = useWords(words);
  const { data = [] } = useQuery(officersQuery);
  const [to, setTo] = useState<string | null>(null);
  const reviewers = data.filter(
    ({ roles, dismissed_at: dismissed, deputy_for: deputy }) =>
      dismissed === null &&
      (deputy !== null || roles.some((role) => role === "MAKER" || role === "CHECKER")),
  );
  return (
    <Fieldset legend={t("reassignTitle")}>
      <Stack gap="xs">
        <Select
          label={t("reassignTo")}
          data={reviewers.map(({ officer_id: value, person }) => ({
            value,
            label: person === null ? value : `${value} · ${person}`,
          }))}
          value={to}
          onChange={setTo}
        />
        <Button
          variant="default"
          loading={isBusy}
          disabled={to === null}
          onClick={() => to !== null && act({ do: "reassign", officerId: to })}
        >
          {t("reassign")}
        </Button>
      </Stack>
    </Fieldset>
  );
}
