import { judgeAttach, judgeBackup, judgeCopy, judgeExport, judgeLoad, judgeUnload } from './carried-away.ts'
import { dangerousParts } from './dangerous-parts.ts'
import { limited } from './rows-left-out.ts'
import { type Judged, nothing, one } from './sql-classes.ts'
import { type SqlToken, sqlReader } from './sql-tokens.ts'
import { hasOperator, hasWord, isName, isShouted, isSqlish, nameEnd, outermost, wordAt } from './token-queries.ts'

/** What a statement does, or nothing for a sentence that only begins like one. `isCode` where prose is not to be expected. */
export function judgeStatement(all: readonly SqlToken[], isCode: boolean): readonly Judged[] {
  const tokens = all.some(isComment) ? all.filter((token) => !isComment(token)) : all
  const first = wordAt(tokens, 0)
  const judge = first === undefined ? undefined : statements.get(first)
  if (judge === undefined) return []
  const judged = judge(tokens, isCode)
  if (judged.length === 0) return []
  return [...judged, ...dangerousParts(tokens)]
}

const isComment = ({ kind }: SqlToken): boolean => kind === 'comment'

type Judge = (tokens: readonly SqlToken[], isCode: boolean) => readonly Judged[]

const statements = new Map<string, Judge>([
  ['select', judgeSelect],
  ['with', judgeWith],
  [
    'insert',
    (tokens) =>
      /^(?:into|overwrite|ignore)$/.test(wordAt(tokens, 1) ?? '') &&
      isName(tokens[2]) &&
      hasWord(tokens, /^(?:values|value|select|set|default)$/)
        ? one('write', 0.4)
        : nothing,
  ],
  [
    'replace',
    (tokens) =>
      wordAt(tokens, 1) === 'into' && isName(tokens[2]) && hasWord(tokens, /^(?:values|select|set)$/)
        ? one('write', 0.4)
        : nothing,
  ],
  [
    'merge',
    (tokens) =>
      wordAt(tokens, 1) === 'into' && hasWord(tokens, /^using$/) && hasWord(tokens, /^matched$/)
        ? one('write', 0.4)
        : nothing,
  ],
  [
    'update',
    (tokens) => {
      const set = tokens.findIndex(({ kind, text }) => kind === 'word' && text === 'set')
      if (set < 2 || set > 8 || !isName(tokens[1]) || !hasOperator(tokens.slice(set), '=')) return nothing
      return limited(tokens) ? one('write', 0.4) : one('destructive', 0.8)
    },
  ],
  [
    'delete',
    (tokens, isCode) => {
      const from = wordAt(tokens, 1) === 'from' ? 1 : isCode && wordAt(tokens, 2) === 'from' ? 2 : -1
      const name = nameEnd(tokens, from + 1)
      if (from < 0 || name === undefined || articles.has(tokens[from + 1]?.text ?? '')) return nothing
      const next = tokens[name]
      const isWhole =
        next === undefined ||
        /^(?:where|using|limit|order|returning|as|[a-z]{1,2}|output|inner|left|join)$/.test(next.text)
      if (!isWhole) return nothing
      if (next !== undefined) return limited(tokens) ? one('write', 0.45) : one('destructive', 0.85)
      return one('destructive', isCode || isShouted(tokens[0], tokens[1]) ? 0.85 : 0.5)
    },
  ],
  [
    'drop',
    (tokens, isCode) => {
      const kind = wordAt(tokens, 1) ?? ''
      const score = dropped.get(kind === 'materialized' || kind === 'temporary' ? 'view' : kind)
      const name = wordAt(tokens, 2) === 'if' ? 4 : 2
      const end = nameEnd(tokens, name)
      if (score === undefined || end === undefined || articles.has(tokens[name]?.text ?? '')) return nothing
      if (!endsHere(tokens, end, isCode)) return nothing
      return one(
        kind === 'user' || kind === 'role' || kind === 'login' ? 'privilege' : 'destructive',
        isCode || isShouted(tokens[0], tokens[1]) ? score : score * 0.7,
      )
    },
  ],
  [
    'truncate',
    (tokens, isCode) => {
      const name = wordAt(tokens, 1) === 'table' ? 2 : 1
      const end = nameEnd(tokens, name)
      if (
        end === undefined ||
        articles.has(tokens[name]?.text ?? '') ||
        (name === 1 && !isCode && !isShouted(tokens[0]))
      )
        return nothing
      return endsHere(tokens, end, isCode) ? one('destructive', 0.9) : nothing
    },
  ],
  [
    'alter',
    (tokens) => {
      const kind = wordAt(tokens, 1) ?? ''
      if (/^(?:user|role|login|group)$/.test(kind) && isName(tokens[2]) && tokens.length > 3)
        return hasWord(tokens, /^(?:with|identified|password|superuser|set|rename|add|createdb|createrole|login)$/)
          ? one('privilege', 0.8)
          : nothing
      if (kind === 'default' && wordAt(tokens, 2) === 'privileges') return one('privilege', 0.8)
      if (!/^(?:table|database|schema|index|view|sequence|system)$/.test(kind) || !isName(tokens[2])) return nothing
      if (
        !hasWord(tokens.slice(3), /^(?:add|drop|alter|modify|change|rename|set|owner|enable|disable|column|truncate)$/)
      )
        return nothing
      return hasWord(tokens, /^drop$/) ? one('destructive', 0.75) : one('write', 0.45)
    },
  ],
  [
    'create',
    (tokens) => {
      const at = tokens.findIndex(({ text }, index) => index > 0 && index < 6 && created.test(text))
      const kind = tokens[at]?.text
      if (
        kind === undefined ||
        tokens
          .slice(1, at)
          .some(
            ({ text }) =>
              !/^(?:or|replace|temporary|temp|unique|external|unlogged|global|materialized|if|not|exists|clustered|nonclustered)$/.test(
                text,
              ),
          )
      )
        return nothing
      if (/^(?:user|role|login)$/.test(kind)) return judgeUser(tokens, at + 1)
      const isStructured =
        hasOperator(tokens, '(') || hasWord(tokens, /^(?:as|on|returns|begin|engine|charset|authorization)$/)
      if (!isStructured && !(kind === 'database' || kind === 'schema')) return nothing
      if (!isStructured && !isShouted(tokens[0], tokens[at])) return nothing
      return articles.has(tokens[at + 1]?.text ?? '') ? nothing : one('write', 0.35)
    },
  ],
  ['grant', (tokens) => judgeGrant(tokens, 'to', 0.85)],
  ['revoke', (tokens) => judgeGrant(tokens, 'from', 0.7)],
  [
    'set',
    (tokens) => {
      if (wordAt(tokens, 1) === 'password' && (hasWord(tokens, /^for$/) || hasOperator(tokens, '=')))
        return one('privilege', 0.75)
      if (wordAt(tokens, 1) === 'role' && isName(tokens[2]) && tokens.length === 3 && isShouted(tokens[0], tokens[1]))
        return one('privilege', 0.6)
      if (wordAt(tokens, 1) === 'global' && hasOperator(tokens, '=')) return one('privilege', 0.6)
      return nothing
    },
  ],
  ['exec', judgeExecute],
  ['execute', judgeExecute],
  ['copy', judgeCopy],
  ['unload', judgeUnload],
  ['export', judgeExport],
  ['load', judgeLoad],
  ['backup', judgeBackup],
  ['attach', judgeAttach],
  [
    'shutdown',
    (tokens, isCode) => {
      const isAlone = tokens.length === 1 && isCode
      const isHow = /^(?:with|abort|immediate|transactional)$/.test(wordAt(tokens, 1) ?? '')
      return isAlone || (isHow && tokens.length < 4 && isShouted(tokens[0])) ? one('destructive', 0.8) : nothing
    },
  ],
  [
    'reset',
    (tokens, isCode) =>
      tokens.length === 2 && (isCode || isShouted(tokens[0], tokens[1])) ? one('destructive', 0.8) : nothing,
  ],
  [
    'show',
    (tokens) =>
      /^(?:tables|databases|schemas|columns|grants|users|processlist|variables)$/.test(wordAt(tokens, 1) ?? '') &&
      isShouted(tokens[0], tokens[1])
        ? one('read', 0.25)
        : nothing,
  ],
])

