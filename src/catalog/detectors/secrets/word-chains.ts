/**
 * `correct-horse-battery`: three words or more that nobody joins to say what a password is like. Of three the last may not
 * end as `machine-readable-encoded` does.
 */
export function isWordChain(value: string): boolean {
  const words = value.toLowerCase().split('-')
  if (words.length < 3 || words.length > 8 || new Set(words).size < words.length) return false
  return (
    words.every((word) => /^\p{L}{3,14}$/u.test(word) && !describing.has(word)) &&
    (words.length > 3 || !describingEnd.test(words.at(-1) ?? ''))
  )
}

/** `min-length-8`, `base64-encoded`, `SHA-256-hashed`: what a password is like, or has to be. */
export function isDescription(value: string): boolean {
  const words = value.toLowerCase().split('-')
  return words.length > 1 && words.every((word) => isDescribing(word) && !names.test(word))
}

function isDescribing(word: string): boolean {
  return describing.has(word) || describingEnd.test(word) || /^[0-9]{1,4}$/.test(word) || algorithm.test(word)
}

const names = /^(?:pass|key|user|secret|password)$/
const algorithm = /^(?:sha|md|aes|base|bcrypt|scrypt|argon|pbkdf|utf|rsa)[0-9]{0,4}$/

/** Words of sentences, and those that descriptions of passwords join: `not-so-secret`, `letter-number-symbol`. */
const describing = new Set(
  'the and not for with state art from into than that this least most more less only long short longer valid well known user self non pre post multi auto key pass password passwords phrase secret value string text plain case sensitive insensitive time one two three four six eight ten twelve sixteen character characters char chars letter letters number numbers digit digits symbol symbols word words upper lower mixed minimum maximum min max length first last name date year day month all any same your our his her und oder der die das von mit nicht ohne des les une pour pas est los las por con sin del peut être base hash hashed file field type read write machine human'.split(
    ' ',
  ),
)
/** What such descriptions end with. */
const describingEnd = /(?:ed|ing|able|ible|ive|less|free|based|proof|like|wise|ally)$/
