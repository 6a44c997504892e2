/**
 * A ticket: enter, look at what it would mean, check it in words, send it, read the answer.
 *
 * The key is made when somebody goes on to check: a try that is repeated there is the same thing
 * that he wants done. What he goes back to change is another, and so is what was refused.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { newKey } from "../../client";
import { isAnswer } from "../../client/intents";
import { useDraft, type Given, type Terms } from "./draft";
import { Answer, Review } from "./Review";
import { TicketForm } from "./TicketForm";
import type { Preview } from "./queries";

interface Properties extends Given {
  /** What besides belongs to it. */
  readonly fields?: ReactNode;
  /** Further sentences for the check. */
  readonly promises?: readonly string[];
  /** Send it; gives in words what became of it. */
  readonly send: (terms: Terms, key: string) => Promise<readonly string[]>;
}

/** What is being checked. */
interface Checked {
  readonly key: string;
  readonly terms: Terms;
  readonly preview: Preview | null;
}

export function Ticket({ fields, promises = [], send, ...given }: Properties) {
  const [checked, setChecked] = useState<Checked | null>(null);
  const queries = useQueryClient();
  const sending = useMutation({
    mutationFn: ({ terms, key }: Checked) => send(terms, key),
    onSuccess: () => queries.invalidateQueries(),
    // What was refused is over: to send it again, when money has come in, is another wish.
    onError: (error, { terms, preview }) => {
      if (isAnswer(error)) setChecked({ key: newKey(), terms, preview });
    },
  });
  // What it would mean is not asked for of what is done: an offer that was taken stands no more.
  const draft = useDraft(given, { isSent: sending.isPending || sending.isSuccess });
  const leave = () => {
    sending.reset();
    setChecked(null);
  };
  if (sending.isSuccess) {
    const again = () => {
      leave();
      draft.setEntered(given.quantity ?? "");
    };
    return <Answer lines={sending.data} onAgain={again} />;
  }
  if (checked !== null) {
    return (
      <Review
        product={given.product}
        terms={checked.terms}
        preview={checked.preview}
        promises={promises}
        isSending={sending.isPending}
        error={sending.error}
        onBack={leave}
        onSend={() => sending.mutate(checked)}
      />
    );
  }
  return (
    <TicketForm
      given={given}
      draft={draft}
      fields={fields}
      onReview={() => {
        const { terms, preview } = draft;
        if (terms === null) return;
        const seen = given.asked === null ? null : (preview.data ?? null);
        setChecked({ key: newKey(), terms, preview: seen });
      }}
    />
  );
}
