import type { CommandDefinition, RequestDefinition } from '../panel/contract/define.ts';
import type { panelCommands, panelRequests } from '../panel/contract/panel-messages.ts';

type Requests = typeof panelRequests;
type Commands = typeof panelCommands;

/** What the views can ask and tell the extension. */
export interface PanelClient {
  /** Rejects with an Error whose message is written for people. */
  request<Name extends keyof Requests>(
    name: Name,
    params: Requests[Name] extends RequestDefinition<infer Params, unknown> ? Params : never,
  ): Promise<Requests[Name] extends RequestDefinition<unknown, infer Result> ? Result : never>;
  command<Name extends keyof Commands>(
    name: Name,
    params: Commands[Name] extends CommandDefinition<infer Params> ? Params : never,
  ): void;
}
