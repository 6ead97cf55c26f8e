import { isPlaceholder } from './judge.ts'
import type { Trigger } from './match-formats.ts'

/** Credentials in URLs (RFC 3986, 3.2.1), signed URLs and connection strings. */
const longestUrl = 500

const dataStores =
  /^(?:postgres(?:ql)?|mysqlx?|mariadb|mongodb|rediss?|valkey|amqps?|mssql|sqlserver|oracle|clickhouse|cassandra|neo4j|bolt|couchdb|couchbases?|ldaps?|s?ftps?|smtps?|imaps?|pop3s?|kafka|nats|mqtts?|rabbitmq|cockroachdb|snowflake|elasticsearch|influxdb|jdbc|memcached|libsql|edgedb|surrealdb|milvus|hive|presto|trino|vertica|redshift|db2|odbc|sybase|stomp|tcp|ssh|git|svn)\b/i
const userInfo = /[^\s:/@"'`<>]{0,80}:([^\s"'`<>]{1,200})@(?=[\w[%${-])/y
const webUserInfo = /[^\s:/@"'`<>]{0,80}:([^\s"'`<>/@]{1,200})@(?=[\w[-])/y
const urlEnd = /[\s"'`<>\\)]/
const weakPasswords =
  /^(?:p(?:ass)?w(?:or)?d|pass(?:word|wd|phrase)?|secret|user(?:name)?|admin|root|test|guest|postgres|mysql|mongo|redis|token|key|x+|\*+|\.+|-+|p|pw|abc|foo|bar|baz|port|[0-9]{1,5})$/i

export const urlTriggers: readonly Trigger[] = [
  {
    keyword: '://',
    look(text, colon, end, report) {
      let start = colon
      while (start > 0 && colon - start < 24 && /[A-Za-z0-9+.-]/.test(text[start - 1] ?? ' ')) start -= 1
      const scheme = text.slice(start, colon)
      const isStore = dataStores.test(scheme)
      const pattern = isStore ? userInfo : webUserInfo
      pattern.lastIndex = end
      const match = pattern.exec(text)
      const password = match?.[1]
      if (match === null || password === undefined || weakPasswords.test(password) || isPlaceholder(password)) return
      let last = end + match[0].length
      while (last < text.length && last - start < longestUrl && !urlEnd.test(text[last] ?? ' ')) last += 1
      while (/[.,;:!?\]}]/.test(text[last - 1] ?? '')) last -= 1
      report({
        rule: isStore ? 'database-url' : 'url-credentials',
        category: 'connection-string',
        score: 0.9,
        start,
        end: last,
        rank: 1,
      })
    },
  },
  keyInChain('accountkey=', 'azure-storage-connection', /[A-Za-z0-9+/]{80,90}={0,2}/y),
  keyInChain('sharedaccesskey=', 'azure-bus-connection', /[A-Za-z0-9+/]{40,50}={0,2}/y),
  keyInChain('sharedaccesssignature=', 'azure-bus-connection', /[A-Za-z0-9+/%&=.-]{60,400}/y),
  signature('sig=', 'azure-sas', /[A-Za-z0-9%+/]{43,70}(?:={1,2})?/y, /[?&;](?:sv|se|sp|sr|spr)=/),
  signature('x-amz-signature=', 'aws-signed-url', /[0-9a-f]{64}/y, /x-amz-/i),
  signature('x-goog-signature=', 'google-signed-url', /[0-9a-f]{64,600}/y, /x-goog-/i),
]

/** In `Endpoint=…;AccountKey=…`: the whole chain, which has no blanks. */
function keyInChain(keyword: string, rule: string, value: RegExp): Trigger {
  return {
    keyword,
    look(text, at, end, report) {
      value.lastIndex = end
      const secret = value.exec(text)?.[0]
      if (secret === undefined || isPlaceholder(secret)) return
      const start = wordStart(text, at)
      let last = end + secret.length
      while (last < text.length && last - start < longestUrl && !/[\s"'`<>\\,)]/.test(text[last] ?? ' ')) last += 1
      report({ rule, category: 'connection-string', score: 0.95, start, end: last, rank: 3 })
    },
  }
}

/** The signature only: without it the URL opens nothing. */
function signature(keyword: string, rule: string, value: RegExp, beside: RegExp): Trigger {
  return {
    keyword,
    look(text, at, end, report) {
      value.lastIndex = end
      const secret = value.exec(text)?.[0]
      if (secret === undefined || isPlaceholder(secret)) return
      const start = wordStart(text, at)
      if (!beside.test(text.slice(start, at)) && !beside.test(text.slice(end, end + 200).split(/\s/, 1)[0] ?? ''))
        return
      report({ rule, category: 'token', score: 0.9, start: end, end: end + secret.length, rank: 1 })
    },
  }
}

function wordStart(text: string, at: number): number {
  let start = at
  while (start > 0 && at - start < longestUrl && !/[\s"'`<>,(]/.test(text[start - 1] ?? ' ')) start -= 1
  return start
}
