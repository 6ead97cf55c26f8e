import { ruleOf } from './assignments.ts'
import type { FoundSecret } from './finding.ts'
import { placeholderPassword } from './headers.ts'
import { isPlaceholder, isRandom } from './judge.ts'
import type { Trigger } from './match-formats.ts'

/** "My password is …", "log in with bob / …", in several languages. */
const verb =
  /(?:[ \t]{1,3}[^\n.:=?!;,"'`]{1,48}?|\([^()\n]{1,30}\))??[ \t]{0,3}(?:\b(?:is|are|was|will be|should be|ist|lautet|war|wäre|est|es|era|fue|é|è|sono|jest|to|je|är|er|on|adalah|là|would be)\b(?: (?:now|currently|still|set to|changed to|jetzt|maintenant|ahora))?|：|:|=|это|—|-|は|是|为|為|은|는|हैं|है|هي|هو|היא)[ \t]{0,4}(?:\*{1,2}|「|«[  ]?|“|„|\()?["'`]?([^\s"'`<>“”„«»「」、。，]{4,128})/uy
const direct = /[ \t]{1,3}["'`“]?([^\s"'`<>“”]{6,64})/y
const strong = /^(?=.*[0-9])(?=.*[A-Za-zÀ-ɏЀ-ӿ])(?:.*[!@#$%^&*?+=_~§€£-].*|(?=.*[a-z])(?=.*[A-Z]).*)$/u

const passwordWords = [
  'password',
  'passwort',
  'passwd',
  'passcode',
  'passphrase',
  'passord',
  'kennwort',
  'wachtwoord',
  'mot de passe',
  'contraseña',
  'contrasena',
  'clave',
  'senha',
  'parola',
  'lozinka',
  'haslo',
  'hasło',
  'heslo',
  'jelszó',
  'salasana',
  'lösenord',
  'adgangskode',
  'kodeord',
  'şifre',
  'şifrem',
  'sifre',
  'mật khẩu',
  'kata sandi',
  'parool',
  'пароль',
  'κωδικός',
  '密码',
  '密碼',
  '口令',
  'パスワード',
  '비밀번호',
  '암호',
  'รหัสผ่าน',
  'पासवर्ड',
  'كلمة المرور',
  'كلمة السر',
  'הסיסמה',
  'סיסמה',
  'pwd',
]
const tokenWords = [
  'api key',
  'apikey',
  'api-key',
  'api_key',
  'api token',
  'access token',
  'access key',
  'secret key',
  'auth token',
  'api-schlüssel',
  'clé api',
  'clave api',
  'chave de api',
  'api キー',
  'apiキー',
  'api 密钥',
  'api密钥',
  '密钥',
  'ключ',
  'токен',
  'secret',
  'token',
  'private key',
  'client secret',
  'license key',
  'signing key',
  'encryption key',
  'credential',
]

export const sentenceTriggers: readonly Trigger[] = [
  ...passwordWords.map((keyword): Trigger => ({ keyword, look: lookForPassword })),
  ...tokenWords.map((keyword): Trigger => ({ keyword, look: lookForToken })),
  ...['credentials', 'login', 'log in', 'logged in', 'creds', 'username', 'user:'].map(
    (keyword): Trigger => ({ keyword, look: lookForPair }),
  ),
]

type Report = (found: FoundSecret) => void

function lookForPassword(text: string, _start: number, end: number, report: Report): void {
  const next = text[end]
  if (next !== undefined && /[\w]/.test(next)) return
  verb.lastIndex = end
  const said = verb.exec(text)
  if (said !== null) {
    const value = trimmed(said[1] ?? '')
    const at = end + said[0].length - (said[1]?.length ?? 0)
    const before = text[at - 1] ?? ' '
    if (isSaid(value, /["'`“„«「]/.test(before))) {
      report({ ...ruleOf.password, score: strong.test(value) ? 0.9 : 0.75, start: at, end: at + value.length, rank: 0 })
      return
    }
  }
  direct.lastIndex = end
  const beside = direct.exec(text)
  const value = trimmed(beside?.[1] ?? '')
  if (beside === null || !strong.test(value) || isPlaceholder(value) || /^https?:/.test(value)) return
  const at = end + beside[0].length - (beside[1]?.length ?? 0)
  report({ ...ruleOf.password, score: 0.7, start: at, end: at + value.length, rank: 0 })
}

/** A digit or a mark, which words that may stand here have not; in quotes any word that is no stand-in. */
function isSaid(value: string, isQuoted: boolean): boolean {
  if (
    value.length < 4 ||
    isPlaceholder(value) ||
    placeholderPassword.test(value) ||
    /^https?:|^\W+$|^[0-9]{1,5}$|^[0-9]+(?:th|st|nd|rd|%|px|ms|s|am|pm|-[a-z]+)$/i.test(value)
  )
    return false
  if (/[0-9]/.test(value)) return /\p{L}|[!@#$%^&*]/u.test(value) || /^[0-9]{6,}$/.test(value)
  if (/\p{L}[!@#$%^&*_+=~]+\p{L}|^[!@#$%^&*]|[@#$%^&*]$/u.test(value)) return !/[()[\]{}]/.test(value)
  if (/[a-z][A-Z]/.test(value) && /^[A-Za-z]{8,}$/.test(value))
    return !/^(?:JavaScript|TypeScript|GitHub|OAuth|iPhone|YouTube|LinkedIn)/.test(value)
  return (
    isQuoted &&
    /^[a-z]{6,}$/.test(value) &&
    !/^(?:required|password|incorrect|invalid|wrong|correct|missing|secure|strong|weak)$/.test(value)
  )
}

function lookForToken(text: string, start: number, end: number, report: Report): void {
  const next = text[end]
  if (/[\w.-]/.test(text[start - 1] ?? ' ')) return
  if (next !== undefined && /[\w]/.test(next)) return
  verb.lastIndex = end
  const said = verb.exec(text) ?? spaced(text, end)
  if (said === null) return
  const value = trimmed(said[1] ?? '')
  if (
    value.length < 16 ||
    !isRandom(value) ||
    !/^[\w\-+/=.~:%!@#$^&*]+$/.test(value) ||
    /^https?:|^[0-9.:-]+$|^\//.test(value)
  )
    return
  const at = end + said[0].length - (said[1]?.length ?? 0)
  report({ ...ruleOf.key, score: 0.8, start: at, end: at + value.length, rank: 0 })
}

function spaced(text: string, end: number): RegExpExecArray | null {
  direct.lastIndex = end
  return direct.exec(text)
}

const pair =
  /s?(?:[ \t]{1,3}[^\n.:=?!;,"'`]{0,32}?)??(?:[ \t]?(?:are|is|:|=)|[ \t](?:with|as|using))[ \t]{1,3}["'`]?([\w.@+-]{2,64})["'`]?[ \t]{0,2}(?:\/|:|,?[ \t](?:and|und|with|mit)[ \t](?:the[ \t])?(?:password|passwort|pass|pw)|,?[ \t](?:pass|pw|pwd|password):?)[ \t]{0,3}["'`]?([^\s"'`<>]{5,64})/y

/** "credentials: admin / S3cret!". */
function lookForPair(text: string, _start: number, end: number, report: Report): void {
  pair.lastIndex = end
  const match = pair.exec(text)
  const value = trimmed(match?.[2] ?? '')
  if (match === null || !strong.test(value) || isPlaceholder(value) || value.includes('/')) return
  const at = end + match[0].length - (match[2]?.length ?? 0)
  report({ ...ruleOf.password, score: 0.8, start: at, end: at + value.length, rank: 0 })
}

function trimmed(value: string): string {
  return value.replace(/[.,;:?)\]}*|]+$/, '')
}