const changing: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'merge'])
const asking: ReadonlySet<string> = new Set(['select', 'values'])

/** Of the queries that it names and the one that uses them, the worst: each may be a DELETE. */
function judgeWith(tokens: readonly SqlToken[], isCode: boolean): readonly Judged[] {
  const judged: Judged[] = []
  let depth = 0
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind === 'operator' && text === '(') depth++
    else if (kind === 'operator' && text === ')') depth--
    else if (kind === 'word' && changing.has(text)) {
      const before = tokens[index - 1]?.text
      const isBegun = before === '(' || (depth === 0 && before === ')')
      if (isBegun) judged.push(...judgeStatement(upToBracket(tokens.slice(index)), isCode))
    }
  }
  if (judged.length > 0) return judged
  const isQuery = tokens.some(({ text }, index) => text === '(' && asking.has(wordAt(tokens, index + 1) ?? ''))
  return isQuery && hasWord(tokens, /^as$/) ? one('read', 0.2) : nothing
}

/** Without what stands behind the bracket that was open before. */
function upToBracket(tokens: readonly SqlToken[]): readonly SqlToken[] {
  let depth = 0
  const end = tokens.findIndex(({ kind, text }) => {
    if (kind === 'operator' && text === '(') depth++
    return kind === 'operator' && text === ')' && --depth < 0
  })
  return end < 0 ? tokens : tokens.slice(0, end)
}

