/**
 * Rules for requests that wrap what they are after: licence keys as a bedtime story, the system prompt as a poem or by a line of code. Each
 * needs parts that together have no ordinary use; each part alone has. Expressions look at a bounded piece of the text.
 */
import { productWords, promptWords } from './framed-words.ts'
import { type RuleId, sureScore } from './rules.ts'

export interface FramedHit {
  readonly rule: RuleId
  readonly score: number
  readonly start: number
  readonly end: number
}

/** Around a mention: two or three sentences. */
const around = 220

/** `words`: those of `framedWords` that stand in the text. Most texts have none, and are not searched. */
export function findFramed(text: string, words: ReadonlySet<string>): readonly FramedHit[] {
  if (words.size === 0) return []
  const hits: FramedHit[] = []
  if (productWords.some((word) => words.has(word))) hits.push(...licenceStory(text))
  if (promptWords.some((word) => words.has(word))) hits.push(...promptTransform(text), ...promptRead(text))
  return hits
}

const product =
  /\b(?:(?:windows|microsoft|office|adobe|photoshop|steam|software|product|licen[cs]e|activation|serial)[ -](?:[\w.]{1,12}[ -]){0,3}(?:keys|codes|serials|numbers?|schlüssel))(?![\w])/gi
const spoken =
  /\b(?:read(?:s|ing)?|recit\w{1,4}|whisper\w{0,3}|s[aiu]ng(?:ing|s)?|humm?(?:s|ed|ing)?|tell(?:s|ing)?|told|narrat\w{1,4}|chant\w{0,3}|count(?:s|ing)?|vorgelesen|vorliest)\b|\bstory\b|\blullab|\bbedtime tale/i
/** Where somebody is put to sleep by it. */
const bedtime =
  /\b(?:bed ?time|lullab(?:y|ies)|good ?night story|before bed|(?:fall|fell|falling) asleep|(?:put|putting) me to sleep|(?:to|can|could|until i) (?:go to )?(?:sleep|slept)|go to sleep|einschlafen)\b/i
/** Where the model is to be somebody of the family. */
const relative =
  /\b(?:act(?:ing)? (?:as|like)|pretend\w{0,3}|role-?play\w{0,3}|imagine being|be|you are|as)\b[^.?!\n]{0,30}\b(?:grand(?:ma|mother|pa|father|dad)|granny|nana|oma|opa|mother|mom|father)\b/i

function* licenceStory(text: string): Iterable<FramedHit> {
  for (const [start, end] of mentions(product, text)) {
    const from = Math.max(0, start - around)
    const frame = text.slice(from, end + around)
    if (!spoken.test(frame) || !(bedtime.test(frame) || relative.test(frame))) continue
    yield { rule: 'jailbreak-persona', score: sureScore, start, end }
    return
  }
}

const transforms =
  /\b(?:summari[sz]e|translate|rephrase|paraphrase|rewrite|convert|encode|express|render|turn|put|make|write|compose|describe|spell out)\b/gi
const innermost =
  '(?:system|initial|original|hidden|secret)?[ -]?(?:instructions?|prompt|rules|guidelines|directives|system message|orders|commands)'
const ofModel = new RegExp(
  `\\byour (?:own )?${innermost}\\b|\\b(?:the|those|any|all) (?:${innermost} (?:that )?you (?:were given|received|got|have|follow)|system (?:prompt|message|instructions))\\b|\\bsystem prompt\\b`,
  'i',
)
/** What stands above a message that begins with it is what its sender does not see. */
const above = new RegExp(
  `\\b(?:(?:above|preceding|previous|earlier) ${innermost}|${innermost} (?:above|(?:that )?preced\\w{1,4}|before this|up to here))\\b`,
  'i',
)
const disguise =
  /\b(?:poem|haiku|limerick|sonnet|song|rap|acrostic|lullaby|story|recipe|dialogue|rhymes?|emojis?|morse(?: code)?|base ?64|hex|rot ?13|pig latin|backwards|(?:python|code) comments?|five-year-old)\b/i
/** What one asks of any instructions: of an answer of the model, or of a message that was pasted. */
const plainForm =
  /\b(?:json|yaml|xml|bullet points|french|german|spanish|italian|portuguese|chinese|japanese|russian|latin|english|another language)\b/i
const ofSystem = /\b(?:system|initial|original|hidden|secret)\b|\byou (?:were given|received)\b/i
/** With so much in front of it there is a text above. */
const longestBefore = 80

function* promptTransform(text: string): Iterable<FramedHit> {
  for (const [start, verbEnd] of mentions(transforms, text)) {
    const rest = text.slice(verbEnd, verbEnd + 140)
    const stop = rest.search(/[.?!\n]/)
    const clause = stop < 0 ? rest : rest.slice(0, stop)
    const isDisguise = disguise.test(clause)
    if (!(isDisguise || plainForm.test(clause)) || /\bmy\b|["“”:]/.test(clause)) continue
    const isAbove = start <= longestBefore && text.slice(0, start).split('\n').length <= 2 && above.test(clause)
    if (!isAbove && !ofModel.test(clause)) continue
    const score = isDisguise || ofSystem.test(clause) ? sureScore : 0.4
    yield { rule: 'prompt-extraction', score, start, end: verbEnd + clause.length }
    if (score > 0.5) return
  }
}

/** A whole message that is one statement, with at most a word to have it run and the marks of a block of code. */
const longestStatement = 200
const statement =
  /^(?:```\w{0,12}\s{0,4}|>>> ?|\$ )?(?:(?:please )?(?:run|execute|eval(?:uate)?)(?: this| the following)?:? |what (?:is|does) (?:the output of )?)?(?:sudo |import \w{1,20}; ?)?(?:with open\([^)\n]{0,80}\) as \w{1,20}: ?)?(?:print|printf|echo|cat|head|tail|less|type|console\.log|system\.out\.println|puts|return|repr|dump|document\.write|alert|fmt\.println|select)\b[^\n]{0,120}?(?:\s{0,4}```)?\??$/i
const opensPrompt =
  /^(?:```\w{0,12}\s{0,4})?with open\([^)\n]{0,40}(?:system|hidden|initial)[ _-]?(?:prompt|instructions?|message)/i
const promptName = /(?:system|hidden|initial)[ _-]?(?:prompt|instructions?|message)\b/i

function* promptRead(text: string): Iterable<FramedHit> {
  if (text.length > longestStatement) return
  const plain = text.trim()
  if (!promptName.test(plain) || !(statement.test(plain) || opensPrompt.test(plain))) return
  yield { rule: 'prompt-extraction', score: sureScore, start: 0, end: text.length }
}

function* mentions(pattern: RegExp, text: string): Iterable<readonly [start: number, end: number]> {
  for (const { 0: found, index } of text.matchAll(pattern)) yield [index, index + found.length]
}
