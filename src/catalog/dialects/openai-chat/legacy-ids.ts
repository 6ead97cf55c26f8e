/** The legacy form has no ids, only the function's name: a result belongs to the latest call of it. */
export interface LegacyIds {
  ofCall(name: string): string
  ofResult(name: string): string
}

export function legacyIds(): LegacyIds {
  const counts = new Map<string, number>()
  const id = (name: string, count: number): string => (count <= 1 ? `call_${name}` : `call_${name}_${count}`)
  return {
    ofCall(name) {
      const count = (counts.get(name) ?? 0) + 1
      counts.set(name, count)
      return id(name, count)
    },
    ofResult: (name) => id(name, counts.get(name) ?? 1),
  }
}
