import type { Sighting } from './rules.ts'

const introduced =
  /(?:\b(?:Mr|Mrs|Ms|Dr|Prof)\.? |\b(?:my name is|My name is|name:|Name:|I am|I'm|this is|Dear|signed by) )(\p{Lu}[\p{L}'’-]{1,30}(?: \p{Lu}\.)?(?: \p{Lu}[\p{L}'’-]{1,30}){0,3})/gu

export function personNames(text: string): Sighting[] {
  return Array.from(text.matchAll(introduced), (match) => {
    const end = match.index + match[0].length
    return { rule: 'person-name', category: 'identity', score: 0.8, start: end - (match[1]?.length ?? 0), end }
  })
}
