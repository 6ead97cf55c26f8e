/** Finds numbers of tickets. A guardrail names it: `detector: local`, `settings: { file: ./ticket-number.ts }`. */
interface Finding {
  readonly rule?: string
  readonly category?: string
  readonly score?: number
  readonly span: { readonly start: number; readonly end: number }
}

export default {
  name: 'ticket-number',
  span: 10,
  detect(text: string): Finding[] {
    return Array.from(text.matchAll(/\bTCK-\d{6}\b/g), ({ index, 0: found }) => ({
      category: 'internal',
      score: 0.9,
      span: { start: index, end: index + found.length },
    }))
  },
}
