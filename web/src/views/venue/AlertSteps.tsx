/** What compliance has said of an alert so far. */
import { useQuery } from "@tanstack/react-query";
import { api, take, type components } from "../../client";
import { QueryView } from "../../parts/QueryView";
import { Facts } from "./values";

type Alert = components["schemas"]["Alert"];

export function AlertSteps({ row: { alert_id: id } }: { readonly row: Alert }) {
  const query = useQuery({
    queryKey: ["venue", "alert", id],
    queryFn: () => take(api.GET("/v1/alerts/{alert_id}", { params: { path: { alert_id: id } } })),
  });
  return <QueryView query={query}>{({ steps }) => <Facts of={{ steps }} />}</QueryView>;
}
