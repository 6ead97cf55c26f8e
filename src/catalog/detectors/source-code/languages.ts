/** Languages, the tags that fences give them, and what tells them where no fence does. */
interface Language {
  readonly id: string
  readonly tags: readonly string[]
  readonly signs: RegExp
}

export const languages: readonly Language[] = [
  {
    id: 'python',
    tags: ['python', 'py', 'python3', 'ipython'],
    signs:
      /^\s*(?:async )?def \w+\(.*\).*:|^\s*from [\w.]+ import |^import \w+(?: as \w+)?$|^\s*(?:elif|except|with) .*:$|\bself\.|print\(|__\w+__|^\s*(?:for|if|while) [^({]*:$/gm,
  },
  {
    id: 'typescript',
    tags: ['typescript', 'ts', 'tsx'],
    signs:
      /: (?:string|number|boolean|void|Promise<|readonly )|^\s*(?:export )?(?:interface|type) \w+|import type|\bas const\b|implements \w+/gm,
  },
  {
    id: 'javascript',
    tags: ['javascript', 'js', 'jsx', 'mjs', 'node'],
    signs: /\b(?:const|let) \w+ = |=> ?[{(]|\bfunction\b.*\{|console\.\w+|require\(|===|document\.|module\.exports/g,
  },
  {
    id: 'java',
    tags: ['java'],
    signs:
      /public (?:static |final )*(?:class|void|interface)|System\.out|@Override|import java|\bnew \w+<|throws \w+|private (?:final )?\w+ \w+;|String\[\]/g,
  },
  {
    id: 'csharp',
    tags: ['csharp', 'cs', 'c#'],
    signs:
      /\busing System|\bnamespace \w+|Console\.Write|\bpublic (?:async )?Task|\{ get; (?:private )?set; \}|\bvar \w+ = new\b|\bstring\[\]|\[\w+\]$/gm,
  },
  {
    id: 'cpp',
    tags: ['cpp', 'c++', 'cc', 'cxx'],
    signs: /\bstd::|cout ?<<|#include <\w+>|\btemplate ?<|\bnullptr\b|\w+::\w+\(|\bauto \w+ =/g,
  },
  {
    id: 'c',
    tags: ['c', 'h'],
    signs: /#include [<"]\w+\.h[>"]|\bprintf\(|\bint main\(|\bmalloc\(|\w+->\w+|\bchar ?\*|#define \w+|\bsizeof\(/g,
  },
  {
    id: 'go',
    tags: ['go', 'golang'],
    signs: /^package \w+|^func (?:\(|\w)|\w+ := |\bfmt\.|err != nil|\bchan \w+|\bdefer \w+/gm,
  },
  {
    id: 'rust',
    tags: ['rust', 'rs'],
    signs:
      /\bfn \w+|\blet mut\b|^\s*impl\b|println!|-> (?:Result|Option|Self|&)|&mut |\w+::new\(|\bmatch \w+ \{|#\[derive/gm,
  },
  {
    id: 'ruby',
    tags: ['ruby', 'rb'],
    signs: /^\s*def \w+[?!]?(?:\(.*\))?$|^\s*end$|^require ['"]|\bputs\b|attr_\w+|do \|\w+\||@\w+ = /gm,
  },
  { id: 'php', tags: ['php'], signs: /<\?php|\$[a-z]\w* ?[-+.]?=|\$[a-z]\w*->|\$this->|\becho \$|function \w+\(\$/g },
  { id: 'kotlin', tags: ['kotlin', 'kt'], signs: /\bfun \w+\(|\bval \w+|\bdata class\b|println\(|\?\.let/g },
  {
    id: 'swift',
    tags: ['swift'],
    signs: /\bfunc \w+\(.*\) ->|\bguard let\b|\bimport (?:UIKit|Foundation|SwiftUI)|\bif let\b|@State\b/g,
  },
  { id: 'scala', tags: ['scala'], signs: /\bobject \w+ (?:extends|\{)|\bcase class\b|\bdef \w+.*= \{|\bimplicit\b/g },
  {
    id: 'sql',
    tags: ['sql', 'postgresql', 'mysql', 'plsql', 'tsql'],
    signs:
      /\bSELECT\b|\bFROM\b|\bWHERE\b|\bINSERT INTO\b|\bCREATE (?:TABLE|VIEW|INDEX)\b|\bJOIN\b|\bGROUP BY\b|\bUPDATE \w+ SET\b|\bVARCHAR\b/g,
  },
  {
    id: 'shell',
    tags: ['bash', 'sh', 'shell', 'zsh', 'powershell', 'ps1', 'bat'],
    signs:
      /^#!.*sh$|^\s*(?:sudo|apt|cd|export|echo|fi|done|then|mkdir|chmod|curl|git|docker|npm|pip) ?|\$\(|\$\{\w+\}|\$[A-Z_]{2,}|\|\| exit|^\s*if \[/gm,
  },
  {
    id: 'html',
    tags: ['html', 'xml', 'vue', 'svelte', 'jinja'],
    signs: /<\/?(?:html|head|body|div|span|p|ul|li|a|script|form|input|table|tr|td|h[1-6]|section|button)\b/gi,
  },
  {
    id: 'css',
    tags: ['css', 'scss', 'less', 'sass'],
    signs: /^\s*[.#]?[\w-]+(?:[ ,>:.#][\w.#> :,-]*)? ?\{$|^\s*[\w-]+: [^;{}]+;$/gm,
  },
  {
    id: 'terraform',
    tags: ['terraform', 'tf', 'hcl'],
    signs: /^\s*(?:resource|variable|provider|module|output|data) "/gm,
  },
  { id: 'r', tags: ['r'], signs: /<- |\blibrary\(|%>%|\bdata\.frame\(|c\(\d/g },
  { id: 'matlab', tags: ['matlab', 'octave'], signs: /^function .*=|\bdisp\(|\bzeros\(|\bend$|\.\*/gm },
  { id: 'perl', tags: ['perl', 'pl'], signs: /\bmy [$@%]\w+|\buse strict\b|=~ |\bsub \w+ \{/g },
  { id: 'lua', tags: ['lua'], signs: /\blocal (?:function )?\w+|\bthen$|\bend$|\.\. ?["']/gm },
  {
    id: 'assembly',
    tags: ['asm', 'nasm', 'assembly'],
    signs: /^\s*(?:mov|push|pop|jmp|call|ret|lea|xor|add|sub|cmp) /gm,
  },
  { id: 'solidity', tags: ['solidity', 'sol'], signs: /\bpragma solidity\b|\bcontract \w+|\buint256\b|\bmapping\(/g },
]

/** Fences of what is no program. */
const noCode = new Set(
  'text txt plain plaintext markdown md json jsonc json5 yaml yml toml ini csv output console log none mermaid latex tex diff http email env properties'.split(
    ' ',
  ),
)

/** `other` where nothing tells; absent for what is no program. */
export function languageOf(code: string, tag: string | undefined): string | undefined {
  if (tag !== undefined && tag !== '') {
    if (noCode.has(tag)) return undefined
    const tagged = languages.find(({ tags }) => tags.includes(tag))
    if (tagged !== undefined) return tagged.id
  }
  const sample = code.slice(0, 6000)
  let [best, most] = ['other', 1]
  for (const { id, signs } of languages) {
    const count = sample.match(signs)?.length ?? 0
    if (count > most) [best, most] = [id, count]
  }
  return best
}
