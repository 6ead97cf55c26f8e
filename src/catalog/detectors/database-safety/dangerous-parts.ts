import type { Judged } from './sql-classes.ts'
import type { SqlToken } from './sql-tokens.ts'
import { hasWord, wordAt } from './token-queries.ts'

const readers =
  /^(?:load_file|pg_read_file|pg_read_binary_file|pg_ls_dir|lo_export|lo_import|utl_http|utl_file|utl_inaddr|dbms_ldap|dblink|dblink_connect|openrowset|opendatasource|openquery|httpuritype|load_extension|writefile|xp_dirtree|xp_cmdshell|sys_exec|sys_eval)$/
const delays = /^(?:sleep|pg_sleep|benchmark|dbms_pipe|dbms_lock|randomblob)$/
const secretColumn =
  /^(?:\w{0,20}_)?(?:passwords?|password_?hash|passwd|pwd|pass_hash|ssn|social_security\w{0,10}|credit_?cards?\w{0,10}|card_?numbers?|cvv|api_?keys?|secret\w{0,10}|private_key|access_?tokens?|refresh_?tokens?|mfa_secret|authentication_string)$/
const secretTable = /^(?:pg_shadow|pg_authid|sysusers|dba_users|syslogins|sql_logins|user_tab_privs)$/

/** What may stand in any statement, and is worse than it. */
export function dangerousParts(tokens: readonly SqlToken[]): readonly Judged[] {
  const parts: Judged[] = []
  for (const [index, { kind, text }] of tokens.entries()) {
    const next = tokens[index + 1]?.text
    if (kind !== 'word' && kind !== 'quoted') continue
    if (text === 'into' && (next === 'outfile' || next === 'dumpfile'))
      parts.push({ class: 'exfiltration', score: 0.9 })
    else if (readers.test(text) && (next === '(' || next === '.')) parts.push({ class: 'exfiltration', score: 0.85 })
    else if (delays.test(text) && next === '(') parts.push({ class: 'injection', score: 0.6 })
    else if (secretTable.test(text) || (text === 'mysql' && next === '.' && tokens[index + 2]?.text === 'user'))
      parts.push({ class: 'exfiltration', score: 0.75 })
    else if (text === 'union' && /^(?:all|select|distinct)$/.test(next ?? '') && isProbe(tokens.slice(index + 1)))
      parts.push({ class: 'injection', score: 0.85 })
    else if (
      secretColumn.test(text) &&
      wordAt(tokens, 0) === 'select' &&
      !hasWord(tokens, /^where$/) &&
      index < tokens.findIndex(({ text: word }) => word === 'from')
    ) {
      parts.push({ class: 'exfiltration', score: 0.6 })
    }
  }
  if (tautologyAt(tokens) && hasWord(tokens, /^or$/)) parts.push({ class: 'injection', score: 0.75 })
  return parts
}

/** A second query that asks for nothing, for as many columns as the first has, or for what tables there are. */
function isProbe(tokens: readonly SqlToken[]): boolean {
  const nulls = tokens.filter(({ text }) => text === 'null').length
  return (
    nulls >= 2 ||
    tokens.some(
      ({ kind, text }) =>
        kind !== 'string' &&
        /^(?:information_schema|sqlite_master|sysobjects|all_tables|pg_catalog|@@version|version|user|current_user|load_file|group_concat)$/.test(
          text,
        ),
    ) ||
    (tokens[1]?.kind === 'number' && tokens[2]?.text === ',' && tokens[3]?.kind === 'number')
  )
}

/** `1 = 1`, `'a' = 'a'`, `true` behind OR: a condition that holds for each row. */
export function tautologyAt(tokens: readonly SqlToken[]): boolean {
  return tokens.some(({ kind, text }, index) => {
    const right = tokens[index + 2]
    const isEqual = /^(?:=|<=>|like|is|>=|<=)$/.test(tokens[index + 1]?.text ?? '')
    return (kind === 'number' || kind === 'string') && isEqual && right?.kind === kind && right.text === text
  })
}
