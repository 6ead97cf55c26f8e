/**
 * Ids of tool calls as Anthropic takes them: letters, digits, `_` and `-`, each one once. Clients bring others from other
 * vendors (`functions.weather:0`), and the same one again in a later turn; a result belongs to the latest call of its id.
 */
export interface ToolIds {
  ofCall(id: string): string
  ofResult(id: string): string
}

export function toolIds(): ToolIds {
  const used = new Set<string>()
  /** How often an id was made unique: counting anew would take ever longer for a body full of one id. */
  const counts = new Map<string, number>()
  const latest = new Map<string, string>()
  return {
    ofCall(id) {
      const base = clean(id)
      let count = counts.get(base) ?? 1
      let unique = count === 1 ? base : `${base}_${count}`
      while (used.has(unique)) unique = `${base}_${++count}`
      counts.set(base, count + 1)
      used.add(unique)
      latest.set(id, unique)
      return unique
    },
    ofResult: (id) => latest.get(id) ?? clean(id),
  }
}

function clean(id: string): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, '_') || 'call'
}
