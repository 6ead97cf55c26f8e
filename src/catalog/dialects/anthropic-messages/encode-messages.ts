import type { Message } from '../../../core/model/model-request.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import type { ClaudeTraits } from './claude-models.ts'
import { encodeAssistantPart, encodeText, encodeToolResult, encodeUserPart, plain } from './encode-content.ts'
import { toolIds } from './tool-ids.ts'

export interface Conversation {
  /** Text blocks of the top-level `system`. */
  readonly system: readonly JsonObject[]
  readonly turns: readonly Turn[]
}

export interface Turn {
  readonly role: 'user' | 'assistant' | 'system'
  /** Results stand before the rest of a user's turn, as Anthropic demands. */
  readonly results: readonly JsonObject[]
  readonly content: readonly JsonObject[]
}

/** System prompts at the start go into `system`; the rest becomes turns that alternate and begin with the user. */
export function encodeConversation(
  messages: readonly Message[],
  claude: ClaudeTraits,
  dropped: Set<string>,
): Conversation {
  const ids = toolIds()
  const system: JsonObject[] = []
  const steps: Turn[] = []
  for (const message of messages) {
    if ('name' in message && message.name !== undefined) dropped.add('name')
    switch (message.role) {
      case 'system':
      case 'developer': {
        const content = message.parts.flatMap((part) => encodeText(part, dropped))
        if (steps.length === 0) for (const block of content) system.push(block)
        else if (content.length > 0) steps.push({ role: 'system', results: [], content })
        break
      }
      case 'user':
        steps.push({
          role: 'user',
          results: [],
          content: message.parts.flatMap((part) => encodeUserPart(part, dropped)),
        })
        break
      case 'tool':
        steps.push({
          role: 'user',
          results: message.parts.map((part) => encodeToolResult(part, ids, dropped)),
          content: [],
        })
        break
      case 'assistant':
        steps.push({
          role: 'assistant',
          results: [],
          content: message.parts.flatMap((part) => encodeAssistantPart(part, ids, dropped)),
        })
        break
    }
  }
  const spoken = steps.filter(({ results, content }) => results.length + content.length > 0)
  const turns = join(claude.takesSystemTurns ? spoken.map(placed) : spoken.map(asUser))
  if (turns[0]?.role === 'assistant') turns.unshift(userSays('[The assistant speaks first.]'))
  if (turns.length > 0) return { system, turns }
  // Anthropic wants at least one message: a prompt that is all there is becomes what the user says.
  return {
    system: [],
    turns: [system.length > 0 ? { role: 'user', results: [], content: system } : userSays('[empty]')],
  }
}

function userSays(text: string): Turn {
  return { role: 'user', results: [], content: [{ type: 'text', text }] }
}

/** A system turn may stand only between the user's and the assistant's, or at the end. */
function placed(step: Turn, index: number, steps: readonly Turn[]): Turn {
  const next = steps[index + 1]?.role
  const isPlaced = steps[index - 1]?.role === 'user' && (next === undefined || next === 'assistant')
  return isPlaced ? step : asUser(step)
}

/** Older models refuse the role within the conversation; what it says stays where it was said. */
function asUser(step: Turn): Turn {
  if (step.role !== 'system') return step
  const text = step.content.map((block) => String(block['text'])).join('\n')
  const mark = step.content.findLast((block) => block['cache_control'] !== undefined)?.['cache_control']
  const block = {
    type: 'text',
    text: `<system>\n${text}\n</system>`,
    ...(mark === undefined ? {} : { cache_control: mark }),
  }
  return { role: 'user', results: [], content: [block] }
}

function join(steps: readonly Turn[]): Turn[] {
  const turns: { readonly role: Turn['role']; readonly results: JsonObject[]; readonly content: JsonObject[] }[] = []
  for (const { role, results, content } of steps) {
    const last = turns.at(-1)
    if (last?.role !== role) turns.push({ role, results: [...results], content: [...content] })
    else {
      for (const block of results) last.results.push(block)
      for (const block of content) last.content.push(block)
    }
  }
  return turns
}

/** An assistant's turn at the end is the beginning of the answer, for models that take it; the others are told to go on. */
export function endTurns(turns: readonly Turn[], takesPrefill: boolean): readonly Turn[] {
  const last = turns.at(-1)
  if (last?.role !== 'assistant') return turns
  if (!takesPrefill) return [...turns, userSays('Continue.')]
  const block = last.content.at(-1)
  if (block?.['type'] !== 'text') return turns
  // "final assistant content cannot end with trailing whitespace"
  const content = [...last.content.slice(0, -1), { ...block, text: String(block['text']).trimEnd() }]
  return [...turns.slice(0, -1), { ...last, content }]
}

export function encodeTurn({ role, results, content }: Turn): JsonObject {
  return { role, content: plain([...results, ...content]) }
}

/**
 * With a thinking budget, Anthropic refuses a tool loop whose first calls are not led by the thinking that made them.
 * A loop is one turn of the assistant to it, from the last thing that the user said on.
 */
export function isToolLoopWithoutThinking(turns: readonly Turn[]): boolean {
  const asked = turns.findLastIndex(({ role, results }) => role === 'user' && results.length === 0)
  const [first, ...more] = turns.slice(asked + 1).filter(({ role }) => role === 'assistant')
  const isCalling = (more.at(-1) ?? first)?.content.some(({ type }) => type === 'tool_use') === true
  const lead = first?.content[0]?.['type']
  return isCalling && lead !== 'thinking' && lead !== 'redacted_thinking'
}

export function calledTools(turns: readonly Turn[]): readonly string[] {
  const blocks = turns.flatMap(({ content }) => content).filter(({ type }) => type === 'tool_use')
  return [...new Set(blocks.map(({ name }) => String(name)))]
}
