import type { InstanceInfo } from '../../host/instances/instance-info.ts';

/**
 * Whether the Portside that serves takes the access tokens of this editor: another window of it does. The command has tokens
 * of its own, and so has another editor, or another profile of one, whose data folder is another. Pure.
 *
 * @param dataFolderId that of this window; see `toDataFolderId`
 */
export const knowsOurTokens = (by: InstanceInfo | null, dataFolderId: string): boolean =>
  by?.kind === 'editor' && by.dataFolderId === dataFolderId;
