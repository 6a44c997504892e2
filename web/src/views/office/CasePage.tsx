/** One transfer at the desk: the deal, both parties side by side, documents, and what to do. */
import { Code, Grid, List, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { useLive } from "../../feed/live";
import { listText } from "../../format/lists";
import { momentText } from "../../format/moments";
import { moneyText } from "../../format/amounts";
import { useLanguage, useWords } from "../../i18n/words";
import { FactList } from "../../parts/FactList";
import { MomentText, MoneyText, PriceText, UnitsText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { useTitle } from "../../shell/useTitle";
import { CaseActions } from "./CaseActions";
import { CaseDocuments } from "./CaseDocuments";
import { CaseKeys } from "./CaseKeys";
import { words } from "./caseWords";
import { useCode } from "./codes";
import { REFRESH_MS, transferQuery, type Desk, type Transfer } from "./queries";
import { Due, Standing, useNameOf, useNow, useParties } from "./shown";
import { isUndecided } from "./work";

export function CasePage() {
  const t = useWords(words);
  const { transferId = "" } = useParams();
  useTitle(t("title", { id: transferId }));
  const asked = transferQuery(transferId);
  const { data: known } = useQuery(asked);
  // Claims are told while it waits for a decision, registration and the like afterwards.
  const channel = known === undefined || isUndecided(known) ? "confirmations" : "transfers";
  const refetchInterval = useLive(channel, asked.queryKey, REFRESH_MS);
  const query = useQuery({ ...asked, refetchInterval });
  return (
    <CaseKeys transferId={transferId} version={query.data?.version ?? null}>
      <QueryView query={query} height={400}>
        {(transfer) => <Case key={transferId} transfer={transfer} />}
      </QueryView>
    </CaseKeys>
  );
}

function Case({ transfer }: { readonly transfer: Transfer }) {
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Stack gap="md">
          <Deal transfer={transfer} />
          {/* What is said of both beside the papers that prove it, where there is room. */}
          <Grid>
            <Grid.Col span={{ base: 12, xl: 6 }}>
              <Stack gap="md">
                <Parties transfer={transfer} />
                <Findings transfer={transfer} />
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, xl: 6 }}>
              <Stack gap="md">
                <CaseDocuments transferId={transfer.transfer_id} />
              </Stack>
            </Grid.Col>
          </Grid>
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Stack gap="md">
          <CaseActions transfer={transfer} />
          {transfer.desk !== null && <Reviewers transfer={transfer} desk={transfer.desk} />}
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

function Deal({ transfer }: { readonly transfer: Transfer }) {
  const t = useWords(words);
  const code = useCode();
  const nameOf = useNameOf();
  const { seller, buyer } = useParties()(transfer);
  const now = useNow();
  const { seller_fees: ofSeller, buyer_fees: ofBuyer, accrued, reason } = transfer;
  return (
    <Panel title={t("deal")}>
      <FactList
        facts={[
          [t("product"), nameOf(transfer.symbol)],
          [code("SELLER"), seller],
          [code("BUYER"), buyer],
          [t("state"), <Standing key="state" transfer={transfer} />],
          [
            t("due"),
            transfer.deadline === null ? null : <Due key="due" transfer={transfer} nowMs={now} />,
          ],
          [t("units"), <UnitsText key="units" of={transfer.units} />],
          [t("price"), <PriceText key="price" of={transfer.price} />],
          [t("consideration"), <MoneyText key="sum" of={transfer.consideration} />],
          [t("accrued"), accrued === null ? null : <MoneyText key="accrued" of={accrued.amount} />],
          [t("paid"), <MoneyText key="paid" of={transfer.paid} />],
          [
            t("ourFees"),
            ofSeller === null || ofBuyer === null ? null : (
              <span key="fees" className="number">
                {moneyText(ofSeller.trust_company)} / {moneyText(ofBuyer.trust_company)}
              </span>
            ),
          ],
          [t("matched"), <MomentText key="matched" of={transfer.matched_at} />],
          [t("submitted"), <MomentText key="submitted" of={transfer.desk?.submitted_at} />],
          [t("returns"), transfer.returns === 0 ? null : transfer.returns],
          [
            t("registrationDue"),
            transfer.registration_due === null ? null : (
              <MomentText key="registration" of={transfer.registration_due} />
            ),
          ],
          [t("decision"), reason === null ? null : code(reason)],
        ]}
      />
    </Panel>
  );
}

function Parties({ transfer: { desk } }: { readonly transfer: Transfer }) {
  const t = useWords(words);
  const language = useLanguage();
  return (
    <Panel title={t("parties")}>
      {desk?.criteria == null ? (
        <Text size="sm" c="dimmed">
          {t("notRead")}
        </Text>
      ) : (
        <Stack gap="sm">
          <Grid>
            {(["seller", "buyer"] as const).map((side) => (
              <Grid.Col key={side} span={{ base: 12, sm: 6, xl: 12 }}>
                <Party party={desk[side]} side={side === "seller" ? "SELLER" : "BUYER"} />
              </Grid.Col>
            ))}
          </Grid>
          <FactList
            facts={[
              [
                t("packs"),
                listText(
                  desk.packs.map(({ pack_id: id, version }) => `${id} ${version}`),
                  language,
                ) || t("nothing"),
              ],
              [t("criteria"), <Code key="criteria">{desk.criteria}</Code>],
            ]}
          />
          <Text size="xs" c="dimmed">
            {t("criteriaAdvice")}
          </Text>
        </Stack>
      )}
    </Panel>
  );
}

interface PartyProperties {
  readonly party: Desk["seller"];
  readonly side: "SELLER" | "BUYER";
}

function Party({ party, side }: PartyProperties) {
  const t = useWords(words);
  const code = useCode();
  const language = useLanguage();
  if (party === null) return null;
  const nothing = t("nothing");
  return (
    <>
      <Title order={3} size="h6">
        {code(side)}
      </Title>
      <FactList
        facts={[
          [t("party"), party.party_id],
          [t("certification"), party.certification === null ? nothing : code(party.certification)],
          [t("certifiedUntil"), party.certified_until ?? nothing],
          [t("risk"), party.risk_level === null ? nothing : `C${party.risk_level}`],
          [t("assessedUntil"), party.assessed_until ?? nothing],
          [t("investor"), t(party.professional ? "professional" : "ordinary")],
          [t("identityUntil"), party.identity_until ?? nothing],
          [t("ended"), listText(party.ended.map(code), language) || nothing],
        ]}
      />
    </>
  );
}

function Findings({ transfer: { findings } }: { readonly transfer: Transfer }) {
  const t = useWords(words);
  const code = useCode();
  const language = useLanguage();
  const said = findings?.filter(({ verdict }) => !["PASS", "NOT_APPLICABLE"].includes(verdict));
  if (said === undefined || said.length === 0) return null;
  return (
    <Panel title={t("findings")}>
      <Text size="sm" c="dimmed">
        {t("findingsAdvice")}
      </Text>
      <List size="sm" mt="xs">
        {said.map((finding) => (
          <List.Item key={finding.rule_id}>
            {code(finding.verdict)}：{language === "zh" ? finding.text_zh : finding.text_en}（
            {finding.rule_id}）
            <Text size="xs" c="dimmed">
              {t("source", { source: finding.source })}
            </Text>
          </List.Item>
        ))}
      </List>
    </Panel>
  );
}

interface ReviewersProperties {
  readonly transfer: Transfer;
  readonly desk: Desk;
}

function Reviewers({ transfer, desk }: ReviewersProperties) {
  const t = useWords(words);
  const code = useCode();
  const language = useLanguage();
  const { claimed_by: claimant, claimed_until: until, made_by: maker, proposed } = desk;
  const reason = desk.proposed_reason === null ? "" : ` · ${code(desk.proposed_reason)}`;
  const lapsedBy = desk.approvals_lapsed;
  const lapsed =
    lapsedBy === "RESET"
      ? t("lapsedReset", { what: listText(desk.changed.map(code), language) })
      : t("lapsedReturn");
  const signed = transfer.signed_decisions.map(
    (each) => `${code(each.decision)} · ${each.officer_id ?? ""} · ${momentText(each.signed_at)}`,
  );
  return (
    <Panel title={t("reviewers")}>
      <FactList
        facts={[
          [
            t("claimedBy"),
            claimant === null
              ? t("nothing")
              : t("claimedUntil", {
                  officer: claimant,
                  until: until === null ? "–" : momentText(until),
                }),
          ],
          [
            t("proposed"),
            maker === null || proposed === null
              ? t("nothing")
              : t("proposedBy", { decision: code(proposed) + reason, officer: maker }),
          ],
          [t("checkedBy"), desk.checked_by],
          [t("lapsed"), lapsedBy === null ? null : lapsed],
          [t("signedBy"), signed.length === 0 ? null : signed.join("；")],
        ]}
      />
    </Panel>
  );
}
