import process from 'node:process';

/** The commands of a child process by name, each with what it takes and what it answers. */
export type Commands = Record<string, { argument: unknown; result: unknown }>;

export interface CommandMessage {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

export type ReplyMessage =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };

type Handlers<C extends Commands> = {
  readonly [Name in keyof C]: (argument: C[Name]['argument']) => Promise<C[Name]['result']>;
};

/** Carries out the commands of the parent process until that is gone. */
export const serveCommands = <C extends Commands>(handlers: Handlers<C>): void => {
  process.on('message', ({ id, name, argument }: CommandMessage) => {
    handlers[name]?.(argument).then(
      (result) => process.send?.({ id, result } satisfies ReplyMessage),
      (error: unknown) => {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        process.send?.({ id, error: text } satisfies ReplyMessage);
      },
    );
  });
  process.once('disconnect', () => process.exit(0));
};
