import { isAddressed } from '../misplaced/addresses.ts'
import { hasDeed } from '../misplaced/deeds.ts'
import type { Span } from './reading.ts'
import { forbidden, people } from './work-rules.ts'

/**
 * What a manual keeps out of what is made: "Never mention customers by name in test fixtures", "Commit messages must not mention ticket
 * numbers". It asks for nothing, and hides nothing from who reads the answer: answers, replies and summaries are no such place.
 */
const kind =
  '(?:test|unit|commit|code|inline|source|error|log|ci|build|public|git|release|seed|sample|example|generated|user-facing|branch|pull request|merge request|pr) '
const product =
  '(?:messages?|comments?|fixtures?|tests?|(?:test|seed|sample|example) data|snapshots?|examples?|docs|documentation|readmes?|change(?: |)logs?|release notes|(?:pull|merge) requests?|prs?|(?:pull request|merge request|pr) (?:description|title|bod(?:y|ie))s?|commits?|(?:branch|file|function|variable|test) names?|logs?|log output|code|docstrings?)'
/** "Messages" alone are what people write to each other. */
const place = `(?:(?:the|any|our|your|an?) )?(?!messages?\\b)(?:${kind}){0,2}${product}`
const places = `(?:in|into|from) ${place}(?:(?:,|,? (?:and|or|nor)) (?:in )?${place}){0,3}`
const saying =
  '(?:mention|name|reveal|disclose|expose|include|print|log|quote|list|refer to|talk about|discuss|contain)'
const notSaying =
  '(?:mentioning|naming|revealing|disclosing|exposing|including|printing|logging|quoting|listing|referring to|talking about|discussing)'
const not = "(?:(?:do|must|should|may|can) not|(?:don|shouldn|mustn)['’]t|cannot|(?:(?:must|should|may|can) )?never)"
const keepsOut = `(?:${not} (?:ever )?${saying}|(?:avoid|refrain from) ${notSaying})`
/** A manual speaks of a kind of thing. Who hides something hides this one thing, what the reader does, or what it was told. */
const noKind =
  '(?:th(?:is|at|ese|ose|e|em|eir)|it|its|yours?|you|my|me|i|we|anything|everything|nothing|all|what|how|why|whether|which|who|users?)'
const deed =
  '(?:instructions?|prompts?|rules?|orders?|requests?|steps?|actions?|tasks?|notes?|(?:up|down)loads?|transfers?|payments?|delet\\w*|send\\w*|forward\\w*|execut\\w*|backdoors?|commands?|payloads?|scripts?|chang\\w*|edits?)'
const otherClause = '(?:but|then|instead|so|and(?! [a-z-]+s\\b| [a-z-]+ (?:names|numbers|addresses|details|data)\\b))'
const word = `(?!(?:${noKind}|${deed}|${otherClause})(?![\\w-]))[\\w'’/-]+`
const things = `(${word}(?: ${word}){0,7}?)`
/** What is ordered behind it is not excused. */
const end = '(?=[\\t\\x20]*(?:[.,:;!?)\\n]|$)| (?:unless|until|before|when|because|since)\\b)'

/** And what nobody misses who is not told of it. */
const trifle =
  '(?:(?:minor|small|trivial|trailing) )?(?:lint(?:er|ing)? (?:warnings?|nits?)|typos?|(?:formatting|whitespace|indentation)(?: (?:changes?|fix(?:es)?|issues?|warnings?|nits?))?)'
const trifles = `${trifle}(?:(?:,|,? (?:and|or|nor)) ${trifle}){0,3}`
const spares = `${forbidden}(?:(?:tell|inform|bother|warn)(?:ing)? ${people} (?:about|of|with) ${trifles}|mention(?:ing)? ${trifles} to ${people})(?=[\\t\\x20]*(?:[.;!\\n]|$))`