function judgeUser(tokens: readonly SqlToken[], name: number): readonly Judged[] {
  const end = nameEnd(tokens, name) ?? name
  const how = wordAt(tokens, end) ?? ''
  const second = wordAt(tokens, end + 1) ?? ''
  if (/^(?:password|superuser|createrole)$/.test(how)) return one('privilege', 0.8)
  const isSecond = /^(?:password|superuser|login|encrypted|createdb|createrole|by|user)$/.test(second)
  return /^(?:identified|with|for|login)$/.test(how) && isSecond ? one('privilege', 0.8) : nothing
}

/** `GRANT rights ON thing TO somebody`, or `GRANT role TO somebody` in capitals. */
function judgeGrant(tokens: readonly SqlToken[], to: string, score: number): readonly Judged[] {
  const on = tokens.findIndex(({ kind, text }) => kind === 'word' && text === 'on')
  const whom = tokens.findIndex(({ kind, text }) => kind === 'word' && text === to)
  const isRight = privileges.test(tokens[1]?.text ?? '') && !articles.has(tokens[on + 1]?.text ?? '')
  if (on > 1 && on < whom && isRight) return one('privilege', score)
  return whom === 2 && isShouted(tokens[0], tokens[2]) && isName(tokens[3]) ? one('privilege', score) : nothing
}

const privileges =
  /^(?:all|select|insert|update|delete|create|drop|alter|execute|usage|references|trigger|connect|super|file|dba|superuser|role|privileges|truncate)$/
const created =
  /^(?:table|database|schema|view|index|function|procedure|trigger|user|role|login|sequence|type|extension)$/
