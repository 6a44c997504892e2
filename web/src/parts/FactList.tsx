/** Facts with their names, as a list of descriptions. */
import type { ReactNode } from "react";
import classes from "./FactList.module.css";

interface Properties {
  /** Name and fact; a fact that is null is left out. */
  readonly facts: readonly (readonly [name: string, fact: ReactNode])[];
}

export function FactList({ facts }: Properties) {
  return (
    <dl className={classes["list"]}>
      {facts
        .filter(([, fact]) => fact !== null)
        .map(([name, fact]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
    </dl>
  );
}