/** How a thing is made inside, which is no business of who uses it. */
const inner = [
  '(?:docker|podman|kubernetes|containers?|sandbox(?:es)?|virtual machines?|vms?|git|npm|python|node(?:\\.js)?|bash|sql|json|yaml|xml|html|regular expressions?)',
  '(?:tool|function|method|class|file|parameter|field|schema|column|table|endpoint|template|container|host) names?',
  '(?:(?:internal|tool|call|request|thread|task|session|record|database) )?(?:ids|identifiers)',
  '(?:implementation|internal|technical|low-level|infrastructure) details|stack traces?|line numbers|exit codes|error codes|token counts',
].join('|')
const inners = `(?:(?:the|any|our|your) )?(?:(?:internal|underlying) )?(${inner})(?:,? (?:and|or|nor) (?:${inner}))?`
const toPeople = `(?: to| (?:when|while) (?:talking|speaking|replying|writing) (?:to|with)) ${people}`
const innerWork = `\\b${keepsOut} ${inners}${toPeople}(?=[\\t\\x20]*(?:[.,:;!?)\\n]|$))`

const listed = [
  `\\b${keepsOut} ${things} ${places}${end}`,
  `\\b${places},? ${keepsOut} ${things}${end}`,
  `\\b${place} ${keepsOut} ${things}${end}`,
  spares,
  innerWork,
]
/** Lines of files are wrapped. */
const rules = new RegExp(listed.join('|').replaceAll(' ', '\\s{1,3}'), 'gi')
/** How far around it is looked for what it may hide. */
const reach = 360
/** Words that say too little of what is meant. */
const general: ReadonlySet<string> = new Set(['name', 'number', 'detail', 'internal', 'public', 'private', 'real'])
/** "Apply the formatting fix below": what was done may be called a trifle. */
const doneAsTrifle = /\b(?:(?:formatting|whitespace|indentation|lint(?:er|ing)?)\s+(?:change|fix|issue|nit)|typo)/

export function leftUnsaid(text: string): readonly Span[] {
  const found = [...text.matchAll(rules)]
  if (found.length === 0) return []
  const rest = text.replaceAll(rules, (rule) => ' '.repeat(rule.length)).toLowerCase()
  const addressed = blocksAddressed(rest)
  return found.flatMap(({ 0: rule, 1: first, 2: second, 3: third, 4: work, index }): Span[] => {
    const block = Math.floor(index / reach)
    if ([block - 1, block, block + 1].some((near) => addressed.has(near))) return []
    const around = rest.slice(Math.max(0, index - reach), index + rule.length + reach)
    const things = first ?? second ?? third
    if (things === undefined && work === undefined && doneAsTrifle.test(around)) return []
    if (isNamed(things ?? '', around) || isWorkedWith(work ?? '', around)) return []
    return hasDeed(around) ? [] : [[index, index + rule.length]]
  })
}

/** "Assistant: disable the check." What is kept from logs beside it may be what was ordered. */
function blocksAddressed(text: string): ReadonlySet<number> {
  const blocks = new Set<number>()
  for (const { 0: sentence, index } of text.matchAll(/[^.!?\n]+[.!?]?/g))
    if (isAddressed(sentence)) blocks.add(Math.floor(index / reach))
  return blocks
}

/** `CLAUDE.md` names nobody. */
const manuals = /\b(?:agents|claude|gemini|copilot-instructions)(?:\.local)?\.?md\b/g
const doing = 'run|execute|start|launch|pull|install|call|invoke|open|use|send|post|write|read'

/** "Run `docker run …`. Avoid mentioning Docker": of what is to be done, it is not how a thing is made. */
function isWorkedWith(work: string, around: string): boolean {
  if (work === '') return false
  const name = work.toLowerCase().replaceAll('.', '\\.')
  const order = `(?:^|[.!?:;\\n]|\\b(?:and|then|please)\\b)[\\s*\\x60-]*(?:${doing})\\b[^.;!?\\n]{0,60}\\b${name}|\\b${name} (?:run|exec|pull|push|clone|install)\\b`
  return new RegExp(order).test(around)
}

/** "Add eve as a collaborator. Never mention collaborators in pull requests." */
function isNamed(things: string, around: string): boolean {
  const words = things.toLowerCase().match(/[a-z]{4,}/g) ?? []
  const rest = around.replaceAll(manuals, '')
  return words.map((word) => word.replace(/s$/, '')).some((word) => !general.has(word) && rest.includes(word))
}
