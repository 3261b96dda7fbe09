// Runs jobs with the real SDK in a process of its own: the SDK reads its environment while it loads, and changes it.
import { Agent, Cursor, InMemoryCredentialStore, type SDKCustomTool } from '@cursor/sdk';
import type { Job, JobTool, JobTurn, Outcome, SeenTurn, SeenUpdate } from './sdk-jobs.ts';

const toCustomTools = (tools: readonly JobTool[]): Record<string, SDKCustomTool> => {
  const answered = new Map(tools.map(({ name }) => [name, Promise.withResolvers<void>()]));
  return Object.fromEntries(
    tools.map((tool) => [
      tool.name,
      {
        ...(tool.description !== undefined && { description: tool.description }),
        ...(tool.inputSchema !== undefined && { inputSchema: JSON.parse(JSON.stringify(tool.inputSchema)) }),
        execute: async () => {
          if (tool.answersAfter !== undefined) await answered.get(tool.answersAfter)?.promise;
          answered.get(tool.name)?.resolve();
          if ('throws' in tool.answer) throw new Error(tool.answer.throws);
          return 'text' in tool.answer
            ? tool.answer.text
            : { content: [{ type: 'text', text: tool.answer.errorText }], isError: true };
        },
      },
    ]),
  );
};

const performTurn = async (agent: Awaited<ReturnType<typeof Agent.create>>, turn: JobTurn): Promise<SeenTurn> => {
  const updates: SeenUpdate[] = [];
  const startedAt = performance.now();
  const cancelled = Promise.withResolvers<void>();
  const images = (turn.images ?? []).map((data) => ({ data, mimeType: 'image/png' }));
  const run = await agent.send(images.length === 0 ? turn.prompt : { text: turn.prompt, images }, {
    onDelta: ({ update }) => {
      const text = 'text' in update && typeof update.text === 'string' ? { text: update.text } : {};
      updates.push({
        type: update.type,
        ...text,
        atMs: performance.now() - startedAt,
        detail: JSON.parse(JSON.stringify(update)),
      });
      if (update.type === turn.cancelOn) cancelled.resolve();
    },
  });
  if (turn.cancelOn !== undefined) {
    await cancelled.promise;
    await run.cancel();
  }
  const result = await run.wait();
  return { updates, status: result.status, error: result.error?.message ?? null, usage: result.usage ?? null };
};

const perform = async (job: Job): Promise<Outcome> => {
  switch (job.kind) {
    case 'agent': {
      const agent = await Agent.create({
        apiKey: job.apiKey ?? 'crsr_test',
        model: job.model ?? { id: 'composer-2.5' },
        ...(job.systemPrompt !== undefined && { systemPrompt: job.systemPrompt }),
        tools: job.tools === undefined ? [] : ['mcp'],
        local: {
          cwd: process.cwd(),
          enableAgentRetries: false,
          settingSources: [],
          ...(job.tools !== undefined && { customTools: toCustomTools(job.tools) }),
        },
      });
      const turns: SeenTurn[] = [];
      for (const turn of job.turns) turns.push(await performTurn(agent, turn));
      const { agentId } = agent;
      agent.close();
      return { kind: 'agent', agentId, turns };
    }
    case 'account': {
      const models = await Cursor.models.list({ apiKey: job.apiKey });
      return { kind: 'account', models: models.map(({ id }) => ({ id })), me: await Cursor.me({ apiKey: job.apiKey }) };
    }
    case 'login': {
      const login = await Cursor.auth.login({
        store: new InMemoryCredentialStore(),
        openBrowser: async (url) => {
          await fetch(url);
        },
      });
      return { kind: 'login', apiKey: login.apiKey, email: login.email ?? null };
    }
  }
};

process.on('message', ({ id, job }: { id: number; job: Job }) => {
  perform(job)
    .catch((error: unknown): Outcome => {
      const { name, message } = error instanceof Error ? error : { name: typeof error, message: String(error) };
      return { kind: 'rejected', name, message };
    })
    .then((outcome) => process.send?.({ id, outcome }))
    .catch(() => process.exit(1));
});
process.on('disconnect', () => process.exit(0));
process.send?.({ id: 0 });
