import { createHash } from 'node:crypto'
import type { ToolNameRule } from '../../core/model/dialect.ts'
import type { ReplyPart } from '../../core/model/model-reply.ts'
import type { Message, ModelRequest } from '../../core/model/model-request.ts'

/** Names of tools as the target takes them, and the client's own names by them. */
export interface FittedNames {
  readonly request: ModelRequest
  readonly originals: ReadonlyMap<string, string>
}

/**
 * Writes the names that the target would refuse anew, wherever a request has them. A name gets the same form in each turn,
 * so that a model meets its earlier calls again, and no two get the same. `undefined` when all can stay.
 */
export function fitToolNames(request: ModelRequest, rule: ToolNameRule): FittedNames | undefined {
  const names = namesIn(request)
  if (names.every((name) => rule.pattern.test(name))) return undefined
  const fitted = new Map<string, string>()
  const taken = new Set(names.filter((name) => rule.pattern.test(name)))
  // In the order of their letters: which of two clashing names gives way must not depend on the turn.
  for (const name of names.filter((one) => !taken.has(one)).sort()) {
    const short = fittedName(name, rule, taken)
    taken.add(short)
    fitted.set(name, short)
  }
  const renamed = (name: string): string => fitted.get(name) ?? name
  const { tools, toolChoice } = request
  return {
    request: {
      ...request,
      messages: request.messages.map((message) => withNames(message, renamed)),
      ...(tools === undefined ? {} : { tools: tools.map((tool) => ({ ...tool, name: renamed(tool.name) })) }),
      ...(toolChoice?.type === 'tool' ? { toolChoice: { ...toolChoice, name: renamed(toolChoice.name) } } : {}),
    },
    originals: new Map([...fitted].map(([name, short]) => [short, name])),
  }
}

/** The parts of a reply with the client's names in them. */
export function withOriginalNames(
  parts: readonly ReplyPart[],
  originals: ReadonlyMap<string, string> | undefined,
): readonly ReplyPart[] {
  if (originals === undefined) return parts
  return parts.map((part) =>
    part.type === 'tool-call-start' ? { ...part, name: originals.get(part.name) ?? part.name } : part,
  )
}

function namesIn({ tools = [], toolChoice, messages }: ModelRequest): string[] {
  const names = new Set(tools.map(({ name }) => name))
  if (toolChoice?.type === 'tool') names.add(toolChoice.name)
  for (const message of messages) {
    if (message.role !== 'assistant') continue
    for (const part of message.parts) if (part.type === 'tool-call') names.add(part.name)
  }
  return [...names]
}

function withNames(message: Message, renamed: (name: string) => string): Message {
  if (message.role !== 'assistant') return message
  const parts = message.parts.map((part) => (part.type === 'tool-call' ? { ...part, name: renamed(part.name) } : part))
  return { ...message, parts }
}

const digestLength = 8

/** What is readable of the name, and a digest of all of it; another one where that is taken. */
function fittedName(name: string, rule: ToolNameRule, taken: ReadonlySet<string>): string {
  const { pattern, forbidden, maxLength } = rule
  const clean = name.slice(0, maxLength).replace(forbidden, '_')
  const base = (pattern.test(clean) ? clean : `_${clean}`).slice(0, maxLength - digestLength - 1)
  // Each try meets another name, so there are no more of them than names in the request.
  for (let attempt = 0; ; attempt++) {
    // UTF-16: in UTF-8 all halves of surrogate pairs are one.
    const digest = createHash('sha256').update(name, 'utf16le').update(`${attempt}`).digest('hex')
    const short = `${base}_${digest.slice(0, digestLength)}`
    if (!taken.has(short)) return short
  }
}
