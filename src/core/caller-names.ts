import type { CallerLabels } from './call.ts'

/** What a call says of who makes it: the program, and the person that it works for. Nobody has checked it. */
export function agentIn({ metadata: { agent } }: Pick<CallerLabels, 'metadata'>): string | undefined {
  return given(agent)
}

export function userIn({ metadata, user }: Pick<CallerLabels, 'metadata' | 'user'>): string | undefined {
  return given(metadata['_user'] ?? user ?? metadata['user_id'])
}

function given(name: string | undefined): string | undefined {
  return name === '' ? undefined : name
}
