/** What an act that waits for a second person is called. */
import type { Translate } from "../../i18n/words";
import type { words } from "./words";

type Key = keyof typeof words.zh;

const ACTS: Readonly<Record<string, Key>> = {
  CreateProduct: "actCreateProduct",
  PostRegister: "actPostRegister",
  Encumber: "actEncumber",
  ReleaseEncumbrance: "actRelease",
  OpenProduct: "actOpenProduct",
  SuspendProduct: "actSuspendProduct",
  ResumeProduct: "actResumeProduct",
  CloseProduct: "actCloseProduct",
  RecordDeposit: "actRecordDeposit",
  VerifyBankAccount: "actVerifyBankAccount",
  ImportStatement: "actImportStatement",
  ResolvePayment: "actResolvePayment",
  DecideWithdrawal: "actDecideWithdrawal",
  CancelTrade: "actCancelTrade",
  DeclareSellerDefault: "actSellerDefault",
  ReverseTransfer: "actReverseTransfer",
  AppointOfficer: "actAppointOfficer",
  DismissOfficer: "actDismissOfficer",
  SetMarketMode: "actSetMarketMode",
  PublishDisclosure: "actPublishDisclosure",
  SetQuoteBasis: "actSetQuoteBasis",
  SetFeeSchedule: "actSetFeeSchedule",
  LoadRulePack: "actLoadRulePack",
  SetProductRules: "actSetProductRules",
  DecideClearance: "actDecideClearance",
  LiftHalt: "actLiftHalt",
  AmendCalendar: "actAmendCalendar",
};

/** Its name in the reader's language; of one that is not known here, the interface's. */
export function actName(type: unknown, t: Translate<Key>): string {
  const name = String(type);
  const key = ACTS[name];
  return key === undefined ? name : t(key);
}
