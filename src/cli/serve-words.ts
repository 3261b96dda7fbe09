/** Shown where a person started Portside without a Cursor API key and gets the simulator. */
export const SIMULATOR_BANNER = `
  ┌──────────────────────────────────────────────────────────────────┐
  │  NO CURSOR API KEY: the answers come from a built-in SIMULATOR.  │
  │  They are canned text, not a model's.                            │
  │                                                                  │
  │  For real answers, make a key in the Cursor Dashboard under      │
  │  Integrations, stop this with Ctrl+C, and start again with it:   │
  │                                                                  │
  │    CURSOR_API_KEY=crsr_... npm start                             │
  └──────────────────────────────────────────────────────────────────┘
`;

/** What a person needs to make the first request. */
export const toWelcome = ({
  baseUrl,
  accessToken,
  simulatorUrl,
}: {
  readonly baseUrl: string;
  readonly accessToken: string;
  readonly simulatorUrl: string | null;
}): string => `
  Portside is ready.

    Base URL      ${baseUrl}
    Access token  ${accessToken}${simulatorUrl === null ? '' : `\n    Simulator     ${simulatorUrl}`}

  Try it:

    curl ${baseUrl}/chat/completions \\
      -H "Authorization: Bearer ${accessToken}" \\
      -H "Content-Type: application/json" \\
      -d '{"messages":[{"role":"user","content":"Hello!"}]}'

  Stop it with Ctrl+C.

`;
