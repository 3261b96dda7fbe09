import { MASK } from './mask.ts';

const HIDDEN = '••••••••';

/** Names of what nobody else is to read; not `max_tokens`. */
const SECRET_NAME =
  /(?:(?:api|access|private|master|secret|signing|encryption|auth|salt)[-_. ]?keys?|token|secrets?|password|passwd|passphrase|authorization|credentials?|cookie)$/i;

/** A name, in quotation marks or not, and what it is set to on the same line. */
const SETTING =
  /(?<before>(?<quote>["']?)(?<name>[\w.$-]+)\k<quote>[ \t]*[:=][ \t]*)(?<value>"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[^\s,[\]{}#"'][^,\]}\n#"]*)/g;

/** A name alone at the beginning of its line, whose value without quotation marks goes to the end: it may hold commas. */
const PLAIN_LINE =
  /^(?<before>[ \t]*(?:- +)*(?<name>[\w.-]+)[ \t]*:[ \t]+)(?<value>[^\s"'[\]{}|>&*!#].*?)(?<after>(?:[ \t]+#.*)?\r?)$/;

/** Not the secret itself, but where it is. */
const ELSEWHERE = /^["']?(?:\$\{|\$[A-Z_]+["']?$|\{(?:env|file):|os\.environ\/)/;

const PLAIN = /^["']?(?:true|false|null|~)["']?$/i;

const BLOCK = /^[|>][-+\d]*$/;

/** Secrets that are known by their form, wherever they stand. */
const FORMS = [
  [/\b(?<kept>Bearer|Basic)[ \t]+(?!\$|\{)[\w.~+/=-]{6,}/gi, `$<kept> ${HIDDEN}`],
  [/\b(?:sk|pk|rk|gh[opsu]|github_pat|xox[abps]|glpat|AIza|hf|gsk)[-_][\w-]{8,}/g, HIDDEN],
  [/(?<kept>:\/\/[^\s/:@"']*:)[^\s/@"']+(?=@)/g, `$<kept>${HIDDEN}`],
] as const;

/**
 * Masks in the text of a configuration file what others must not read: values of settings such as `apiKey`, `token` and
 * `Authorization`, and keys that are known by their form. The text has as many lines as before; what is said of access tokens of
 * Portside's own is up to `maskToken`, which goes first.
 */
export const maskSecrets = (text: string): string => {
  /** The indentation of a name whose value is on the lines below it. */
  let within: number | null = null;
  return text
    .split('\n')
    .map((line) => {
      const indentation = /^[ \t]*(?:- +)*/.exec(line)?.[0].length ?? 0;
      if (within !== null) {
        if (line.trim() === '' || (/^[ \t]*/.exec(line)?.[0].length !== 0 && indentation > within)) {
          return line.trim() === '' ? line : `${' '.repeat(indentation)}${HIDDEN}`;
        }
        within = null;
      }
      const plain = PLAIN_LINE.exec(line)?.groups;
      if (plain !== undefined && isSecret(plain['name'] ?? '', plain['value'] ?? '')) {
        return `${plain['before']}${HIDDEN}${plain['after']}`;
      }
      let masked = line.replaceAll(
        SETTING,
        (whole: string, before: string, _quote: string, name: string, value: string) => {
          const bare = value.trim();
          if (!isSecret(name, bare)) return whole;
          if (BLOCK.test(bare)) {
            within = indentation;
            return whole;
          }
          const quote = /^["']/.exec(bare)?.[0] ?? '';
          return `${before}${quote}${HIDDEN}${quote}${value.slice(value.trimEnd().length)}`;
        },
      );
      for (const [form, replacement] of FORMS) masked = masked.replaceAll(form, replacement);
      return masked;
    })
    .join('\n');
};

const isSecret = (name: string, value: string): boolean =>
  SECRET_NAME.test(name) && !value.includes(MASK) && !PLAIN.test(value) && !ELSEWHERE.test(value);
