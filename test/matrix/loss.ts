import type { Answer, Ask, CaseId, Item, Seen } from './neutral.ts'

/** What a dialect has no words for, by the cases that need it. */
export type Lacks = ReadonlySet<string>

const asked: Readonly<Partial<Record<CaseId, readonly (keyof Ask)[]>>> = {
  tools: ['tools', 'forcedTool'],
  'forced-tool': ['forcedTool'],
  'json-schema': ['schema'],
  stop: ['stop'],
  reasoning: ['thinks'],
}
const shown: Readonly<Partial<Record<CaseId, (item: Item) => boolean>>> = {
  image: ({ kind }) => kind === 'image',
  document: ({ kind }) => kind === 'document',
  'image-url': (item) => item.kind === 'image' && item.data.startsWith('https:'),
  'document-url': (item) => item.kind === 'document' && item.data.startsWith('https:'),
}

/** What reaches a provider that has no words for the rest. */
export function askWithout(ask: Ask, lacks: Lacks): Ask {
  const names: readonly string[] = [...lacks].flatMap((id) => asked[id as CaseId] ?? [])
  return Object.fromEntries(Object.entries(ask).filter(([name]) => !names.includes(name))) as unknown as Ask
}

export function itemsWithout(items: readonly Item[], lacks: Lacks): readonly Item[] {
  return items.filter((item) => ![...lacks].some((id) => shown[id as CaseId]?.(item)))
}

/** Without the notes that tell a model what it was not shown. */
export function withoutNotes(seen: Seen): Seen {
  const note = /\s*\[(?:(?:an image|a document) that|image:|document:)[^\]]*\]/g
  const items = seen.items.map((item) => (item.kind === 'user' ? { ...item, text: item.text.replace(note, '') } : item))
  return { ...seen, items }
}

/** An answer as far as a dialect can say it. */
export function answerWithout(answer: Answer, lacks: Lacks): Answer {
  const { text, reasoning, isSigned, calls, end, usage } = answer
  const isCallLost = lacks.has('tools') && calls.length > 0
  const isEndLost = isCallLost || (end === 'refusal' && lacks.has('refusal'))
  return {
    text: isCallLost ? 'In words, then.' : text,
    ...(reasoning === undefined || lacks.has('reasoning') ? {} : { reasoning }),
    ...(isSigned === undefined || lacks.has('signatures') ? {} : { isSigned }),
    calls: isCallLost ? [] : calls,
    end: isEndLost ? 'stop' : end,
    usage: lacks.has('cached-usage') ? { ...usage, cached: 0 } : usage,
  }
}
