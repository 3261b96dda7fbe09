/** Media types that are text though they do not begin with `text/`. */
const TEXT_TYPE =
  /^text\/|\+(?:json|xml|yaml)$|^application\/(?:x-)?(?:json|json5|jsonl|ndjson|jsonlines|xml|yaml|toml|csv|javascript|ecmascript|typescript|sql|sh|shellscript|graphql|httpd-php|python|tex|latex|rtf|diff|patch)$/;

const TEXT_EXTENSIONS: ReadonlySet<string> = new Set(
  (
    'adoc asm astro awk bash bat bib c cc cfg clj cljs cmake cmd coffee conf cpp cs cshtml css csv cts cxx dart diff dockerfile ' +
    'edn elm env erl ex exs f90 fish fs fsx gemspec gitattributes gitignore go gql gradle graphql groovy h handlebars hbs hcl ' +
    'hh hpp hrl hs htm html hxx ics ini ipynb java jl js json json5 jsonc jsonl jsx kt kts latex less liquid lisp lock log lua ' +
    'm make makefile markdown md mdx mjs mk ml mli mm mts ndjson nim nix org pas patch perl php pl plist pm po prisma proto ps1 ' +
    'psm1 pug py pyi pyx r rake rb rmd rs rst rtf s sass scala scm scss sh sol sql srt sty svelte svg swift tcl tex text tf ' +
    'tfvars thrift toml ts tsv tsx twig txt v vb vbs vcf vhd vhdl vim vtt vue wat webmanifest xhtml xml xsd xsl xslt yaml yml zig zsh'
  ).split(' '),
);

/** Whether a file is text by what it says of itself. A known ending is believed before a type, which many take from a wrong table. */
export const isTextFile = (mediaType: string, filename: string): boolean => {
  const ending =
    filename
      .toLowerCase()
      .split(/[./\\]/)
      .at(-1) ?? '';
  return TEXT_TYPE.test(mediaType) || TEXT_EXTENSIONS.has(ending);
};
