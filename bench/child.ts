import type { CommandMessage, Commands, ReplyMessage } from './child-commands.ts';
import type { OwnProcess, ProcessKeeper } from './process-keeper.ts';

/** A child process that takes commands. */
export interface Child<C extends Commands> {
  readonly processId: number;
  call<Name extends keyof C & string>(name: Name, argument: C[Name]['argument']): Promise<C[Name]['result']>;
  stop(): Promise<void>;
}

/** Starts a child that calls `serveCommands`. */
export const startChild = <C extends Commands>(
  keeper: ProcessKeeper,
  file: string,
  options: { readonly environment?: NodeJS.ProcessEnv; readonly nodeArguments?: readonly string[] } = {},
): Child<C> => {
  const own: OwnProcess = keeper.start(file, [], options);
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  own.process.on('message', (reply: ReplyMessage) => {
    const waiting = pending.get(reply.id);
    pending.delete(reply.id);
    if ('error' in reply) waiting?.reject(new Error(reply.error));
    else waiting?.resolve(reply.result);
  });
  own.process.once('exit', () => {
    for (const waiting of pending.values()) waiting.reject(new Error(`${file} ended: ${own.errorOutput()}`));
  });
  return {
    processId: own.processId,
    call(name, argument) {
      lastId += 1;
      const waiting = Promise.withResolvers<unknown>();
      pending.set(lastId, waiting);
      own.process.send({ id: lastId, name, argument } satisfies CommandMessage);
      return waiting.promise;
    },
    stop: () => own.stop(),
  };
};