const dropped = new Map([
  ['table', 0.9],
  ['database', 0.95],
  ['schema', 0.95],
  ['tablespace', 0.9],
  ['column', 0.7],
  ['view', 0.6],
  ['index', 0.5],
  ['user', 0.8],
  ['role', 0.8],
  ['login', 0.8],
  ['procedure', 0.6],
  ['function', 0.6],
  ['trigger', 0.6],
  ['collection', 0.85],
  ['keyspace', 0.95],
  ['owned', 0.9],
])
function judgeSelect(tokens: readonly SqlToken[], isCode: boolean): readonly Judged[] {
  const top = outermost(tokens)
  const from = top.findIndex(({ kind, text }) => kind === 'word' && text === 'from')
  if (from < 0) {
    const isCall = tokens[1]?.kind === 'word' && tokens[2]?.text === '('
    const isValue =
      tokens[1]?.kind === 'number' || tokens[1]?.kind === 'string' || tokens[1]?.text.startsWith('@@') === true
    return isCall || (isValue && (isCode || isShouted(tokens[0]))) ? one('read', 0.2) : nothing
  }
  if (from < 2 || !isList(top.slice(1, from))) return nothing
  const table = top[from + 1]
  if (table?.text !== '(' && (!isName(table) || articles.has(table?.text ?? ''))) return nothing
  const next = wordAt(top, from + 2) ?? ''
  const isPlain = isCode || isShouted(top[0], top[from]) || isSqlish(tokens)
  if (!isPlain && !/^(?:where|order|limit|group|join)$/.test(next)) return nothing
  return one('read', 0.2)
}

/** Columns: names, calls, literals, with commas between. A sentence has more than two words in a row. */
function isList(tokens: readonly SqlToken[]): boolean {
  let row = 0
  for (const { kind, text } of tokens) {
    if (
      kind === 'operator' ||
      /^(?:as|distinct|all|top|case|when|then|else|end|and|or|not|null|is|in|like|between|over|partition|by|order|desc|asc|interval)$/.test(
        text,
      )
    )
      row = 0
    else if (++row > 2 || articles.has(text)) return false
  }
  return true
}

/** What is run, and with what: further on stands nothing that changes what it is. */
const MAX_RUN = 48

function judgeExecute(all: readonly SqlToken[]): readonly Judged[] {
  const tokens = all.slice(0, MAX_RUN)
  if (
    tokens.some(({ text }) => /^(?:xp_cmdshell|sp_oacreate|xp_regread|xp_regwrite|xp_dirtree|xp_fileexist)$/.test(text))
  )
    return one('exfiltration', 0.95)
  if (
    tokens.some(({ text }) =>
      /^(?:sp_configure|sp_addsrvrolemember|sp_addrolemember|sp_addlogin|xp_grantlogin)$/.test(text),
    )
  )
    return one('privilege', 0.9)
  const isRun = wordAt(tokens, 1) === 'immediate' || tokens[1]?.kind === 'string' || tokens[1]?.text === '('
  const isProcedure = tokens.some(({ text }) => /^sp_[a-z_]{3,40}$/.test(text))
  if (!isRun && !isProcedure) return nothing
  const given = tokens.filter(({ kind }) => kind === 'string').slice(0, 8)
  const within = given.flatMap(({ text }) => judgeStatement(sqlReader(text)(text.search(/\S/)), true))
  if (within.length > 0) return within
  return isProcedure || wordAt(tokens, 1) === 'immediate' ? one('write', 0.5) : nothing
}

/** Nothing follows, or what may follow a name. A sentence goes on. */
function endsHere(tokens: readonly SqlToken[], at: number, isCode: boolean): boolean {
  const next = tokens[at]
  return (
    next === undefined ||
    next.kind !== 'word' ||
    /^(?:cascade|restrict|cascaded|restart|continue|force|purge|on|where|order|limit|group|join|inner|left|as|union)$/.test(
      next.text,
    ) ||
    (isCode && tokens.length - at > 12)
  )
}

const articles: ReadonlySet<string> = new Set(
  'the a an our your this that these those my all each any it them and or of in to from for one some every with as is are'.split(
    ' ',
  ),
)
