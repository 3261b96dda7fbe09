// The process of the client.
import { askForText, toText } from './chat-client.ts';
import { serveCommands } from './child-commands.ts';
import { callToolsByChat } from './chat-tool-rounds.ts';
import { ask, type RawAnswer, type Target, toBody } from './raw-client.ts';
import { askResponse, parseResponse, toResponseText } from './response-client.ts';
import { callToolsByResponses, callToolsBySocket } from './response-tool-rounds.ts';
import { DELTA_CHARACTERS, runStreams, type StreamJob, type StreamResult } from './stream-job.ts';
import type { ToolJob, ToolTimes } from './tool-job.ts';

export interface ChatTurn {
  readonly firstDeltaMs: number;
  /** What `X-Portside-Conversation` says. */
  readonly conversation: string | null;
  readonly text: string;
}

/** Times of one streamed answer, in milliseconds from the request for it. */
export interface FirstEventTimes {
  readonly firstEventMs: number;
  readonly firstDeltaMs: number;
  readonly totalMs: number;
}

export interface GetTimes {
  readonly totalMs: number;
  /** Of the answer's body. */
  readonly bytes: number;
}

/** A way to ask for answers. */
export type Wire = 'Chat Completions' | 'Responses' | 'Responses over WebSocket';

export type ClientCommands = {
  run: { argument: { readonly target: Target; readonly job: StreamJob }; result: StreamResult };
  /** The bytes of one answer as text. */
  capture: { argument: Target; result: string };
  /** One answer to a request of this content. */
  chat: {
    argument: { readonly target: Target; readonly parts: Readonly<Record<string, unknown>> };
    result: ChatTurn;
  };
  callTools: {
    argument: { readonly target: Target; readonly job: ToolJob; readonly wire: Wire };
    result: ToolTimes;
  };
  /** One answer to the same words over HTTP. */
  timeFirstEvent: {
    argument: {
      readonly target: Target;
      readonly wire: 'Chat Completions' | 'Responses';
      /** Of the answer's text. */
      readonly characters: number;
    };
    result: FirstEventTimes;
  };
  /** GET requests, one after the other, each timed to the end of its answer. */
  get: {
    argument: { readonly requests: readonly (Target & { readonly path: string })[] };
    result: readonly GetTimes[];
  };
};

const GO = toBody({ messages: [{ role: 'user', content: 'Go.' }] });
const GO_BY_RESPONSES = toBody({ input: 'Go.' });

const CALLERS: Readonly<Record<Wire, (target: Target, job: ToolJob) => Promise<ToolTimes>>> = {
  'Chat Completions': callToolsByChat,
  Responses: callToolsByResponses,
  'Responses over WebSocket': callToolsBySocket,
};

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
  callTools: ({ target, job, wire }) => CALLERS[wire](target, job),
  async timeFirstEvent({ target, wire, characters }) {
    const isChat = wire === 'Chat Completions';
    const answer = isChat ? await askForText(target, GO) : await askResponse(target, GO_BY_RESPONSES);
    const { length } = isChat ? toText(answer) : toResponseText(parseResponse(answer));
    const { firstByteMs, firstDeltaMs, totalMs } = answer;
    if (length !== characters || firstDeltaMs === null) throw new Error(`An answer had ${length} characters.`);
    return { firstEventMs: firstByteMs, firstDeltaMs, totalMs };
  },
  async get({ requests }) {
    const times: GetTimes[] = [];
    for (const { path, ...target } of requests) {
      const { totalMs, chunks } = await ask(target, path);
      times.push({ totalMs, bytes: chunks.reduce((sum, { length }) => sum + length, 0) });
    }
    return times;
  },
});
