/** What can be shown and hidden, such as an item in the status bar. */
export interface Hideable {
  show(): void;
  hide(): void;
}

/** Whether the user wants to see something, which may change. */
export interface Wish {
  readonly isWanted: () => boolean;
  /** Calls `listener` after each change. */
  readonly onDidChange: (listener: () => void) => { dispose(): void };
}

/** Shows an item for as long as the user wants to see it. */
export const followWish = (item: Hideable, { isWanted, onDidChange }: Wish): { dispose(): void } => {
  const apply = (): void => {
    if (isWanted()) item.show();
    else item.hide();
  };
  apply();
  return onDidChange(apply);
};
