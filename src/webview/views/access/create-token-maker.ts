import type { TokenCreation } from '../../../panel/models.ts';
import type { FocusKeeper } from '../../directives/focus-keeper.ts';
import { toMessage } from '../../to-message.ts';
import type { ViewContext } from '../../tab-view.ts';
import { EMPTY_DRAFT, readKeptDraft, readTokenDraft, type TokenDraft, type TokenDraftErrors } from './token-draft.ts';

/** Where the making of a token is. */
export type TokenMakerState =
  | { readonly status: 'closed' }
  | {
      readonly status: 'open';
      readonly draft: TokenDraft;
      readonly errors: TokenDraftErrors;
      /** Why the token could not be made. */
      readonly refusal: string | null;
      readonly isBusy: boolean;
    }
  /** The only time that the token is shown. It is in no memory but this one. */
  | { readonly status: 'created'; readonly token: string; readonly name: string; readonly isCopied: boolean };

/** The form for a new access token, and the token that comes of it. */
export interface TokenMaker {
  readonly state: TokenMakerState;
  open(): void;
  cancel(): void;
  change(field: keyof TokenDraft, value: string): void;
  submit(): Promise<void>;
  copy(): void;
  /** Forgets the token that was made. */
  finish(): void;
  /** As `finish`, where the token is not seen any more: the focus stays where it is. */
  forget(): void;
}

const MEMORY_KEY = 'access.newToken';
/** In the order in which they stand in the form. */
const FIELDS: readonly (keyof TokenDraft)[] = ['name', 'expiresInDays', 'account', 'models', 'requestsPerMinute'];

export const toFieldPlace = (field: keyof TokenDraft): string => `new-token-${field}`;

export const createTokenMaker = (context: ViewContext, focus: FocusKeeper): TokenMaker => {
  const { client, l10n, invalidate, announce, memory } = context;
  const opened = (draft: TokenDraft): TokenMakerState => ({
    status: 'open',
    draft,
    errors: {},
    refusal: null,
    isBusy: false,
  });
  const kept = readKeptDraft(memory.read(MEMORY_KEY));
  let state: TokenMakerState = kept === null ? { status: 'closed' } : opened(kept);

  const change = (next: TokenMakerState): void => {
    state = next;
    memory.write(MEMORY_KEY, next.status === 'open' ? next.draft : null);
    invalidate();
  };

  const close = (): void => {
    focus.want('new-token');
    change({ status: 'closed' });
  };

  /** Neither this page nor the extension has it any more. */
  const forget = (): void => client.command('forgetCreatedToken', null);

  const take = (creation: TokenCreation): void => {
    if (creation.status === 'created') {
      focus.want('created-token');
      change({ ...creation, isCopied: false });
      announce(l10n.t('The token {0} is made. Copy it now.', creation.name));
    } else refuse(creation.message);
  };

  const refuse = (refusal: string): void => {
    if (state.status === 'open') change({ ...state, refusal, isBusy: false });
  };

  return {
    get state() {
      return state;
    },
    open() {
      focus.want(toFieldPlace('name'));
      change(opened(EMPTY_DRAFT));
    },
    cancel: close,
    change(field, value) {
      if (state.status !== 'open') return;
      const { [field]: _solved, ...errors } = state.errors;
      change({ ...state, draft: { ...state.draft, [field]: value }, errors });
    },
    async submit() {
      if (state.status !== 'open' || state.isBusy) return;
      const read = readTokenDraft(state.draft, l10n);
      if ('errors' in read) {
        const first = FIELDS.find((field) => read.errors[field] !== undefined);
        if (first !== undefined) focus.want(toFieldPlace(first));
        change({ ...state, errors: read.errors, refusal: null });
        return;
      }
      change({ ...state, errors: {}, refusal: null, isBusy: true });
      try {
        take(await client.request('createToken', read.form));
      } catch (error) {
        refuse(toMessage(error));
      }
    },
    copy() {
      if (state.status !== 'created') return;
      client.command('copyCreatedToken', null);
      announce(l10n.t('Token copied'));
      change({ ...state, isCopied: true });
    },
    finish() {
      if (state.status !== 'created') return;
      forget();
      close();
    },
    forget() {
      if (state.status !== 'created') return;
      forget();
      change({ status: 'closed' });
    },
  };
};
