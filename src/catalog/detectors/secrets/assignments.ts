import { type FoundSecret, isAlphanumeric } from './finding.ts'
import { placeholderPassword } from './headers.ts'
import { entropyOf, hasMixture, isPlaceholder, isRandom, isSequence, isWordy, uuidPattern } from './judge.ts'
import type { Trigger } from './match-formats.ts'
import { kindOf, type NameKind } from './names.ts'
import { isDescription } from './word-chains.ts'

/** Values that are given to names: in code, settings, environment, YAML, JSON, XML, tables, and in sentences. */
export const assignmentTriggers: readonly Trigger[] = [
  'pass',
  'pwd',
  'secret',
  'token',
  'key',
  'credential',
  'creds',
  'auth',
  'sessionid',
  'sessid',
  'connect.sid',
  'kennwort',
  'wachtwoord',
  'contrasena',
  'clave',
  'senha',
  'parola',
  'lozinka',
  'haslo',
  'heslo',
  'jelszo',
  'salasana',
  'sifre',
  'pw',
  'mdp',
].map((keyword) => ({ keyword, look: lookAtName }))

/** After a name: marks that close a quotation or emphasis, an operator, and what opens a value. */
const operator =
  /[?!]?(?:\\?["'`]|\*{1,2}|__|\]|\)){0,4}[ \t]{0,16}(?:\([^()\n]{0,40}\)[ \t]{0,4})?(=>|:=|\+?={1,3}|!==?|::?|->|→|：|＝|\||>|,(?=[ \t]?["'])|[ \t]value[ \t]?=|\r?\n[ \t]{1,24}value:|,[ \t]?["']value["'][ \t]?:|\((?=\\?["'`]))(?:\*{1,2}|__)?([ \t]{0,40}(?:\r?\n[ \t]{0,16})?)(?:[|>][+-]?[ \t]{0,4}\r?\n[ \t]{1,16})?/y
const typed =
  /(?:str|string|String|text|varchar|SecretStr|Optional\[str\]|string \| (?:null|undefined))[ \t]?=[ \t]{0,8}/y
const quoted = /(?:[a-zA-Z]{1,2})?(\\?["'`]|"""|''')/y
const bare = /[^\s"'`,;<>(){}[\]&|\\]{1,256}/y
const chain =
  /(?:server|data source|host|endpoint|provider|driver|dsn|database|initial catalog|uid|user id|user)[ \t]?=[^\n]{0,200}$/i
const ofChain = /[^\s"'`;]{1,128}/y
const line = /[^\s"'`]{1,256}/y
const prose = /[^\s"'`<>]{1,256}/y

function lookAtName(text: string, start: number, end: number, report: (found: FoundSecret) => void): void {
  let first = start
  while (first > 0 && start - first < 48 && isNamePart(text.charCodeAt(first - 1))) first -= 1
  let last = end
  while (last < text.length && last - end < 40 && isNamePart(text.charCodeAt(last))) last += 1
  const next = text.charCodeAt(last)
  // Most words of prose end here: nothing that could be an operator follows.
  const isOption = text[first] === '-' && text[first + 1] === '-' && (next === 32 || next === 61)
  if (next !== 32 && next !== 9 && (isAlphanumeric(next) || next === 46)) return
  operator.lastIndex = last
  const match = operator.exec(text)
  if (match === null && !isOption) return
  const kind = kindOf(text.slice(first, last))
  if (kind === undefined) return
  // `set("KEY", "value")`; other lists have names in them too.
  if (match?.[1] === ',' && !/\(\s{0,4}["']$/.test(text.slice(Math.max(0, first - 6), first))) return
  // `hash('password') -> 5f4d…`: what a call gives.
  if ((match?.[1] === '->' || match?.[1] === '→') && match[0].includes(')')) return
  // A row of a table; a type of several has such a line too.
  if (match?.[1] === '|' && (kind !== 'password' || !/\|[^\n|]*$/.test(text.slice(Math.max(0, first - 64), first))))
    return
  const from = match === null ? last + 1 : operator.lastIndex
  const found = valueAt(text, from, kind, {
    isLine: isLineStart(text, first) && match?.[1] === '=' && match[2] === '',
    isAcross: match?.[2]?.includes('\n') === true,
    isProse: (match?.[1] === ':' || match?.[1] === '|') && match[2] !== '',
    name: text.slice(first, last),
    isChain:
      match?.[1] === '=' &&
      /;[ \t]?$/.test(text.slice(Math.max(0, first - 2), first)) &&
      chain.test(text.slice(Math.max(0, first - 240), first)),
    isTag: match?.[1] === '>' && text[first - 1] === '<',
    operator: match?.[1] ?? ' ',
  })
  if (found !== undefined) report(found)
}

function isNamePart(code: number): boolean {
  return isAlphanumeric(code) || code === 95 || code === 45 || code === 46 || code === 36
}

/** Nothing but blanks, `export`, `set`, `ENV` or a list mark stands before on the line. */
function isLineStart(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 24), at)
  const from = before.lastIndexOf('\n') + 1
  return (from > 0 || at <= 24) && /^[\s>+-]*(?:(?:export|set|setx|ENV|ARG|env)\s+)?$/.test(before.slice(from))
}

interface Place {
  /** `NAME=` at the start of a line: the value is all that follows without a blank. */
  readonly isLine: boolean
  /** The value stands on the next line. */
  readonly isAcross: boolean
  /** `name: `, which sentences have too. */
  readonly isProse: boolean
  readonly isTag: boolean
  /** `Server=…;Password=…;`: the value goes on to the semicolon. */
  readonly isChain: boolean
  readonly name: string
  readonly operator: string
}

function valueAt(text: string, at: number, kind: NameKind, place: Place, depth = 0): FoundSecret | undefined {
  typed.lastIndex = at
  if (depth === 0 && typed.test(text)) return valueAt(text, typed.lastIndex, kind, place, 1)
  if (place.operator === '>' && !place.isTag) return undefined
  quoted.lastIndex = at
  const quote = quoted.exec(text)
  if (quote !== null) {
    const mark = quote[1] ?? '"'
    if (place.operator === '|' && mark !== '`') return undefined
    const start = at + quote[0].length
    const close = text.slice(start, start + 300).indexOf(mark)
    if (close <= 0) return undefined
    return judged(
      text.slice(start, start + close),
      start,
      kind,
      true,
      place,
      text.slice(start + close, start + close + 4),
    )
  }
  const pattern = place.isChain
    ? ofChain
    : place.isLine
      ? line
      : (place.isProse || place.isTag) && kind === 'password'
        ? prose
        : bare
  pattern.lastIndex = at
  const value = pattern.exec(text)?.[0].replace(place.isLine || place.isChain ? /[.,;:]+$/ : /[.,;:)\]}|]+$/, '')
  if (value === undefined || value === '') return undefined
  const next = text.slice(at + value.length, at + value.length + 4)
  if (place.isTag && !next.startsWith('</')) return undefined
  // A call, a look-up, or the beginning of an expression.
  if (!place.isLine && /^[([]|^\s?(?:\?|\+ )/.test(next)) return undefined
  return judged(value, at, kind, false, place, next)
}

function judged(
  value: string,
  start: number,
  kind: NameKind,
  isQuoted: boolean,
  place: Place,
  next: string,
): FoundSecret | undefined {
  if (value.length > (kind === 'password' ? 128 : 400)) return undefined
  if (!isQuoted && (isName(value, place.name) || isType(value, place, next))) return undefined
  if (isPlaceholder(value) || placeholderPassword.test(value)) return undefined
  const score = kind === 'password' ? passwordScore(value, isQuoted, place, next) : secretScore(value, kind, isQuoted)
  if (score === 0) return undefined
  const { rule, category } = place.isChain && kind === 'password' ? inConnection : ruleOf[kind]
  return { rule, category, score, start, end: start + value.length, rank: 0 }
}

const inConnection = { rule: 'connection-string-password', category: 'connection-string' } as const

export const ruleOf = {
  password: { rule: 'password', category: 'password' },
  secret: { rule: 'generic-secret', category: 'credential' },
  token: { rule: 'generic-token', category: 'token' },
  key: { rule: 'generic-api-key', category: 'credential' },
  session: { rule: 'session-cookie', category: 'token' },
} as const

const noPasswords =
  /^(?:required|optional|hashed?|encrypted|invalid|incorrect|wrong|missing|must|should|the|an?|is|was|are|not|and|or|for|with|to|in|on|of|at|from|this|that|it|i|you|we|my|reset|forgot(?:ten)?|change[ds]?|expired|updated?|hidden|shown?|input|output|field|label|number|integer|bool(?:ean)?|function|object|array|any|unknown|never|void|char|varchar|textfield|passwordfield|password\w*|passwort\w*|contraseñ?n?a\w*|mot|get\w*|set\w*|new\w*|old\w*|current\w*|user\w*|self|req|request|config|env|os|process|data|body|params|props|form|args|options?|credentials?|manager|policy|generator|strength|protected|authentication|auth|login|security|basic|digest|md5|sha\d*|bcrypt|argon2\w*|scrypt|pbkdf2|plain(?:text)?|enabled?|disabled?|default|auto|random|unique|confirm\w*|verify\w*|valid\w*|check\w*|stored?|see|please|enter|type|use[ds]?|http\w*|n\/a|tbd|unset|empty|blank|same|above|below|here|ok|as|if|will|can|be|only|sent|set|ask|asks|prompt|email|phone|name|text|value)$/i
const sentenceWords =
  /\b(?:enter|your|must|password|passwort|please|the|is|are|contraseña|passe|senha|should|forgot|reset|new|confirm|invalid|wrong|at least)\b/i

/** Of what is said to be a password: nearly anything, but words that sentences, types and labels have there. */
function passwordScore(value: string, isQuoted: boolean, place: Place, next: string): number {
  if (value.length < 4 || value.length > 128) return 0
  const letters = /^[\p{L}_]+$/u.test(value)
  if (/\s/.test(value)) {
    const words = value.trim().split(/\s+/)
    if (sentenceWords.test(value) || words.length > 8) return 0
    if (/^[a-z]+(?: [a-z]+){3,7}$/.test(value)) return 0.7
    return words.length <= 3 && /[0-9]/.test(value) && /[!@#$%^&*?]|[a-z]/i.test(value) ? 0.6 : 0
  }
  if (noPasswords.test(value) || (!isQuoted && isDescription(value))) return 0
  if (!isQuoted && (isExpression(value) || /^[\w.]+[([]/.test(value))) return 0
  if (/^(?:https?:|\/|\.\/|~\/)/.test(value) && !/[!@#$%^&*]/.test(value.slice(8))) return 0
  const hasDigit = /[0-9]/.test(value)
  const hasMark = /[!@#$%^&*?~+=\-_.]/.test(value)
  if (!letters) {
    if (/^[0-9]+$/.test(value))
      return value.length >= 6 && (isQuoted || place.isLine) ? 0.7 : place.isProse && value.length >= 6 ? 0.6 : 0
    if (hasDigit) return place.isAcross && value.length < 6 ? 0 : 0.85
    if (/^[\p{L}]+(?:[-_.][\p{L}]+)+$/u.test(value))
      return place.isLine || isQuoted ? (/[-_.]/.test(value) && value.length >= 12 ? 0.6 : 0) : 0
    return hasMark && value.length >= 4 && /\p{L}/u.test(value) ? 0.8 : 0
  }
  // Letters only: where a value must stand, and where no sentence goes on.
  if (value.length < 6 || place.isAcross || (/pass|secret|token|credential/i.test(value) && value.length < 12)) return 0
  if (isQuoted) return /^[A-Z][a-z]+$/.test(value) ? 0 : 0.6
  if (place.isLine || place.isTag) return 0.6
  const endsHere = next === '' || /^\s*(?:[\r\n;,"'`]|$)/.test(next)
  if (place.operator === '=' && /^[a-z]+[A-Z]/.test(value)) return 0
  return endsHere && (place.isProse || place.operator === '=') && /^[a-z]{6,}$|[a-z][A-Z][a-z]+[A-Z]?/.test(value)
    ? 0.5
    : 0
}

/** `x.authToken = authToken`, `!pass`: a value of that name. */
function isName(value: string, name: string): boolean {
  const last = name
    .slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf('-'), name.lastIndexOf('$')) + 1)
    .toLowerCase()
  return (
    /^!?[A-Za-z_$][\w$.]*$/.test(value) &&
    (value.startsWith('!') || (last.length > 3 && value.toLowerCase().endsWith(last)))
  )
}

/** `password: BinaryLike,` and `date: 7/18`: no value that is one. */
function isType(value: string, place: Place, next: string): boolean {
  if (/^[0-9]+\/[0-9]+$/.test(value)) return true
  return place.operator === ':' && /^[A-Z]\w*[a-z]$/.test(value) && /^(?:[,;:)=|>{]|\s[=|&{])/.test(next)
}

/** `config.db.password`, `userPassword`, `$pw`, `args[0]`: read from elsewhere. */
export function isExpression(value: string): boolean {
  return (
    (/^[A-Za-z_$][\w$]*(?:(?:\.|->|::|\?\.)#?[A-Za-z_$][\w$]*)+\??$/.test(value) &&
      !/\.[a-z]*[0-9][A-Z0-9]*[a-z]/.test(value)) ||
    (/(?:password|passwd|pwd|secret|token|apikey|api_key)[0-9]?$/i.test(value) &&
      /^[\w.$-]+$/.test(value) &&
      !/^[a-z]*[0-9@!]/i.test(value))
  )
}

/** Of keys, tokens and secrets: drawn by a machine, or at least no word. */
function secretScore(value: string, kind: NameKind, isQuoted: boolean): number {
  if (isSequence(value) && (value.length < 16 || !/[0-9].*[a-z]|[a-z].*[0-9]/i.test(value))) return 0
  if (value.length < 8 || value.length > 400 || /\s/.test(value)) return 0
  if (/^(?:https?:|wss?:|file:|arn:|\/|\.\.?\/|~\/|urn:|data:|sha\d{3}-)/i.test(value)) return 0
  if (
    /\.(?:pem|key|json|ya?ml|txt|crt|cer|js|ts|py|php|html?|env|p12|pub|com|org|net|io)$/i.test(value) ||
    isExpression(value)
  )
    return 0
  const isPlain = /^[\w\-+/=.~:%!@#$^&*]+$/.test(value)
  // Marks of code in it: only what is in quotes, and surely drawn.
  if (!isPlain && !(isQuoted && value.length >= 24 && /^[\x21-\x7e]+$/.test(value) && entropyOf(value) >= 4)) return 0
  if (isWordy(value)) return 0
  if (uuidPattern.test(value)) return 0.7
  if (!/[0-9]/.test(value)) return value.length >= 20 && hasMixture(value) && entropyOf(value) >= 3.5 ? 0.7 : 0
  if (value.length >= 16) return isRandom(value) && /[A-Za-z]/.test(value) ? (isSequence(value) ? 0.6 : 0.85) : 0
  if (kind === 'session' || !/[A-Za-z]/.test(value)) return 0
  const isShort = value.length < 10
  return (isQuoted || !isShort) &&
    entropyOf(value) >= (isShort ? 2.7 : 2.9) &&
    /[0-9].*[A-Za-z].*[0-9]|[A-Za-z][0-9]+[A-Za-z]|[!@#$%^&*]/.test(value)
    ? 0.6
    : 0
}
