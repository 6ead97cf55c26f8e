/** Who is spoken to: an assistant, by its product's name or by what it is. */
import { words } from './patterns.ts'

const letter = '[a-z\\u00df-\\u1fff]'
const products = [
  '(?:github )?copilot(?: chat)?|claude(?: (?:code|desktop|ai))?|chat ?gpt|gpt(?:-?\\d[\\w.]*)?|gemini(?: cli)?|codex(?: cli)?',
  'cursor(?: agent| ai)?|windsurf|cline|devin|perplexity|grok|deepseek|qwen|siri|alexa|cortana|google assistant|openai [a-z]+',
].join('|')
const kinds =
  '(?:assistant|agent|model|system|reviewer|grader|reader|crawler|bot|screener|recruiter|summari[sz]er|overview|tool|evaluator|moderator|editor)s?'
/** "Copilot users" are people, and "AI tools" are things. */
const people =
  "(?![ -](?:users?|researchers?|developers?|engineers?|apps?|members?|plugins?|extensions?|settings|companies|startups?|projects?|products?|teams?|experts?|students?|can|will|is|was|has|farm|manager|'s))"
const names: readonly (readonly [mark: string, pattern: RegExp])[] = (
  [
    [
      '\u0003',
      words([
        `ki-?${letter}+|ki|ai-(?:assistent|asystent|asistent)${letter}*|ии-${letter}+|ии|ші-${letter}+|ші|нейросет${letter}+|языков${letter}+ модел${letter}+`,
        "(?:l'|all'|dell')?ia|asistentes? (?:de ia|virtual)|asistente|assistentes? (?:de ia|virtual)|assistente|assistant (?:ia|virtuel)|l'assistant",
        `(?:l'|all')assistente|assistent${letter}*|sprachmodell${letter}*|modèle de langage|modelo de (?:lenguaje|linguagem)|modello linguistico`,
        `asystent${letter}*|asistent${letter}*|ассистент${letter}*|помощник${letter}*|помічник${letter}*|asisten(?: ai| virtual)?|trợ lý(?: ai| ảo)?`,
      ]),
    ],
    [
      '\u0001',
      words([
        products,
        `(?:ai|llms?|a\\.i\\.)(?:[ -](?:${letter}+ )?${kinds})?|ais|(?:large )?language models?|chat ?bots?`,
        '(?:coding|autonomous|virtual|automated|search|shopping|support|browsing|grading|personal) (?:assistants?|agents?|bots?|readers?|models?)',
      ]) + people,
    ],
    ['\u0002', words('assistants?|agents?|bots?|summari[sz]er(?: bot)?') + people],
  ] as const
).map(([mark, source]) => [mark, new RegExp(source, 'g')])
const clear = '\u0001'
const any = '[\u0001\u0002]'
/** Of any language. */
const known = '[\u0001\u0003]'

const doing =
  '(?: (?:(?:who|that|which) )?(?:reads?|reading|process(?:es|ing)?|handl(?:es|ing)|working on|crawl(?:s|ing)?|index(?:es|ing)?|triag(?:es|ing)|screen(?:s|ing)?|parsing|parses)[^,:!\\n]{0,40})?'
const front = `^[^a-z\\u00df-\\u1fff\\d\u0001-\u0003]{0,8}`
/** "Copilot, Claude and Cursor are …" names them. */
const noList = '(?! (?:and |or |und |et |y |e |an? |the |\u0001))'
const some = (count: number): string => `(?:[a-z\\u00df-\\u1fff'-]+ ){0,${count}}?`

const listed: readonly string[] = [
  `${front}(?:(?:hey|hi|hello|dear|attention|ok|okay|yo|listen|please|p\\.s\\.)[ ,!]+){0,2}(?:there[ ,!]+)?(?:to )?${some(3)}${any}${doing}\\)?\\s*(?:\\([^)\\n]{0,40}\\)\\s*)?[,:!–—]${noList}`,
  `${words('(?:note|message|instruction|directive|notice|reminder|hint|memo|request|command|override|task)s?|information|guidance|important|attention')}(?: is)?(?: only)?,? (?:to|for|from [a-z]+ to) ${some(3)}${any}`,
  `${front}(?:to|for) (?:(?:all|any|every|the|whichever|whatever|you) ){1,2}(?:[a-z-]+ )?${any}`,
  `${words('if|since|because')} (?:you(?:'re| are) |this (?:page|text|file|document) is (?:being )?(?:read|parsed|processed) by )?(?:an?|the|any|some) (?:[a-z-]+ )?${any}(?! (?:to|for|in|of|and|with|that helps))`,
  `${words('you')},? (?:the|an?|my|are the) (?:[a-z-]+ )?${any}`,
  `${words('as')} (?:an?|the) (?:[a-z-]+ )?${clear}[^.\\n]{0,40}?${words('you')}`,
  `(?:${clear}|\u0002(?= (?:reading|processing|working|handling)))(?: [a-z-]+){0,6}? (?:must|should|shall|has to|have to|needs? to|is required to|are (?:required|asked|instructed) to)(?! not)`,
  `${front}@${clear}`,
  `(?<!${letter})(?:für|an|pour|à|al?|para|per|voor|aan|dla|do(?! (?:not|it|this|that|so|the|what|you) )|для|к|till|til|pro|untuk|kepada|cho|gửi|consigne|nota|mensaje) ${some(2)}${known}`,
  `(?<!${letter})(?:nota?|consigne|messaggio|note|instrucción|mensagem)[^.\\n]{0,12} \u0003`,
  `${front}(?:(?:lieber?|liebes|cher|chère|querid[oa]|oye|hola|hallo|hey|bonjour|ciao|caro|привет|уважаемый|дорогой)\\s)?${known}\\s*[,:!]${noList}`,
  `,\\s*(?:(?:lieber?|cher|querido|caro)\\s)?${known}\\s*[.!]?$`,
  `(?<!${letter})(?:als \u0003 (?:musst|sollst)|als (?:sprachmodell|assistent) (?:musst|sollst)|(?:si tu es|si eres|se sei|se você é|wenn du|jeśli jesteś|если ты)[^,\\n]{0,20}?${known})`,
  `(?:yapay zek[âa]${letter}*|asistan${letter}*)[^.\\n]{0,10}(?:not|için|:)|${clear}(?: ${letter}+)? için`,
  `(?:مساعد|الذكاء|دستیار|هوش مصنوعی|עוזר|एआई|सहायक|ผู้ช่วย|アシスタント|어시스턴트|助手|人工智能|人工知能|인공지능)|(?:${clear}|ai)(?:へ|に|에게|助手|的指令)|[给致]\\s?(?:${clear}|ai)`,
]
const addresses = new RegExp(listed.join('|'))
/** "To install the agent, run …": a thing that somebody installs is not spoken to. */
const installed = new RegExp(
  `${words('install(?:ing)?|uninstall|download(?:ing)?|deploy(?:ing)?|set(?:ting)? up|upgrad(?:e|ing)')} (?:(?:the|an?|your|our|this) )?(?:[a-z-]+ ){0,2}?${any}`,
  'g',
)
/** An address stands at the beginning. */
const longest = 200

/** Of a sentence in lower case that names an assistant. */
export function isAddressed(sentence: string): boolean {
  let marked = sentence.slice(0, longest)
  for (const [mark, pattern] of names) marked = marked.replaceAll(pattern, mark)
  return addresses.test(marked.replaceAll(installed, 'it'))
}
