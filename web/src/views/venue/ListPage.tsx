/** The list that the address names. */
import { useParams } from "react-router";
import { useSession } from "../../session/Session";
import { Missing } from "../../shell/Failure";
import { LISTS } from "./lists";

export function ListPage() {
  const { list } = useParams();
  const { person } = useSession();
  const found = LISTS.find(({ path }) => path === list);
  if (found === undefined || person === null || !found.isFor(person)) return <Missing />;
  return <found.Page key={found.path} />;
}
