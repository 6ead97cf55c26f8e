import type { Message } from '../../../core/model/model-request.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import {
  type ContentContext,
  encodeAssistantPart,
  encodeText,
  encodeToolResult,
  encodeUserPart,
} from './encode-content.ts'

export interface Conversation {
  readonly system: readonly JsonObject[]
  readonly turns: readonly Turn[]
}

export interface Turn {
  readonly role: 'user' | 'assistant'
  /** Results stand before the rest of a user's turn. */
  readonly results: readonly JsonObject[]
  readonly content: readonly JsonObject[]
}

/** System prompts at the start go into `system`; the rest becomes turns that alternate and begin with the user. */
export function encodeConversation(messages: readonly Message[], context: ContentContext): Conversation {
  const system: JsonObject[] = []
  const steps: Turn[] = []
  for (const message of messages) {
    if ('name' in message && message.name !== undefined) context.dropped.add('name')
    switch (message.role) {
      case 'system':
      case 'developer': {
        const content = message.parts.flatMap((part) => encodeText(part, context))
        if (steps.length > 0) steps.push(userTurn(asInstruction(content)))
        else for (const block of content) system.push(block)
        break
      }
      case 'user':
        steps.push(userTurn(message.parts.flatMap((part) => encodeUserPart(part, context))))
        break
      case 'tool': {
        const results = message.parts.flatMap((part) => encodeToolResult(part, context))
        steps.push({ role: 'user', results, content: [] })
        break
      }
      case 'assistant': {
        const content = message.parts.flatMap((part) => encodeAssistantPart(part, context))
        steps.push({ role: 'assistant', results: [], content })
        break
      }
    }
  }
  const turns = joined(steps.filter(({ results, content }) => results.length + content.length > 0)).map(withText)
  if (turns[0]?.role === 'assistant') turns.unshift(userTurn([{ text: '[The assistant speaks first.]' }]))
  if (turns.length > 0) return { system, turns }
  // A prompt that is all there is becomes what the user says.
  return { system: [], turns: [userTurn(system.length > 0 ? system : [{ text: '[empty]' }])] }
}

function userTurn(content: readonly JsonObject[]): Turn {
  return { role: 'user', results: [], content }
}

/** Converse has one place for system prompts; what a later one says stays where it was said. */
function asInstruction(content: readonly JsonObject[]): readonly JsonObject[] {
  const texts = content.flatMap(({ text }) => (typeof text === 'string' ? [text] : []))
  return texts.length === 0 ? [] : [{ text: `<system>\n${texts.join('\n')}\n</system>` }]
}

function joined(steps: readonly Turn[]): Turn[] {
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

/** A document needs a text beside it: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html */
function withText(turn: Turn): Turn {
  const hasDocument = turn.content.some((block) => block['document'] !== undefined)
  if (!hasDocument || turn.content.some((block) => block['text'] !== undefined)) return turn
  return { ...turn, content: [...turn.content, { text: '[document]' }] }
}

/** An assistant's turn at the end is the beginning of the answer, for models that take it; the others are told to go on. */
export function endTurns(turns: readonly Turn[], takesPrefill: boolean): readonly Turn[] {
  const last = turns.at(-1)
  if (last?.role !== 'assistant') return turns
  if (!takesPrefill) return [...turns, userTurn([{ text: 'Continue.' }])]
  const block = last.content.at(-1)
  if (typeof block?.['text'] !== 'string') return turns
  const content = [...last.content.slice(0, -1), { text: block['text'].trimEnd() }]
  return [...turns.slice(0, -1), { ...last, content }]
}

export function encodeTurn({ role, results, content }: Turn): JsonObject {
  return { role, content: [...results, ...content] }
}

/** With a thinking budget, Claude refuses a tool loop whose first calls are not led by the thinking that made them. */
export function isToolLoopWithoutThinking(turns: readonly Turn[]): boolean {
  const asked = turns.findLastIndex(({ role, results }) => role === 'user' && results.length === 0)
  const [first, ...more] = turns.slice(asked + 1).filter(({ role }) => role === 'assistant')
  const isCalling = (more.at(-1) ?? first)?.content.some(({ toolUse }) => toolUse !== undefined) === true
  return isCalling && first?.content[0]?.['reasoningContent'] === undefined
}

export function calledTools(turns: readonly Turn[]): readonly string[] {
  const names = new Set<string>()
  for (const { content } of turns)
    for (const { toolUse } of content)
      if (typeof toolUse === 'object' && toolUse !== null && 'name' in toolUse) names.add(String(toolUse['name']))
  return [...names]
}
