import type { AccessTokens } from '../../credentials/access-tokens/access-tokens.ts';
import { type ToolTokens, createToolTokens } from '../../credentials/tool-tokens/create-tool-tokens.ts';
import type { ServicesHolder } from '../services.ts';
import type { ToolTokenSecrets } from './tool-token-secrets.ts';

interface NamedTool {
  readonly id: string;
  readonly name: string;
}

/** The access tokens of tools, in this editor. */
export interface ToolTokenSource {
  /** The tool's token where it has one that works; `null` where one would have to be made. */
  find(tool: NamedTool): Promise<string | null>;
  /** The same, made where it has none. Of several at the same time, one makes it. @throws GatewayError */
  getFor(tool: NamedTool): Promise<{ readonly token: string; readonly isNew: boolean }>;
  /** Ends a token that was made for nothing, unless somebody else has got it meanwhile. */
  discard(tool: NamedTool, token: string): Promise<void>;
}

export const createToolTokenSource = (options: {
  readonly services: Pick<ServicesHolder, 'open'>;
  readonly store: ToolTokenSecrets;
  readonly now?: () => number;
}): ToolTokenSource => {
  const { services, store, now = Date.now } = options;
  /** Those that were given to others than the one that they were made for. */
  const shared = new Set<string>();
  /** One for all that ask: it is what has them wait for each other. */
  let made: { readonly of: AccessTokens; readonly tokens: ToolTokens } | null = null;

  const openTokens = async (): Promise<AccessTokens> => (await (await services.open()).openTokens()).tokens;

  const open = async (): Promise<ToolTokens> => {
    const tokens = await openTokens();
    if (made?.of !== tokens) made = { of: tokens, tokens: createToolTokens({ tokens, store, now }) };
    return made.tokens;
  };

  return {
    async find({ id }) {
      const tokens = await openTokens();
      const known = await store.read(id);
      const info = known === null ? undefined : tokens.list().find((each) => each.id === known.tokenId);
      const works = info !== undefined && (info.expiresAt === null || info.expiresAt > now());
      return works ? (known?.token ?? null) : null;
    },
    async getFor(tool) {
      const given = await (await open()).getFor(tool);
      if (!given.isNew) shared.add(given.token);
      return given;
    },
    async discard(tool, token) {
      if (!shared.has(token)) await (await open()).drop(tool);
    },
  };
};
