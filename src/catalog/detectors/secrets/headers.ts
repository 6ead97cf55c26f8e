import { beginsAt } from './finding.ts'
import { hasMixture, isPlaceholder, isRandom, isWordy } from './judge.ts'
import type { Trigger } from './match-formats.ts'

/** Authorization headers (RFC 9110, 11.6.2), cookies, JSON Web Tokens, and passwords given to commands. */
const tokenValue = /[ \t]{1,8}["'`]?([A-Za-z0-9._~+/:|-]{16,2000}={0,2})/y
const basicValue = /[ \t]{1,8}["'`]?([A-Za-z0-9+/]{8,400}={0,2})(?![A-Za-z0-9+/_-])/y
const webToken = /eyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,4000}(?:\.[A-Za-z0-9_-]{0,2000}){1,3}/y
const cookieHeader = /["']?[ \t]{0,4}[:=][ \t]{0,4}["'`]?/y
const cookiePair = /([^\s=;,"']{1,60})=([^\s;,"'<>`]{8,1000})/g
const sessionName = /sess|sid\b|auth|token|jwt|remember|login|csrf|\.sid$|sso|identity|user_id/i

export const headerTriggers: readonly Trigger[] = [
  ...[
    'bearer',
    'ssws',
    'authorization: token',
    'authorization: apikey',
    'authorization: key',
    'authorization: splunk',
  ].map(
    (keyword): Trigger => ({
      keyword,
      look(text, start, end, report) {
        if (!beginsAt(text, start)) return
        tokenValue.lastIndex = end
        const match = tokenValue.exec(text)
        const value = match?.[1]?.replace(/[.:|/-]+$/, '')
        if (match === null || value === undefined || !isRandom(value, 2.6)) return
        const from = end + match[0].length - (match[1]?.length ?? 0)
        report({
          rule: 'authorization-header',
          category: 'token',
          score: 0.9,
          start: from,
          end: from + value.length,
          rank: 1,
        })
      },
    }),
  ),
  {
    keyword: 'basic',
    look(text, start, end, report) {
      if (!beginsAt(text, start)) return
      basicValue.lastIndex = end
      const match = basicValue.exec(text)
      const value = match?.[1]
      if (match === null || value === undefined || !isUserAndPassword(value)) return
      const from = end + match[0].length - value.length
      report({
        rule: 'basic-authorization',
        category: 'password',
        score: 0.95,
        start: from,
        end: from + value.length,
        rank: 1,
      })
    },
  },
  {
    keyword: 'eyj',
    look(text, start, _end, report) {
      if (!beginsAt(text, start) || text[start - 1] === '-') return
      webToken.lastIndex = start
      const token = webToken.exec(text)?.[0].replace(/\.+$/, '')
      if (token === undefined || !hasTokenHeader(token)) return
      const score = token.endsWith('.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c') ? 0.5 : 0.95
      report({ rule: 'json-web-token', category: 'token', score, start, end: start + token.length, rank: 2 })
    },
  },
  {
    keyword: 'cookie',
    look(text, _start, end, report) {
      cookieHeader.lastIndex = end
      const from = end + (cookieHeader.exec(text)?.[0].length ?? 0)
      if (from === end) return
      const line = text.slice(from, from + 1000).split(/[\r\n]/, 1)[0] ?? ''
      for (const match of line.matchAll(cookiePair)) {
        const [whole, name = '', value = ''] = match
        if (
          !sessionName.test(name) ||
          value.length < 16 ||
          !hasMixture(value) ||
          isPlaceholder(value) ||
          isWordy(value)
        )
          continue
        const at = from + match.index + whole.length - value.length
        report({ rule: 'session-cookie', category: 'token', score: 0.85, start: at, end: at + value.length, rank: 1 })
      }
    },
  },
  ...(
    [
      ['curl', /\s(?:-u|--user|--proxy-user|-U)[= ]?\s{0,3}["']?[\w.@+\\-]{0,64}:([^\s"'`]{4,128})/],
      ['wget', /\s--(?:http-|ftp-)?password[= ]["']?([^\s"'`]{4,128})/],
      ['mysql', /\s(?:-p|--password=)["']?([^\s"'`-][^\s"'`]{3,127})/],
      ['ssh', /^ssh\s{1,3}(?:-\w{1,2}\s(?:[\w./~-]{1,60}\s)?){0,4}[\w.-]{1,32}:([^\s"'`@/]{4,128})@[\w-]/],
      ['sshpass', /\s-p\s{0,3}["']?([^\s"'`]{4,128})/],
      ['docker login', /\s(?:-p|--password)[= ]["']?([^\s"'`]{4,128})/],
      ['podman login', /\s(?:-p|--password)[= ]["']?([^\s"'`]{4,128})/],
      ['registry login', /\s(?:-p|--password)[= ]["']?([^\s"'`]{4,128})/],
      ['az login', /\s(?:-p|--password)[= ]["']?([^\s"'`]{4,128})/],
      ['redis-cli', /\s(?:-a|--pass)[= ]["']?([^\s"'`]{4,128})/],
      ['ldapsearch', /\s-w\s{0,3}["']?([^\s"'`]{4,128})/],
      ['mongo', /\s(?:-p|--password)[= ]["']?([^\s"'`]{4,128})/],
      ['sqlcmd', /\s-P\s{0,3}["']?([^\s"'`]{4,128})/],
      ['smbclient', /\s-U\s{0,3}["']?[\w.\\-]{1,40}%([^\s"'`]{4,128})/],
      ['openssl', /\s(?:-pass(?:in|out)?\s{1,3}pass:|-k\s{1,3})([^\s"'`]{4,128})/],
      ['keytool', /\s-(?:store|key)pass\s{1,3}["']?([^\s"'`]{4,128})/],
      ['jdbc:oracle:', /^jdbc:oracle:\w{1,10}:[\w$]{1,40}\/([^\s@"']{4,64})@/],
      ['net use', /\/user:\S{1,64}\s{1,3}["']?([^\s"'`/]{4,128})/],
      ['identified by', /^identified by\s{1,4}(?:password\s{1,3})?["']([^"'\n]{4,128})["']/i],
    ] satisfies readonly (readonly [string, RegExp])[]
  ).map(
    ([keyword, pattern]): Trigger => ({
      keyword,
      look(text, start, end, report) {
        const line = text.slice(start, end + 300).split(/(?<!\\)\n|[|;&]{1,2}\s/, 1)[0] ?? ''
        const match = pattern.exec(line)
        const value = match?.[1]
        if (match === null || value === undefined || isPlaceholder(value) || placeholderPassword.test(value)) return
        const at = start + match.index + match[0].lastIndexOf(value)
        report({
          rule: 'command-password',
          category: 'password',
          score: 0.85,
          start: at,
          end: at + value.length,
          rank: 1,
        })
      },
    }),
  ),
]

export const placeholderPassword =
  /^(?:p(?:ass)?w(?:or)?d|pass(?:word|wd|phrase)?|secret|token|key|none|null|nil|undefined|true|false|yes|no|test(?:ing)?|\W+|user(?:name)?|string|str|text|value|admin|postgres|root|guest|x+)$/i

/** Base64 of `user:password`, in printable characters. */
function isUserAndPassword(value: string): boolean {
  if (value.length % 4 === 1) return false
  const decoded = Buffer.from(value, 'base64').toString('latin1')
  const colon = decoded.indexOf(':')
  if (colon < 0 || !/^[\x20-\x7e\xa0-\xff]+$/.test(decoded)) return false
  const password = decoded.slice(colon + 1)
  return decoded.length >= 6 && !isPlaceholder(password) && !/^(?:pass(?:word|wd)?|user(?:name)?)$/i.test(password)
}

/** RFC 7519, 5: the first part is a JSON object that names an algorithm or a type. */
function hasTokenHeader(token: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('utf8'))
    return typeof header === 'object' && header !== null && ('alg' in header || 'typ' in header || 'enc' in header)
  } catch {
    return false
  }
}
