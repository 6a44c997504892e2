/**
 * All that the venue keeps of one transfer, in one document that the venue makes: a file that is
 * taken along holds the bytes that it gave, and their hash is the one that it said.
 */
import { api, RequestFailed, take, type components } from "../../client";
import { hexOf, isSaid, sha256Of } from "../../format/digest";

export type TransferCase = components["schemas"]["TransferCase"];

/** A case as it was given. */
export interface Given {
  readonly found: TransferCase;
  readonly file: Blob;
  /** In hexadecimal: whoever gets the file can compute it again. */
  readonly sha256: string;
}

export async function readCase(transferId: string): Promise<Given> {
  let said = "";
  const bytes = await take(
    api
      .GET("/v1/transfers/{transfer_id}/case", {
        params: { path: { transfer_id: transferId } },
        parseAs: "arrayBuffer",
      })
      .then((answer) => {
        said = answer.response.headers.get("Repr-Digest") ?? "";
        return answer;
      }),
  );
  const digest = await sha256Of(bytes);
  if (!isSaid(digest, said)) throw new RequestFailed(0, null); // something was lost on the way
  return {
    found: JSON.parse(new TextDecoder().decode(bytes)) as TransferCase,
    file: new Blob([bytes], { type: "application/json" }),
    sha256: hexOf(digest),
  };
}
