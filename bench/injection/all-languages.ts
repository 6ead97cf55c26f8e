import { furtherLanguages } from './further-languages.ts'
import { languages, type Phrases } from './languages.ts'

const kinds = ['override', 'aim', 'role', 'embedded', 'benign'] as const

/** The sentences of both tables, by language. */
export const allLanguages: Readonly<Record<string, Phrases>> = joined()

function joined(): Readonly<Record<string, Phrases>> {
  const made: Record<string, Phrases> = { ...languages }
  for (const [code, more] of Object.entries(furtherLanguages)) {
    const known = languages[code]
    if (known === undefined) made[code] = more
    else
      made[code] = Object.fromEntries(
        kinds.map((kind) => [kind, [...known[kind], ...more[kind]]]),
      ) as unknown as Phrases
  }
  return made
}
