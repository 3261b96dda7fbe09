import type { ConnectTarget } from '../../../panel/contract/panel-messages.ts';
import type { ConnectChange, ConnectGuide, ConnectTest } from '../../../panel/models.ts';
import { toMessage } from '../../to-message.ts';
import type { ViewContext } from '../../tab-view.ts';

/** What is known of the chosen tool, and what is under way for it. */
export interface ToolGuideState {
  readonly target: ConnectTarget;
  /** `null` until it has come. */
  readonly guide: ConnectGuide | null;
  readonly isLoading: boolean;
  /** Why there is no guide, or not the newest. */
  readonly failure: string | null;
  readonly busy: 'write' | 'undo' | 'test' | null;
  /** What came of writing or undoing. */
  readonly change: ConnectChange | null;
  readonly test: ConnectTest | null;
  /** Why a snippet could not be copied. */
  readonly copyFailure: { readonly step: number; readonly message: string } | null;
}

/** The guide of one target after the other. An answer for an earlier one is dropped. */
export interface ToolGuide {
  /** `null` where no tool is chosen. */
  readonly state: ToolGuideState | null;
  /** Gets the guide; a new one for the same target while the old one stays. */
  load(target: ConnectTarget): Promise<void>;
  clear(): void;
  /** True where the snippet is in the clipboard. */
  copy(step: number): Promise<boolean>;
  change(kind: 'write' | 'undo'): Promise<void>;
  test(): Promise<void>;
  /** What came of a test, or is still to come, says nothing of the server any more. */
  forgetTest(): void;
}

/** Whether the guides of both have the same steps, with other words in them. */
const isOfSameSteps = (one: ConnectTarget | undefined, other: ConnectTarget): boolean =>
  one?.toolId === other.toolId && one.isInContainer === other.isInContainer;

export const createToolGuide = ({ client, l10n, invalidate, announce }: ViewContext): ToolGuide => {
  let state: ToolGuideState | null = null;
  let lastFetch = 0;
  let lastTest = 0;

  /** Changes the state as long as it is about the same target; false where it is not. */
  const patch = (target: ConnectTarget, change: Partial<ToolGuideState>): boolean => {
    if (state?.target !== target) return false;
    state = { ...state, ...change };
    invalidate();
    return true;
  };

  const fetchGuide = async (target: ConnectTarget): Promise<void> => {
    lastFetch += 1;
    const own = lastFetch;
    patch(target, { isLoading: true, failure: null });
    const settle = (change: Partial<ToolGuideState>): void => {
      if (own === lastFetch) patch(target, { ...change, isLoading: false });
    };
    try {
      settle({ guide: await client.request('getGuide', target) });
    } catch (error) {
      settle({ failure: toMessage(error) });
    }
  };

  const requestChange = (kind: 'write' | 'undo', target: ConnectTarget): Promise<ConnectChange> =>
    kind === 'write' ? client.request('writeConfig', target) : client.request('undoConfig', { toolId: target.toolId });

  return {
    get state() {
      return state;
    },
    async load(wanted) {
      const isSameGuide = isOfSameSteps(state?.target, wanted);
      if (state !== null && isSameGuide && state.target.model === wanted.model) {
        // What is under way for it goes on.
        await fetchGuide(state.target);
        return;
      }
      // Answers are told apart by this object.
      const target = { ...wanted };
      state = {
        target,
        // With another model the same tool's guide differs in a few words only: it stays until the new one is there.
        guide: isSameGuide ? (state?.guide ?? null) : null,
        isLoading: true,
        failure: null,
        busy: null,
        change: null,
        test: null,
        copyFailure: null,
      };
      await fetchGuide(target);
    },
    clear() {
      state = null;
      invalidate();
    },
    async copy(step) {
      if (state === null) return false;
      const { target } = state;
      patch(target, { copyFailure: null });
      try {
        await client.request('copySnippet', { ...target, step });
      } catch (error) {
        patch(target, { copyFailure: { step, message: toMessage(error) } });
        return false;
      }
      announce(l10n.t('Copied'));
      return true;
    },
    async change(kind) {
      if (state === null || state.busy !== null) return;
      const { target } = state;
      patch(target, { busy: kind, change: null });
      try {
        const change = await requestChange(kind, target);
        patch(target, { busy: null, change });
        if (change.status === 'done' && state?.target === target) await fetchGuide(target);
      } catch (error) {
        patch(target, { busy: null, change: { status: 'failed', message: toMessage(error) } });
      }
    },
    async test() {
      if (state === null || state.busy !== null) return;
      const { target } = state;
      lastTest += 1;
      const own = lastTest;
      const settle = (test: ConnectTest): void => {
        if (own === lastTest) patch(target, { test, busy: null });
      };
      patch(target, { busy: 'test', test: null });
      announce(l10n.t('Testing…'));
      try {
        settle(await client.request('testTool', { toolId: target.toolId, model: target.model }));
      } catch (error) {
        settle({ status: 'failed', message: toMessage(error) });
      }
    },
    forgetTest() {
      if (state === null) return;
      lastTest += 1;
      patch(state.target, { test: null, ...(state.busy === 'test' && { busy: null }) });
    },
  };
};
