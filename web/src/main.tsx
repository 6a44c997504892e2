/** Where the application begins: what all pages share is set up here, once. */
import "@mantine/core/styles.css";
import "./shell/style.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import { createRoot } from "react-dom/client";
import { createBrowserRouter } from "react-router";
import { RouterProvider } from "react-router/dom";
import { areas } from "./areas";
import { RequestFailed } from "./client/problem";
import { FeedConnection } from "./feed/connection";
import { FeedContext } from "./feed/hooks";
import { startLanguages } from "./i18n/words";
import { SessionProvider } from "./session/Session";
import { feedAuth } from "./session/wire";
import { Failure, Missing } from "./shell/Failure";
import { startPreferences } from "./shell/preferences";
import { Shell } from "./shell/Shell";
import { colorSchemeManager, resolveVariables, theme } from "./shell/theme";

const RETRIES_MAX = 2;
const FRESH_MS = 15_000;

startLanguages();
startPreferences();

// The server gives each answer a nonce of its own: with it, and not else, a style may be written.
const styleNonce =
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
setNonce(styleNonce);

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      retry: (failures, error) =>
        failures < RETRIES_MAX && error instanceof RequestFailed && error.isRetryable,
    },
    // What changes something is never repeated unasked.
    mutations: { retry: false },
  },
});

const feed = new FeedConnection(feedAuth);

const router = createBrowserRouter([
  {
    element: <Shell />,
    HydrateFallback: () => null, // while the first page is loaded
    children: [
      {
        errorElement: <Failure />,
        children: [...areas.flatMap((area) => area.routes), { path: "*", element: <Missing /> }],
      },
    ],
  },
]);

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <MantineProvider
    theme={theme}
    cssVariablesResolver={resolveVariables}
    colorSchemeManager={colorSchemeManager}
    defaultColorScheme="auto"
    getStyleNonce={() => styleNonce}
  >
    <QueryClientProvider client={queries}>
      <FeedContext value={feed}>
        <SessionProvider>
          <RouterProvider router={router} />
        </SessionProvider>
      </FeedContext>
    </QueryClientProvider>
  </MantineProvider>,
);
