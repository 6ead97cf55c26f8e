import type { CallerLabels } from './call.ts'

/** What a call says of who makes it: the program, and the person that it works for. Nobody has checked it. */
export function agentIn({ metadata: { agent } }: Pick<CallerLabels, 'metadata'>): string | undefined {
  return given(agent)
}

export function userIn({ metadata, user }: Pick<CallerLabels, 'metadata' | 'user'>): string | undefined {
  return given(metadata['_user'] ?? user ?? metadata['user_id'])
}

/** The metadata that these names stand in. */
export const callerFields: ReadonlySet<string> = new Set(['agent', '_user', 'user_id'])

function given(name: string | undefined): string | undefined {
  return name === '' ? undefined : name
}

/** A call counts for each of them: more than these are a client's mistake, or an attack. */
const maxTags = 8

/** Of the metadata `tags`, with commas between them; each once. */
export function tagsIn({ metadata: { tags = '' } }: Pick<CallerLabels, 'metadata'>): readonly string[] {
  if (tags === '') return []
  const named = tags.split(',', maxTags * 4).map((tag) => tag.trim())
  return [...new Set(named.filter((tag) => tag !== ''))].slice(0, maxTags)
}
