import { toTokenNameKey } from '../../core/access-token.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { AccessTokens } from '../access-tokens/access-tokens.ts';
import type { ToolTokenStore } from './tool-token-store.ts';

/** Gives each tool an access token of its own. */
export interface ToolTokens {
  /**
   * The tool's token, made where it has none, or where the one that it had was revoked or has expired. It is called by the
   * tool's name, with a number where something else is called that.
   *
   * @throws GatewayError where tokens cannot be made or kept
   */
  getFor(tool: {
    readonly id: string;
    readonly name: string;
  }): Promise<{ readonly token: string; readonly isNew: boolean }>;
  /** Revokes the tool's token and forgets it, as where it was made for something that did not come about. */
  drop(tool: { readonly id: string }): Promise<void>;
}

export interface ToolTokensOptions {
  readonly tokens: AccessTokens;
  readonly store: ToolTokenStore;
  readonly now?: () => number;
}

export const createToolTokens = ({ tokens, store, now = Date.now }: ToolTokensOptions): ToolTokens => {
  /** What is asked for at the same time is made once. */
  let latest: Promise<unknown> = Promise.resolve();

  const create = (name: string) => {
    for (let count = 1; ; count += 1) {
      const wanted = count === 1 ? name : `${name} ${count}`;
      const taken = new Set(tokens.list().map((info) => toTokenNameKey(info.name)));
      if (taken.has(toTokenNameKey(wanted))) continue;
      try {
        return tokens.create(wanted);
      } catch (error) {
        // Another process has just taken the name.
        if (!(error instanceof GatewayError && error.code === 'conflict')) throw error;
      }
    }
  };

  const getFor: ToolTokens['getFor'] = async ({ id, name }) => {
    const known = await store.read(id);
    const info = known === null ? undefined : tokens.list().find((each) => each.id === known.tokenId);
    if (known !== null && info !== undefined && (info.expiresAt === null || info.expiresAt > now())) {
      return { token: known.token, isNew: false };
    }
    // An expired one has the name that the next one is to have.
    if (info !== undefined) tokens.revoke(info.id);
    const created = create(name);
    try {
      await store.write(id, { tokenId: created.info.id, token: created.token });
    } catch (error) {
      // Nobody would know it.
      tokens.revoke(created.info.id);
      throw error;
    }
    return { token: created.token, isNew: true };
  };

  const drop: ToolTokens['drop'] = async ({ id }) => {
    const known = await store.read(id);
    if (known === null) return;
    if (tokens.list().some((each) => each.id === known.tokenId)) tokens.revoke(known.tokenId);
    await store.write(id, null);
  };

  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const next = latest.then(work, work);
    latest = next;
    return next;
  };

  return {
    getFor: (tool) => inOrder(() => getFor(tool)),
    drop: (tool) => inOrder(() => drop(tool)),
  };
};
