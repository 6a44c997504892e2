import type { Area } from "../../area";

export const signInArea: Area = {
  path: "/sign-in",
  title: null,
  kinds: "everybody",
  routes: [
    {
      path: "sign-in",
      lazy: async () => ({ Component: (await import("./SignInPage")).SignInPage }),
    },
    {
      path: "enrol",
      lazy: async () => ({ Component: (await import("./EnrolPage")).EnrolPage }),
    },
    {
      path: "second-factor",
      lazy: async () => ({ Component: (await import("./SecondFactorPage")).SecondFactorPage }),
    },
  ],
};
