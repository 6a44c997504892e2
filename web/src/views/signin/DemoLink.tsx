/**
 * The way in by a link of the demo, `/sign-in?as=person-001`: one click, as anybody of the demo.
 * A venue that is no demo has no such door and says so; then there are the ordinary ways.
 */
import { Skeleton, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { useWords } from "../../i18n/words";
import { ProblemAlert } from "../../parts/ProblemAlert";
import type { Kind } from "../../session/person";
import { useSession } from "../../session/Session";
import { words } from "./words";

/** Where somebody's work is. */
const HOMES: Readonly<Record<Kind, string>> = {
  NATURAL_PERSON: "/",
  INSTITUTION: "/",
  TRUST_COMPANY: "/desk",
  OPERATOR: "/venue",
  REGULATOR: "/venue",
};

interface Properties {
  readonly login: string;
  /** What is shown where the link does not lead in. */
  readonly otherwise: ReactNode;
}

export function DemoLink({ login, otherwise }: Properties) {
  const t = useWords(words);
  const { isChecking, signInAsDemo } = useSession();
  const navigate = useNavigate();
  const { mutate, error } = useMutation({
    mutationFn: signInAsDemo,
    onSuccess: ({ kind }) => navigate(HOMES[kind], { replace: true }),
  });
  useEffect(() => {
    if (!isChecking) mutate(login);
  }, [isChecking, login, mutate]);
  if (error !== null) {
    return (
      <Stack gap="lg">
        <ProblemAlert error={error} />
        {otherwise}
      </Stack>
    );
  }
  return (
    <div role="status" aria-label={t("entering")}>
      <Skeleton h={400} />
    </div>
  );
}
