import { nothing } from 'lit';
import { Directive, directive, type DirectiveResult, type ElementPart } from 'lit/directive.js';

/** Moves the keyboard focus to what a change has brought, and keeps it near what a change has taken away. */
export interface FocusKeeper {
  /** On an element: names it as a place for the focus. It, or else the first control in it, gets the focus. */
  place(name: string): DirectiveResult;
  /** The next drawing puts the focus there. */
  want(name: string): void;
  /**
   * Called before a list changes. The names of its places are `thing/action`. Where the focus is in one that goes, it moves
   * to what stays of the same thing, or else to the same action of the next thing, or else to `fallback`. Where it is in one
   * that stays, it stays there, wherever that moves.
   */
  keep(before: readonly string[], after: readonly string[], fallback: string): void;
}

const CONTROLS = 'button, vscode-button, input, select, textarea, a[href], [tabindex]';

export const createFocusKeeper = (): FocusKeeper => {
  let wanted: string | null = null;
  /** What has the focus and may be moved by the next drawing, which takes the focus from it. */
  let moving: Element | null = null;

  class PlaceDirective extends Directive {
    override update(part: ElementPart, [name]: [string]): unknown {
      if (part.element instanceof HTMLElement) part.element.dataset['focusPlace'] = name;
      if (moving !== null) {
        const element = moving;
        moving = null;
        queueMicrotask(() => focusAgain(element));
      }
      if (wanted === name) {
        wanted = null;
        // In the middle of a drawing, a new element is not in the page yet.
        queueMicrotask(() => focusWithin(part.element));
      }
      return nothing;
    }

    render(_name: string): unknown {
      return nothing;
    }
  }

  const place = directive(PlaceDirective);
  return {
    place: (name) => place(name),
    want(name) {
      wanted = name;
    },
    keep(before, after, fallback) {
      const active = document.activeElement;
      const focused = active?.closest<HTMLElement>('[data-focus-place]')?.dataset['focusPlace'];
      const index = focused === undefined ? -1 : before.indexOf(focused);
      if (index === -1 || focused === undefined) return;
      if (after.includes(focused)) {
        moving = active;
        return;
      }
      const near = [...before.slice(index + 1), ...before.slice(0, index).toReversed()].filter((name) =>
        after.includes(name),
      );
      const [thing, action] = splitPlace(focused);
      wanted =
        near.find((name) => splitPlace(name)[0] === thing) ??
        near.find((name) => splitPlace(name)[1] === action) ??
        near[0] ??
        fallback;
    },
  };
};

const splitPlace = (name: string): readonly [thing: string, action: string] => {
  const end = name.lastIndexOf('/');
  return [name.slice(0, end), name.slice(end + 1)];
};

/** Only where nothing else has taken the focus. */
const focusAgain = (element: Element): void => {
  const isFree = document.activeElement === null || document.activeElement === document.body;
  if (isFree && element.isConnected && element instanceof HTMLElement) element.focus();
};

/** Waits for the page to have the focus: a view must not take it from the editor. */
const focusWithin = (element: Element): void => {
  const focus = (): void => {
    const target = element.matches(CONTROLS) ? element : element.querySelector(CONTROLS);
    if (!(target instanceof HTMLElement)) return;
    // A new button of @vscode-elements takes the focus only once it has drawn itself.
    void Promise.resolve(Reflect.get(target, 'updateComplete')).then(() => target.focus());
  };
  if (document.hasFocus()) focus();
  else window.addEventListener('focus', focus, { once: true });
};
