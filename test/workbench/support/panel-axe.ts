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
 */
export const findAccessibilityProblems = async (frame: Frame): Promise<readonly string[]> => {
  await frame.evaluate(axe.source);
  const findings = await frame.evaluate<readonly Finding[]>(
    "axe.run(document, { preload: false, resultTypes: ['violations'] }).then(({ violations }) => violations)",
  );
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary = '' }) => `${id}: ${html} ${failureSummary.replaceAll(/\s+/g, ' ')}`),
    );
};
