/** Tells values that somebody made at random from names, words, placeholders and examples. Pure; linear in the value. */

/** Bits a character. */
export function entropyOf(value: string): number {
  const counts = new Map<string, number>()
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length)
  return bits
}

/** What random hexadecimal digits of the length reach in 999 of 1,000. */
export function leastEntropy(length: number): number {
  if (length >= 32) return 3
  if (length >= 24) return 2.8
  return length >= 16 ? 2.5 : 2
}

const standIns =
  /your|example|placeholder|change[-_ ]?(?:me|it|this)|replace|insert[-_ ]|dummy|redacted|sample[-_ ]|x{4}|\*{3}|•{3}|\.{3}|…|todo|fixme|foo[-_ ]?bar|(?:key|token|secret|password|value)[-_ ]?(?:here|goes)|(?:^|[-_ ])(?:my|some|the|a)[-_ ]?(?:api|secret|token|key|password|passwd|access)|not[-_ ]?(?:a[-_ ])?real|fake|_here$|removed|hidden|omitted|masked|invalid|-here$|notreal|lorem|mock/i
const templates =
  /^[<[{(%$@#].*[>\]})%@#]$|\$\{|\{\{|\$\(|<%|%\(|^\$[A-Za-z_]+[0-9]?$|^%[A-Za-z_]\w*%$|^\{[\w.]*\}$|<[a-z][\w -]*>|^#\{|\}\}/i
const lookUps =
  /\b(?:process\.env|os\.environ|os\.getenv|getenv|import\.meta|env\.|env\[|secrets\.|vault:|vars\.|ENV\[|config\.|settings\.|ssm:|op:\/\/|arn:|!ref|!secret|ref\+)|^!(?:vault|secret|ref|sub|env|include|reference|getatt)\b/i

/** Of examples in vendors' own documents, which are no secrets though they look like them. */
const documented = ['4eC39HqLyjWDarjtT1zdp7dc', 'BQokikJOvBiI2HlWgH4olfQ2', 'd1f1a8c6b5a84b1d8d3e5d8f6f3c9d2e']

/** A stand-in for a value, or a place where it is looked up. */
export function isPlaceholder(value: string): boolean {
  return (
    isMonotonous(value) ||
    // A pattern that a password has to fit.
    /\(\?[=!:]|\[(?:a-z|0-9|A-Z)|\{[0-9]+,[0-9]*\}/.test(value) ||
    standIns.test(value) ||
    templates.test(value) ||
    /\$[A-Z][A-Z0-9]*_[A-Z0-9_]+/.test(value) ||
    lookUps.test(value) ||
    documented.some((known) => value.includes(known))
  )
}

/** `1234567890abcdef`, `abcdefghijklmnop`: a stand-in, or a secret of somebody who makes it easy. */
export function isSequence(value: string): boolean {
  let inRuns = 0
  let run = 1
  let step = Number.NaN
  for (let index = 1; index <= value.length; index++) {
    const next = index < value.length ? value.charCodeAt(index) - value.charCodeAt(index - 1) : Number.NaN
    if (next === step && Math.abs(next) <= 1) run += 1
    else {
      if (run >= 5) inRuns += run
      run = 2
      step = next
    }
  }
  return inRuns > value.length * 0.6
}

/** `aaaa…`, `deadbeefdeadbeef…`: what hands type that want to be done. */
function isMonotonous(value: string): boolean {
  if (value.length < 8) return new Set(value).size <= 1
  if (value.length >= 12 && new Set(value).size <= 4) return true
  for (let period = 1; period <= value.length / 3 && period <= 12; period++) {
    if (hasPeriod(value, period)) return true
  }
  return false
}

function hasPeriod(value: string, period: number): boolean {
  for (let index = period; index < value.length; index++) {
    if (value.charCodeAt(index) !== value.charCodeAt(index - period)) return false
  }
  return true
}

/** Letters and digits that no word has: a digit, changes of case, or capitals only. */
export function hasMixture(value: string): boolean {
  return /[0-9]/.test(value) || caseChanges(value) >= 3 || /^[A-Z]{16,}$/.test(value)
}

function caseChanges(value: string): number {
  return value.match(/[a-z][A-Z]|[A-Z]{2}[a-z]/g)?.length ?? 0
}

/** `my-secret-key-1`, `sk-estimator-doc-link`, `exchangeTokenFor`: words and short numbers with marks or capitals between. */
export function isWordy(value: string): boolean {
  const parts = value.split(/[-_./:+\s]/)
  const isMarked =
    parts.length > 1 &&
    parts.every((part) => /^(?:[A-Z]?[a-z]{2,14}|[A-Z]{2,12}|[a-zA-Z]|[0-9]{0,4}|v[0-9]{1,3})$/.test(part))
  return isMarked || isCamelCase(value)
}

/** What is drawn changes its case with every second letter, names with every word. */
function isCamelCase(value: string): boolean {
  if (!/[a-z][A-Z]/.test(value) || !/^[\w.$]+$/.test(value)) return false
  const pieces = value.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|[_.$]+/g) ?? []
  return value.length / pieces.length >= 4
}

export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** A value that a machine drew: long enough, mixed, and with as much surprise as it should have. */
export function isRandom(value: string, least = leastEntropy(value.length)): boolean {
  return hasMixture(value) && !isWordy(value) && entropyOf(value) >= least && !isPlaceholder(value)
}
