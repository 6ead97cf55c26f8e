import type * as z from 'zod'
import { nearestNames } from '../../core/text/nearest-names.ts'
import { ConfigDocument } from './schema.ts'

export type Path = readonly PropertyKey[]

export interface IssueText {
  readonly path: Path
  readonly message: string
}

/** What later versions of the file will hold. Accepting it now would promise something that is not enforced. */
const notYet: readonly { readonly key: string; readonly below: string | undefined; readonly text: string }[] = [
  { key: 'mcp', below: undefined, text: 'MCP servers (`mcp`) are' },
  { key: 'a2a', below: undefined, text: 'Agent-to-agent calls (`a2a`) are' },
  { key: 'agents', below: undefined, text: 'Agents (`agents`) are' },
  { key: 'policies', below: undefined, text: 'Policies (`policies`) are' },
]

/** As people call them who do not know JSON Schema. */
const typeNames: ReadonlyMap<string, string> = new Map([
  ['object', 'a map of keys and values'],
  ['record', 'a map of keys and values'],
  ['array', 'a list'],
  ['string', 'a text; put it in quotes'],
  ['boolean', '`true` or `false`'],
  ['number', 'a number'],
  ['int', 'a whole number'],
])

/** As our schemas put what a value has to be; Zod's own messages begin otherwise. */
const ownWords = /^(takes|names) /

/** The faults that the schema found, one for each place, as sentences that show no value. */
export function issueTexts(issues: readonly z.core.$ZodIssue[]): IssueText[] {
  const byPlace = new Map<string, IssueText>()
  // Of several about one value the last is the most exact: a range after a type.
  for (const text of issues.flatMap((issue) => textsOf(issue, []))) byPlace.set(pathText(text.path), text)
  return [...byPlace.values()]
}

function textsOf(issue: z.core.$ZodIssue, parent: Path): IssueText[] {
  const path = [...parent, ...issue.path]
  const name = path.length === 0 ? 'The file' : `\`${pathText(path)}\``
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, path) }))
    case 'invalid_union':
      return unionTexts(issue, path, name)
    default:
      return [{ path, message: `${name} ${ruleText(issue)}` }]
  }
}

/** What is wrong with one value, to be said behind its name. It shows nothing of the value. */
export function ruleText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (isMissing(issue)) return 'is missing.'
      // The schema's own words: of a file that is named, of a date.
      return ownWords.test(issue.message)
        ? `${issue.message}.`
        : `must be ${typeNames.get(issue.expected) ?? `of type ${issue.expected}`}.`
    case 'invalid_value':
      return `must be ${issue.values.map((value) => `\`${String(value)}\``).join(' or ')}${meant(issue)}`
    case 'too_small': {
      const size = issue.origin === 'string' || issue.origin === 'array' ? 'short' : 'small'
      return `is too ${size}: ${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}.`
    }
    case 'too_big':
      return `is too large: at most ${String(issue.maximum)}.`
    case 'invalid_format':
      // The schema's own words.
      return `${issue.message}.`
    case 'custom':
      return issue.message === 'Invalid input' ? 'is not valid.' : `${issue.message}.`
    default:
      return 'is not valid.'
  }
}

function meant({ input, values }: z.core.$ZodIssueInvalidValue): string {
  return suggestion(typeof input === 'string' ? nearestNames(input, values.map(String), 1)[0] : undefined)
}

/** Alternatives are maps that differ in one key. Zod says what each of them misses; people want to know which to write. */
function unionTexts(issue: z.core.$ZodIssueInvalidUnion, path: Path, name: string): IssueText[] {
  // The alternative that fits best is the one with the fewest faults.
  const best = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? []
  const texts = best.flatMap((inner) => textsOf(inner, path))
  // That another alternative would need a key is no help to who wrote one of a later version, or mistyped it.
  const foreign = texts.filter(({ path: place }) => place.length > path.length && !isKnown(place))
  if (foreign.length > 0) return foreign
  const keys = nodesAt(path).flatMap(({ shape }) => requiredKeys(shape ?? {}))
  const named = keys.map((key) => `\`${key}\``).join(' or ')
  const says = (test: (inner: z.core.$ZodIssue) => boolean): boolean =>
    issue.errors.every((errors) => errors.some(test))
  if (says((inner) => inner.code === 'unrecognized_keys' && inner.path.length === 0))
    return [{ path, message: `${name} takes ${named}, not both.` }]
  if (says((inner) => isMissing(inner) && inner.path.length === 1))
    return [{ path, message: `${name} needs ${named}.` }]
  return texts.length > 0 ? texts : [{ path, message: `${name} is not valid.` }]
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.input === undefined
}

function isKnown(path: Path): boolean {
  return path.some((step) => typeof step === 'number') || knownKeys(path.slice(0, -1)).includes(String(path.at(-1)))
}

function unknownKey(key: string, path: Path): string {
  const later = laterKey([...path, key])
  if (later !== undefined) return `${later} not available in this version; take the key out.`
  const known = knownKeys(path)
  return `Unknown key \`${key}\`${suggestion(nearestNames(key, known, 1)[0])}`
}

function laterKey(path: Path): string | undefined {
  const below = path.length === 1 ? undefined : path[0]
  return notYet.find((entry) => entry.key === path.at(-1) && entry.below === below)?.text
}

/** The parts of a Zod schema that lead from one place of the file to the next. */
interface SchemaNode {
  readonly def?: { readonly type?: string; readonly innerType?: SchemaNode; readonly options?: readonly SchemaNode[] }
  readonly shape?: Readonly<Record<string, SchemaNode>>
  readonly element?: SchemaNode
  readonly valueType?: SchemaNode
}

/** The keys that the schema has at a place, in any of its alternatives. */
function knownKeys(path: Path): string[] {
  return [...new Set(nodesAt(path).flatMap(({ shape }) => Object.keys(shape ?? {})))]
}

function requiredKeys(shape: Readonly<Record<string, SchemaNode>>): string[] {
  return Object.keys(shape).filter((key) => shape[key]?.def?.type !== 'optional')
}

/** The alternatives at a place. */
function nodesAt(path: Path): SchemaNode[] {
  let nodes = alternatives(ConfigDocument as unknown as SchemaNode)
  for (const step of path) {
    nodes = nodes
      .map(({ shape, element, valueType }) =>
        typeof step === 'number'
          ? element
          : shape !== undefined && Object.hasOwn(shape, step)
            ? shape[String(step)]
            : valueType,
      )
      .flatMap((node) => (node === undefined ? [] : alternatives(node)))
  }
  return nodes
}

function alternatives(node: SchemaNode): SchemaNode[] {
  if (node.def?.type === 'optional' && node.def.innerType !== undefined) return alternatives(node.def.innerType)
  return node.def?.options?.flatMap(alternatives) ?? [node]
}

/** Ends a sentence. */
export function suggestion(near: string | undefined): string {
  return near === undefined ? '.' : `; did you mean \`${near}\`?`
}

export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`,
    '',
  )
}
