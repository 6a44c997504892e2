/** The title of the browser's window, while a page is there. */
import { useEffect } from "react";

const SITE = "trustex";

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === "" ? SITE : `${title} · ${SITE}`;
  }, [title]);
}
