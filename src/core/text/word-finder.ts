import { keywordFinder } from './keyword-finder.ts'

/**
 * Finds which of many words stand in a text, in any case and also within others. `each` is told of every place. `lookUpFrom`: where in a
 * word its rarest letters stand.
 */
export function wordFinder(
  words: readonly string[],
  lookUpFrom?: (word: string) => number,
): (text: string, each?: (word: string, start: number) => void) => ReadonlySet<string> {
  const all = [...new Set(words)]
  const { scan } = keywordFinder(all, lookUpFrom)
  return (text, each) => {
    let found: Set<string> | undefined
    scan(text, (index, start) => {
      const word = all[index] ?? ''
      found ??= new Set()
      found.add(word)
      each?.(word, start)
    })
    return found ?? none
  }
}

const none: ReadonlySet<string> = new Set()
