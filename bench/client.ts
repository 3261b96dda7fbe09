// The process of the client.
import { askForText, type RawAnswer, type Target, toBody, toText } from './chat-client.ts';
import { serveCommands } from './child-commands.ts';
import { callToolsByChat } from './chat-tool-rounds.ts';
import { DELTA_CHARACTERS, runStreams, type StreamJob, type StreamResult } from './stream-job.ts';
import type { ToolJob, ToolTimes } from './tool-job.ts';

export interface ChatTurn {
  readonly firstDeltaMs: number;
  /** What `X-Portside-Conversation` says. */
  readonly conversation: string | null;
  readonly text: string;
}

export type ClientCommands = {
  run: { argument: { readonly target: Target; readonly job: StreamJob }; result: StreamResult };
  /** The bytes of one answer as text. */
  capture: { argument: Target; result: string };
  /** One answer to a request of this content. */
  chat: {
    argument: { readonly target: Target; readonly parts: Readonly<Record<string, unknown>> };
    result: ChatTurn;
  };
  callTools: { argument: { readonly target: Target; readonly job: ToolJob }; result: ToolTimes };
};

const GO = toBody({ messages: [{ role: 'user', content: 'Go.' }] });

serveCommands<ClientCommands>({
  async run({ target, job }) {
    const answers: RawAnswer[] = [];
    const result = await runStreams(job, async () => {
      const answer = await askForText(target, GO);
      answers.push(answer);
      return { firstDeltaMs: answer.firstDeltaMs, totalMs: answer.totalMs };
    });
    // Checked when all is over: it would cost the client more than the reading does.
    for (const answer of answers) {
      const { length } = toText(answer);
      if (length !== job.deltas * DELTA_CHARACTERS) throw new Error(`An answer had ${length} characters.`);
    }
    return result;
  },
  async capture(target) {
    return Buffer.concat((await askForText(target, GO)).chunks).toString();
  },
  async chat({ target, parts }) {
    const answer = await askForText(target, toBody(parts));
    return { firstDeltaMs: answer.firstDeltaMs, conversation: answer.conversation, text: toText(answer) };
  },
  callTools: ({ target, job }) => callToolsByChat(target, job),
});
