import { LRUCache } from 'lru-cache';
import { sha256 } from '../../../core/digest.ts';
import { isKeptFailure, isModelRefusal, isSystemPromptRefusal } from '../errors.ts';
import type { Workspace, Workspaces } from './workspaces.ts';

/** What is done once, and only before the first piece of an answer, about a failure that can be healed. */
export type Remedy = 'sign-in' | 'new-workspace' | 'new-model-list' | 'framed-system-prompt';

/** Knows what to do about failures of the SDK, and what was learnt from them. */
export interface Remedies {
  /** Prepares another attempt; `null` where it would fail in the same way. `sdkText` is the SDK's own text. */
  apply(sdkText: string, apiKey: string, workspace: Workspace): Remedy | null;
  /** Whether the account may not replace Cursor's system prompt. */
  needsFramedSystemPrompt(apiKey: string): boolean;
}

const MAX_REMEMBERED_KEYS = 1000;

export const createRemedies = (options: {
  readonly workspaces: Pick<Workspaces, 'renew'>;
  /** Makes the SDK ask for the account's models again. */
  readonly forgetModels: () => void;
}): Remedies => {
  // By their hashes: a caller's own key is not kept for this.
  const keysWithoutSystemPrompt = new LRUCache<string, true>({ max: MAX_REMEMBERED_KEYS });
  return {
    apply(sdkText, apiKey, workspace) {
      if (isKeptFailure(sdkText)) {
        options.workspaces.renew(apiKey, workspace);
        return 'new-workspace';
      }
      // An idle session has expired: the SDK signs in again by itself the next time.
      if (sdkText.startsWith('[unauthenticated]')) return 'sign-in';
      if (isModelRefusal(sdkText)) {
        options.forgetModels();
        return 'new-model-list';
      }
      if (isSystemPromptRefusal(sdkText)) {
        keysWithoutSystemPrompt.set(sha256(apiKey, 'base64'), true);
        return 'framed-system-prompt';
      }
      return null;
    },
    needsFramedSystemPrompt: (apiKey) => keysWithoutSystemPrompt.has(sha256(apiKey, 'base64')),
  };
};
