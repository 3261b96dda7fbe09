/** A question of the webview that the extension answers. */
export interface RequestDefinition<Params, Result> {
  readonly kind: 'request';
  readonly method: string;
  /** Never there: carries the types. */
  readonly types?: { readonly params: Params; readonly result: Result };
}

/** Something that the webview tells the extension, and waits for no answer. */
export interface CommandDefinition<Params> {
  readonly kind: 'command';
  readonly method: string;
  readonly types?: { readonly params: Params };
}

/** Something that the extension tells the webview. */
export interface NotificationDefinition<Payload> {
  readonly kind: 'notification';
  readonly method: string;
  readonly types?: { readonly payload: Payload };
}

export const defineRequest = <Params, Result>(method: string): RequestDefinition<Params, Result> => ({
  kind: 'request',
  method,
});

export const defineCommand = <Params = null>(method: string): CommandDefinition<Params> => ({
  kind: 'command',
  method,
});

export const defineNotification = <Payload>(method: string): NotificationDefinition<Payload> => ({
  kind: 'notification',
  method,
});

type ParamsOf<Definition> =
  Definition extends RequestDefinition<infer Params, unknown>
    ? Params
    : Definition extends CommandDefinition<infer Params>
      ? Params
      : never;
type ResultOf<Definition> = Definition extends RequestDefinition<unknown, infer Result> ? Result : never;

/** A handler for each request of a map; a missing one does not compile. */
export type RequestHandlers<Definitions extends Readonly<Record<string, RequestDefinition<unknown, unknown>>>> = {
  readonly [Name in keyof Definitions]: (params: ParamsOf<Definitions[Name]>) => Promise<ResultOf<Definitions[Name]>>;
};

/** A handler for each command of a map; a missing one does not compile. */
export type CommandHandlersOf<Definitions extends Readonly<Record<string, CommandDefinition<unknown>>>> = {
  readonly [Name in keyof Definitions]: (params: ParamsOf<Definitions[Name]>) => void | Promise<void>;
};

/** A handler for each notification of a map; a missing one does not compile. */
export type NotificationHandlers<Definitions extends Readonly<Record<string, NotificationDefinition<unknown>>>> = {
  readonly [Name in keyof Definitions]: (
    payload: Definitions[Name] extends NotificationDefinition<infer Payload> ? Payload : never,
  ) => void;
};

/** What goes over the wire from the webview. Whatever else comes is dropped. */
export type MessageToExtension =
  | { readonly kind: 'request'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly kind: 'command'; readonly method: string; readonly params: unknown };

/** What goes over the wire to the webview. */
export type MessageToWebview =
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  /** `message` is written for people. */
  | { readonly kind: 'failure'; readonly id: number; readonly message: string }
  | { readonly kind: 'notification'; readonly method: string; readonly payload: unknown };
