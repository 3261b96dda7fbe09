import type { Localizer } from '../core/localizer.ts';

/** What a tool is connected to. */
export interface Connection {
  /** Ends in `/v1`; for a tool in a container, an address that is right from in there. */
  readonly baseUrl: string;
  /** An access token, or what stands for it on a screen. */
  readonly token: string;
  /** The id of the chosen model. */
  readonly model: string;
  /** All that may be offered to choose from within the tool; at least the chosen one. */
  readonly models: readonly { readonly id: string; readonly displayName: string }[];
}

/** For whom steps are. */
export interface StepOptions {
  /** Whether they are read in the editor, which has buttons and no command line of Portside's. */
  readonly isEditor?: boolean;
}

/** One thing to do, with what to paste for it. */
export interface ConnectStep {
  /** Plain text for people. */
  readonly text: string;
  readonly snippet: ConnectSnippet | null;
}

export interface ConnectSnippet {
  readonly language: 'json' | 'jsonc' | 'yaml' | 'toml' | 'shell' | 'python' | 'typescript' | 'text';
  readonly text: string;
}

/** The configuration file of a tool. */
export interface ToolConfigFile {
  /** Where the tool looks for it; `null` where only its user knows, who is asked then. Absolute. */
  find(environment: ToolEnvironment): string | null;
  /** The name that a file chosen by the user should have. */
  readonly name: string;
  /**
   * The file's text with Portside in it; whatever else is in it stays, comments included. `null` stands for no file.
   *
   * @throws GatewayError where the text cannot be read as what it should be: nothing may be written then
   */
  merge(text: string | null, connection: Connection): string;
  /**
   * Looks around where a new file is to be made.
   *
   * @throws GatewayError where the tool would then leave something else of its user's aside
   */
  checkNew?(file: string): void;
  /** What is left to do once it is written, for a container (see `connection`) too. Plain text for people. */
  describeNext(l10n: Localizer, options?: StepOptions & { readonly connection?: Connection }): string;
}

/** What paths of configuration files hang on. */
export interface ToolEnvironment {
  readonly platform: NodeJS.Platform;
  readonly homeFolder: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** One request as the tool would send it, whose answer is shown. */
export interface ToolProbe {
  readonly method: 'POST';
  /** After the base URL's `/v1`, or from the root where it begins with `//`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** What the tool asks for before, with the same headers; left out where it asks for nothing. */
  readonly list?: ToolList;
  /** Reads the text of the answer out of the whole body. @throws GatewayError where it is not what the tool understands */
  readAnswer(body: string): string;
  /** Reads which model answered out of the whole body; `null` where it does not say. */
  readModel(body: string): string | null;
}

/** A list that a tool gets before its request. */
export interface ToolList {
  /** As {@link ToolProbe.path}. */
  readonly path: string;
  /** @throws GatewayError where the tool would find nothing of use in the answer's body */
  check(body: string): void;
}

/** A tool that can be connected to Portside. */
export interface ConnectTool {
  /** In URLs and commands: `portside connect <id>`. */
  readonly id: string;
  /** As its makers write it. */
  readonly name: string;
  describe(l10n: Localizer): string;
  /**
   * Whether it usually runs in a container on this machine, from where 127.0.0.1 is another machine: what a user who says
   * nothing else is taken to mean.
   */
  readonly runsInContainer: boolean;
  /** In their order. Pure: called with a mask in place of the token for what is shown. */
  steps(connection: Connection, l10n: Localizer, options?: StepOptions): readonly ConnectStep[];
  /** `null` where it has none that could be written. */
  readonly configFile: ToolConfigFile | null;
  probe(connection: Connection): ToolProbe;
}
