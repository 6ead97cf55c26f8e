/** Finds which call a result answers. Gemini's ids are optional; without them results go by name, in the order of the calls. */
export interface CallIds {
  ofCall(name: string, id: string | null | undefined): string
  ofResult(name: string, id: string | null | undefined): string
}

export function callIds(): CallIds {
  const known = new Set<string>()
  const answered = new Set<string>()
  /** Calls of a name, and the first that may still wait. */
  const byName = new Map<string, { readonly ids: string[]; next: number }>()
  let count = 0
  return {
    ofCall(name, given) {
      let id = given ?? ''
      while (id === '' || (given !== id && known.has(id))) id = `call_${count++}`
      known.add(id)
      const calls = byName.get(name)
      if (calls === undefined) byName.set(name, { ids: [id], next: 0 })
      else calls.ids.push(id)
      return id
    },
    ofResult(name, given) {
      if (given && known.has(given)) {
        answered.add(given)
        return given
      }
      const calls = byName.get(name)
      while (calls !== undefined && calls.next < calls.ids.length) {
        const id = calls.ids[calls.next++] ?? ''
        if (answered.has(id)) continue
        return id
      }
      return given || name
    },
  }
}
