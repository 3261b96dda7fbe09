/** A Portside that serves, as its user's other ones see it. */
export interface InstanceInfo {
  /** A UUID, new at each start; `/health` tells it. */
  readonly id: string;
  readonly kind: 'editor' | 'cli';
  /** What to call it: the name of the window's folder or workspace, or the folder that the command was started in; `null` for none. */
  readonly name: string | null;
  readonly processId: number;
  /** Tells its data folder, and with it its access tokens, from those of others; see `toDataFolderId`. */
  readonly dataFolderId: string;
}
