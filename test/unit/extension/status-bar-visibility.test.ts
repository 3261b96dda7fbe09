import { expect, it } from 'vitest';
import { followWish } from '../../../src/extension/status-bar-visibility.ts';

it('shows and hides an item as the user wishes, at once and until the end', () => {
  let isShown: boolean | null = null;
  let isWanted = false;
  const listeners = new Set<() => void>();
  const following = followWish(
    {
      show: () => {
        isShown = true;
      },
      hide: () => {
        isShown = false;
      },
    },
    {
      isWanted: () => isWanted,
      onDidChange(listener) {
        listeners.add(listener);
        return { dispose: () => listeners.delete(listener) };
      },
    },
  );
  const wish = (next: boolean): boolean | null => {
    isWanted = next;
    for (const listener of listeners) listener();
    return isShown;
  };

  expect(isShown).toBe(false);
  expect(wish(true)).toBe(true);
  expect(wish(false)).toBe(false);
  following.dispose();
  expect(wish(true)).toBe(false);
});
