import type { TemplateResult } from 'lit';
import type { Localizer } from '../core/localizer.ts';
import type { PanelClient } from './panel-client.ts';

/** What every view works with. */
export interface ViewContext {
  readonly client: PanelClient;
  readonly l10n: Localizer;
  /** A BCP 47 tag, for dates and numbers. */
  readonly locale: string;
  /** Draws the panel anew in the next frame: called after any change, as often as one likes. */
  readonly invalidate: () => void;
  /** Says something to screen readers, such as that a thing was copied. */
  readonly announce: (text: string) => void;
  /** What of a view has to survive that the panel is hidden, such as a filter: kept by the editor. No secrets. */
  readonly memory: ViewMemory;
}

export interface ViewMemory {
  /** `undefined` where nothing was kept. Of unknown shape: an older version may have written it. */
  read(key: string): unknown;
  write(key: string, value: unknown): void;
}

/** One tab of the panel. `update` takes what the extension sends; `render` is pure but for it and the view's own state. */
export interface TabView<Model> {
  update(model: Model): void;
  render(): TemplateResult;
}
