import { addTurn } from '../conversations/conversation-history.ts';
import type { AnswerEnvironment } from './answer-environment.ts';
import type { AnswerJob } from './answer-once.ts';
import type { BegunAnswer } from './begin-answer.ts';
import type { AnswerOutcome } from './produce-answer.ts';

/** Keeps agent or run for the next request, or lets go of them. `null` stands for a client that has hung up. */
export const settleAnswer = (
  { backend, heldRuns, keptAgents, known, toldCalls }: AnswerEnvironment,
  { request, shape, keys, mayContinue, recorder, isForgotten }: AnswerJob,
  { source: { dialogue }, held, history: before }: BegunAnswer,
  outcome: AnswerOutcome | null,
): void => {
  const answer = recorder.toMessage();
  // Whoever hung up before there was anything has seen no answer; a finished one may well be empty.
  const hasNothing = outcome === null && recorder.isEmpty;
  const agentId = dialogue.started?.agentId ?? null;
  const letGo = (): void => {
    dialogue.cancel();
    if (agentId !== null) backend.releaseAgents([agentId]);
  };
  // A session goes on from its first choice only.
  const isDeadEnd = !mayContinue && shape.sessionId !== null;
  if (hasNothing || isDeadEnd || outcome?.type === 'failed' || isForgotten()) {
    letGo();
    return;
  }
  const after = keys.after(answer);
  const key = after.whole.at(-1) ?? '';
  known.add(after);
  const now = Date.now();
  const history = addTurn(before, recorder.usage, now);
  if (outcome?.type === 'finished' && agentId !== null) {
    keptAgents.keep(key, { agentId, owner: shape.owner, sessionId: shape.sessionId, modelId: shape.model.id, history });
  } else if (outcome?.type === 'waiting') {
    toldCalls.add(shape.owner, keys.content.at(-1) ?? '', answer.toolCalls);
    heldRuns.hold({
      key,
      shape: after.whole[0] ?? '',
      dialogue,
      calls: answer.toolCalls,
      unreleased: outcome.unreleased,
      format: request.format ?? held?.format ?? null,
      reported: outcome.reported,
      owner: shape.owner,
      sessionId: shape.sessionId,
      modelId: shape.model.id,
      createdAt: held?.createdAt ?? now,
      heldAt: now,
      history,
    });
  } else {
    letGo();
  }
};
