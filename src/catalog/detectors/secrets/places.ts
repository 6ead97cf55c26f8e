import { placeholderPassword } from './headers.ts'
import { hasMixture, isPlaceholder } from './judge.ts'
import type { Trigger } from './match-formats.ts'

/** Places that hold a secret without a name before it: arguments of functions, lines of .pgpass, numbers of cards and doors. */
const places: readonly (readonly [keyword: string, rule: 'hardcoded-key' | 'password', value: RegExp])[] = [
  ...['jwt.sign(', 'jwt.verify(', 'jwt.encode(', 'jwt.decode('].map(
    (keyword) => [keyword, 'hardcoded-key', /^[^\n]{1,160}?,\s{0,8}b?["'`]([^"'`\n\s]{8,200})["'`]/] as const,
  ),
  ['createhmac(', 'hardcoded-key', /^["'`][\w-]{1,20}["'`],\s{0,8}["'`]([^"'`\n\s]{8,200})["'`]/],
  ['createcipheriv(', 'hardcoded-key', /^["'`][\w-]{1,20}["'`],\s{0,8}["'`]([^"'`\n\s]{8,200})["'`]/],
  ['hmac.new(', 'hardcoded-key', /^(?:key=)?b?["']([^"'\n\s]{8,200})["']/],
  ['aes.new(', 'hardcoded-key', /^(?:key=)?b?["']([^"'\n]{8,200})["']/],
  ['fernet(', 'hardcoded-key', /^(?:key=)?b?["']([^"'\n\s]{32,60})["']/],
  ...['auth=(', 'httpbasicauth(', 'basicauth('].map(
    (keyword) => [keyword, 'password', /^\s{0,4}["'][^"'\n]{1,64}["'],\s{0,4}["']([^"'\n$]{4,128})["']/] as const,
  ),
  ['convertto-securestring ', 'password', /^(?:-String[ \t]{1,3})?["']([^"'\n$]{4,128})["']/i],
  ['secretkeyspec("', 'hardcoded-key', /^([^"\n\s]{8,200})"/],
  [':5432:', 'password', /^[\w*-]{1,63}:[\w*-]{1,63}:([^\s:"'`]{4,128})(?=\s|$)/],
  ['--password-stdin', 'password', /(?!)/],
  ...['pin is', 'pin ist', 'pin lautet', 'pin est', 'pin es', 'pin è'].map(
    (keyword) =>
      [
        keyword,
        'password',
        /^[ \t]{1,3}["'`]?([0-9]{4,8})(?![0-9.,]*[0-9%]|[ \t](?:digits?|characters?|minutes?|days?|times|rpm|mm|cm|v|volts?|k?hz|ohms?)\b)/i,
      ] as const,
  ),
  ...['door', 'alarm', 'gate', 'safe', 'entry', 'lock', 'lockbox', 'unlock', 'garage', 'keypad'].map(
    (of) =>
      [
        `${of} code`,
        'password',
        /^(?:[ \t]{1,3}[\p{L} ]{1,24})??(?:[ \t]{1,3}is[ \t]{1,3}|[ \t]?[:=][ \t]{0,3})["'`]?([0-9]{4,8})(?![0-9.,]*[0-9%]|[ \t]digits?\b)/iu,
      ] as const,
  ),
  ...['my pin', 'mein pin', 'meine pin', 'mon pin', 'mi pin', 'pin number', 'card pin', 'atm pin', 'passcode'].map(
    (keyword) =>
      [
        keyword,
        'password',
        /^[^\n0-9.;]{0,40}?(?:is|:|to|=|ist|es|est)[ \t]{0,3}["'`]?([0-9]{4,8})(?![0-9.,]*[0-9%]| (?:digits|characters|minutes|days|times))/i,
      ] as const,
  ),
]

const piped =
  /(?:echo|printf|<<<)[ \t]{1,3}(?:-n[ \t]{1,3})?["']?([^\s"'`|]{4,128})["']?[ \t]{0,3}\|[ \t]{0,3}(?:docker|podman|helm|skopeo|crane)[^\n|]{0,120}$/

export const placeTriggers: readonly Trigger[] = places.map(([keyword, rule, pattern]) => ({
  keyword,
  look(text, start, end, report) {
    // `spin is 4000`
    if (/^[a-z]*\s?(?:pin|code)\b/.test(keyword) && /\w/.test(text[start - 1] ?? ' ')) return
    const isPiped = keyword === '--password-stdin'
    const from = isPiped ? Math.max(0, start - 260) : end
    const match = isPiped ? piped.exec(text.slice(from, start)) : pattern.exec(text.slice(from, from + 300))
    const value = match?.[1]
    if (match === null || value === undefined || isPlaceholder(value) || placeholderPassword.test(value)) return
    if (rule === 'hardcoded-key' && !hasMixture(value)) return
    const at = from + match.index + match[0].lastIndexOf(value)
    const category = rule === 'password' ? 'password' : 'credential'
    report({ rule, category, score: 0.75, start: at, end: at + value.length, rank: 0 })
  },
}))
