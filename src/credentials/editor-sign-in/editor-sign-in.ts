/** What is found of the editor's own sign-in. */
export type EditorSignIn =
  | {
      readonly status: 'signed-in';
      /** `null` where the editor has not noted it. */
      readonly email: string | null;
      readonly plan: string | null;
      /** The session's token: it stands for the whole account. Kept in memory only, and only until it is exchanged. */
      readonly sessionToken: string;
    }
  | { readonly status: 'signed-out' }
  /** There is no Cursor on this machine, or it was never started. `path` is where it was looked for. */
  | { readonly status: 'not-found'; readonly path: string }
  /** The editor's window runs on another machine, and so does its database. */
  | { readonly status: 'remote' }
  /** `reason` is written for people, and says what to do. */
  | { readonly status: 'unreadable'; readonly reason: string };
