import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { createChatConversation } from './chat-conversation.ts';
import { startChild } from './child.ts';
import type { ClientCommands } from './client.ts';
import { toAnswerScenario } from './conversation-job.ts';
import { startPortside, startSimulator } from './portside.ts';
import type { ProcessKeeper } from './process-keeper.ts';
import type { RigOptions } from './rig.ts';
import { startUpstreamCounter, type UpstreamBytes } from './upstream-counter.ts';

/** What the turns of one conversation send upstream. */
export interface ConversationBytes {
  readonly turns: number;
  readonly second: UpstreamBytes;
  readonly last: UpstreamBytes;
  /** The last turn once more, with the history as a transcript. */
  readonly lastAfresh: UpstreamBytes;
}

/** Counts, on processes of its own: what is between them costs time. */
export const measureUpstream = async (
  keeper: ProcessKeeper,
  { distFolder, childFiles, childEnvironment, ...options }: RigOptions,
  turns: number,
): Promise<ConversationBytes> => {
  const simulator = await startSimulator(keeper, distFolder, { environment: childEnvironment });
  const counter = await startUpstreamCounter(simulator.url);
  try {
    const portside = await startPortside(keeper, {
      distFolder,
      backendUrl: counter.url,
      home: mkdtempSync(path.join(options.folder, 'upstream-')),
      environment: childEnvironment,
    });
    const client = startChild<ClientCommands>(keeper, childFiles.client, { environment: childEnvironment });
    await simulator.setScenario(toAnswerScenario());
    const conversation = createChatConversation(
      client,
      { baseUrl: portside.baseUrl, token: portside.token },
      'counted',
    );
    for (let turn = 0; turn < turns; turn += 1) await conversation.next();
    await conversation.afresh();
    // The last blobs of a run go up before its answer ends.
    const runs = counter.runs();
    const second = runs[1];
    const last = runs[turns - 1];
    const lastAfresh = runs[turns];
    if (second === undefined || last === undefined || lastAfresh === undefined || runs.length !== turns + 1) {
      throw new Error(`There were ${runs.length} runs.`);
    }
    return { turns, second, last, lastAfresh };
  } finally {
    await keeper.stopAll();
    counter.close();
  }
};
