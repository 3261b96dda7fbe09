import axe from 'axe-core';
import type { Frame } from 'playwright-core';

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/**
 * Asks axe-core about the document of a frame, with its shadow trees. Gives what is serious or critical, one line each. It is
 * run from outside: the page's own policy lets no such script in.
 *
 * @param about `colors` where all else was looked at before, in other colours
 */
export const findAccessibilityProblems = async (frame: Frame, about: 'all' | 'colors'): Promise<readonly string[]> => {
  if (!(await frame.evaluate<boolean>("'axe' in globalThis"))) await frame.evaluate(axe.source);
  // The page lets the side bar shine through, which axe-core cannot see.
  await frame.evaluate("document.documentElement.style.background = 'var(--vscode-sideBar-background)'");
  const options = {
    // It would ask for the style sheets once more, which the policy forbids.
    preload: false,
    resultTypes: ['violations'],
    ...(about === 'colors' && { runOnly: ['color-contrast'] }),
  };
  const findings = await frame.evaluate<readonly Finding[]>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary = '' }) => `${id}: ${html} ${failureSummary.replaceAll(/\s+/g, ' ')}`),
    );
};
