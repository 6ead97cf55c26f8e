import { isExpression, ruleOf } from './assignments.ts'
import type { FoundSecret } from './finding.ts'
import { placeholderPassword } from './headers.ts'
import { isPlaceholder, isRandom } from './judge.ts'
import type { Trigger } from './match-formats.ts'
import { isDescription, isWordChain } from './word-chains.ts'

/** "My password is …", "log in with bob / …", in several languages. */
const said =
  /((?:[ \t]{1,3}(?:[^\n.:=?!;,"'`]|\.(?=\w)){1,48}?|\([^()\n]{1,30}\))??)(?:[ \t]{0,3}|['’](?=s ))(?:(?<!\p{L})(?:(?<=['’])s|is|are|was|will be|should be|ist|lautet|war|wäre|est|es|era|fue|é|è|sono|jest|to|je|är|er|on|adalah|là|would be|from|wurde auf|set to|changed to|reset to)(?!\p{L})(?: (?:now|currently|still|set to|changed to|jetzt|maintenant|ahora)(?!\p{L}))?[ \t]?:?|(：|:|=|это|—|(?<=[ \t])[-–](?=[ \t])|->|→)|は|是|改成了|改成|改为|设置为|为|為|은|는|हैं|है|هي|هو|היא)[ \t]{0,4}(?:\*{2}|「|«[  ]?|“|„|\()?["'`]?([^\s"'`<>“”„«»「」、。，]{4,128})/uy
/** What may stand between the word and a colon: "password for the server:", but not "password strength:". */
const connective =
  /^(?:[ \t]{1,3}(?:for|to|of|on|in|at|we use|i use|für|von|zum?|am|im|de|del|da|do|dos|di|des|du|pour|para|per|til|till|voor|van|od|для|от|к|на|в)(?!\p{L}).*|\([^()]*\))?$/u
const beside = /[ \t]{1,3}["'`“]?([^\s"'`<>“”]{6,64})/y
const strong = /^(?=.*[0-9])(?=.*[A-Za-zÀ-ɏЀ-ӿ])(?:.*[!@#$%^&*?+=_~§€£-].*|(?=.*[a-z])(?=.*[A-Z]).*)$/u

const passwordWords =
  'password|passwort|passwd|mdp|passcode|passphrase|passord|pass|pw|pwd|kennwort|wachtwoord|mot de passe|contraseña|contrasena|clave|senha|parola|lozinka|haslo|hasło|heslo|jelszó|salasana|lösenord|adgangskode|kodeord|şifre|sifre|mật khẩu|kata sandi|parool|пароль|паролем|κωδικός|密码|密碼|口令|パスワード|비밀번호|암호|รหัสผ่าน|पासवर्ड|كلمة المرور|كلمة السر|הסיסמה|סיסמה'
const tokenWords =
  'api key|apikey|api-key|api_key|api token|access token|access key|secret key|auth token|api-schlüssel|clé api|clave api|chave de api|api キー|apiキー|api 密钥|api密钥|密钥|ключ|токен|secret|token|private key|client secret|license key|signing key|encryption key|credential'
const keyWords = 'key|schlüssel|clé|clave|chave|chiave'
const pairWords =
  'credentials|login|log in|logged in|sign in|signed in|creds|username|user:|zugangsdaten|anmelden|identifiants|credenciales'

export const sentenceTriggers: readonly Trigger[] = [
  ...passwordWords.split('|').map((keyword): Trigger => ({ keyword, look: lookForPassword })),
  ...tokenWords.split('|').map((keyword): Trigger => ({ keyword, look: lookForToken })),
  ...keyWords.split('|').map((keyword): Trigger => ({ keyword, look: lookForHexKey })),
  ...pairWords.split('|').map((keyword): Trigger => ({ keyword, look: lookForPair })),
]

type Report = (found: FoundSecret) => void

/** Where a value that is given stands, and what marks it as one. */
interface Value {
  readonly value: string
  readonly at: number
  readonly isQuoted: boolean
  /** A colon or the like gave it, at the end of a line. */
  readonly isAlone: boolean
}

function saidBehind(text: string, start: number, end: number): Value | undefined {
  said.lastIndex = end
  const match = said.exec(text)
  if (match === null) return undefined
  const middle = match[1] ?? ''
  const isWordAlone = !/\w/.test(text[start] ?? ' ') && /^[ \t]\p{L}{2,24}(?:[ \t]\p{L}{2,24})?$/u.test(middle)
  if (match[2] !== undefined && !connective.test(middle) && !isWordAlone) return undefined
  // Of code; `assignments.ts` knows more of that.
  if (match[2] === '=' && /[\w]/.test(text[start] ?? ' ')) return undefined
  const at = end + match[0].length - (match[3]?.length ?? 0)
  const value = trimmed(match[3] ?? '')
  // `password: BinaryLike,`: a type.
  if (match[2] === ':' && /^[A-Z]\w*[a-z]$/.test(value) && /[,;)=|>{]/.test(text[at + value.length] ?? ' '))
    return undefined
  const before = text.slice(at - 2, at)
  return {
    value,
    at,
    isQuoted: /["'`“„«「]$/.test(before),
    isAlone:
      /[:：=]/.test(match[0].slice(match[1]?.length ?? 0)) &&
      /^[.!]?\s*(?:\n|$)/.test(text.slice(at + value.length, at + value.length + 8)),
  }
}

function besides(text: string, end: number): Value | undefined {
  beside.lastIndex = end
  const match = beside.exec(text)
  if (match === null) return undefined
  const at = end + match[0].length - (match[1]?.length ?? 0)
  return { value: trimmed(match[1] ?? ''), at, isQuoted: /["'`“]/.test(text[at - 1] ?? ' '), isAlone: false }
}

const ending = /[a-zà-ɏͰ-ӿ]/i

function lookForPassword(text: string, start: number, keywordEnd: number, report: Report): void {
  if (/[a-zA-Z]/.test(text[start - 1] ?? ' ') && /[a-z]/i.test(text[start] ?? ' ')) return
  // Endings: `lösenordet`, `şifrem`, `passwords`.
  let end = keywordEnd
  // Words that are verbs too: passing, passed.
  const isShort = /^pass$/i.test(text.slice(start, keywordEnd))
  if (
    isShort &&
    !/^[ \t]{0,3}(?:is\b|was\b|are\b|[:：]|->)/.test(text.slice(keywordEnd, keywordEnd + 8)) &&
    !isAfterUser(text, start)
  )
    return
  while (!isShort && end - keywordEnd < 4 && ending.test(text[end] ?? ' ')) end += 1
  if (/[\w]/.test(text[end] ?? ' ')) return
  const give = ({ value, at }: Value, score: number) =>
    report({ ...ruleOf.password, score, start: at, end: at + value.length, rank: 0 })

  const given = saidBehind(text, start, end)
  if (given !== undefined && isSaid(given)) {
    give(given, strong.test(given.value) ? 0.9 : /^[a-z]+$/.test(given.value) ? 0.55 : 0.75)
    const next = /^ to ["'`]?([^\s"'`]{4,64})/.exec(
      text.slice(given.at + given.value.length, given.at + given.value.length + 80),
    )
    const value = trimmed(next?.[1] ?? '')
    const after = {
      value,
      at: given.at + given.value.length + (next?.[0].length ?? 0) - (next?.[1]?.length ?? 0),
      isQuoted: false,
      isAlone: false,
    }
    if (isSaid(after)) give(after, 0.8)
    return
  }
  const before = quotedBefore(text, start) ?? namedBefore(text, start, end)
  if (before !== undefined) give(before, 0.7)
  const near = isShort && !isAfterUser(text, start) ? undefined : besides(text, end)
  if (
    near === undefined ||
    isPlaceholder(near.value) ||
    measures.test(near.value) ||
    mailAddress.test(near.value) ||
    /^https?:|^[\w.]*[([]|\]\(/.test(near.value)
  )
    return
  // `PASSWORD 'x'` of SQL, `login bob password x` of .netrc: a value stands there, whatever it looks like.
  const isGiven =
    (near.isQuoted && (/[0-9!@#$%^&*]/.test(near.value) || /^[A-Z]+$/.test(text.slice(start, keywordEnd)))) ||
    /\b(?:login|user(?:name)?)[ \t:]{1,3}\S{1,64}[ \t]{1,3}$/.test(text.slice(Math.max(0, start - 80), start))
  const goesOn =
    /^ (?:was|is|has|got|does|did|is ?n|won|(?:was|is|has|does|did|wo)n['’]?t|no longer|leaked|stopped)\b/.test(
      text.slice(near.at + near.value.length, near.at + near.value.length + 12),
    )
  const isNamed = (isGiven || (goesOn && /[0-9]/.test(near.value))) && isSaid(near)
  if (strong.test(near.value) || isNamed) give(near, 0.7)
  else if (endsSaying(text, near) && isOwned.test(text.slice(Math.max(0, start - 24), start))) give(near, 0.6)
}

/** "My password hunter2" and "password hunter2", with nothing behind that it could be a part of. */
const isOwned =
  /(?:^|[\n.:;,!?]|(?:^|[^\p{L}])(?:my|our|his|her|their|with|using|mein|unser|mon|notre|mi|nuestra))[ \t]*$/iu

function endsSaying(text: string, { value, at }: Value): boolean {
  return (
    /^[a-z]{4,}[0-9]{1,6}$/.test(value) &&
    !namesWithNumbers.test(value) &&
    /^[ \t]*(?:$|[\n.,;!?])/.test(text.slice(at + value.length, at + value.length + 8))
  )
}

/** Of algorithms and programs, and of numbered things. */
const namesWithNumbers =
  /^(?:sha|argon|bcrypt|scrypt|pbkdf|oauth|base|utf|python|http|ipv|windows|crypt|keepass|field|input|box|step|option|version|level|chapter|section|test|table|column|page|form|slot|entry|manager|policy|rule|part|number|line|case|user|example|sample|pass(?:word|phrase)?|attempt)[0-9]+$/

/** "Is “…” a good password?" */
const inFront =
  /["“`]([^\s"”`]{6,64})["”`](?: (?:as|a|an|is|my|the|your|for|good|strong|safe|secure|enough|new|old|really|very)){1,6} $/i

function quotedBefore(text: string, start: number): Value | undefined {
  const from = Math.max(0, start - 120)
  const match = inFront.exec(text.slice(from, start))
  const value = match?.[1]
  if (match === null || value === undefined || !strong.test(value) || isPlaceholder(value)) return undefined
  return { value, at: from + match.index + 1, isQuoted: true, isAlone: false }
}

/** "Sign in with hunter2 as the password." */
const asPassword =
  /(?:^|[\s:,(])["'`“]?([^\s"'`“”(),:]{6,64})["'`”]? as (?:(?:the|my|your|a|an|his|her|its|our|temporary|new|default|root|admin)[ \t]){0,3}$/

function namedBefore(text: string, start: number, end: number): Value | undefined {
  if (!/^[ \t]*(?:$|[\n.,;:!?)]|(?:for|to|on|and|in|of)\b)/.test(text.slice(end, end + 12))) return undefined
  const from = Math.max(0, start - 120)
  const match = asPassword.exec(text.slice(from, start))
  const value = match?.[1]
  if (match === null || value === undefined || isPlaceholder(value) || namesWithNumbers.test(value)) return undefined
  if (measures.test(value) || mailAddress.test(value) || isExpression(value) || !drawnByHand.test(value))
    return undefined
  return { value, at: from + match.index + match[0].indexOf(value), isQuoted: false, isAlone: false }
}

/** A word with a number, or letters with both. */
const drawnByHand = /^[A-Za-z]{4,}[0-9]{1,6}[!@#$%^&*]{0,3}$|^(?=.*[0-9])(?=.*[A-Za-z]).*[!@#$%^&*?+=~§€£]/

function isAfterUser(text: string, start: number): boolean {
  return userBefore.test(text.slice(Math.max(0, start - 80), start))
}

/** "user jdoe, ", "login bob ". */
const userBefore = /\b(?:user(?:name)?|login)\b[ \t:=]{1,3}\S{1,64}\s{1,3}(?:and |with )?(?:the )?$/i
const mailAddress = /^[\w.+-]+@[\w-]+(?:\.[a-z]{2,12})+$/i

const measures =
  /^[0-9]{1,5}$|^[0-9]+(?:[-–][0-9]+)?(?:th|st|nd|rd|%|px|ms|s|am|pm|x|-[a-z]+)?$|^[A-Z]{1,5}-?[0-9]{1,4}$|^v?[0-9]+(?:[./:-][0-9]+)+$/
const namesOfThings =
  /^(?:JavaScript|TypeScript|GitHub|GitLab|OAuth|iPhone|YouTube|LinkedIn|PostgreSQL|MySQL|MongoDB|LastPass|KeePass|OnePassword|BitWarden)/i
const states =
  /^(?:required|password|incorrect|invalid|wrong|correct|missing|secure|strong|weak|forgotten|protected|encrypted|unknown|optional|expired|disabled|enabled|mandatory|obligatoire|obligatoria|obbligatoria|erforderlich|vergessen|oublié|hidden|nothing|something|anything|whatever|everything|somewhere|available|important|necessary|sensitive|different)$/i

/** A digit or a mark, which words that may stand here have not; in quotes any word that is no stand-in. */
function isSaid({ value, isQuoted, isAlone }: Value): boolean {
  if (value.length < 4 || isPlaceholder(value) || placeholderPassword.test(value) || states.test(value)) return false
  if (/^https?:|^\W+$|^[\w.$]*[([]/i.test(value) || mailAddress.test(value) || isExpression(value)) return false
  if (/^[0-9]{6,}$/.test(value)) return true
  if (measures.test(value) || isDescription(value)) return false
  if (/[0-9]/.test(value)) return /\p{L}|[!@#$%^&*]/u.test(value)
  if (/\p{L}[!@#$%^&*+~]+\p{L}|^[!@#$%^&*]|[@#$%^&*]$/u.test(value)) return !/[()[\]{}]/.test(value)
  if (/[a-z][A-Z]/.test(value) && /^[A-Za-z]{8,}$/.test(value)) return !namesOfThings.test(value)
  if (isWordChain(value)) return true
  return (isQuoted && /^[a-z]{6,}$/.test(value)) || (isAlone && /^[a-z]{8,}$/.test(value))
}

function lookForToken(text: string, start: number, end: number, report: Report): void {
  if (/[\w.-]/.test(text[start - 1] ?? ' ') && /\w/.test(text[start] ?? ' ')) return
  if (/\w/.test(text[end] ?? ' ')) return
  for (const given of [saidBehind(text, start, end), besides(text, end)]) {
    if (given === undefined || !isDrawn(given.value)) continue
    report({ ...ruleOf.key, score: 0.8, start: given.at, end: given.at + given.value.length, rank: 0 })
    return
  }
}

const hexBehind =
  /[ \t]{0,3}(?:[:=][ \t]{0,3}|(?:is|ist|lautet|est|es|é|è)[ \t]{1,3})?["'`]?([0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{48}|[0-9a-fA-F]{64})(?![\w-])/y
/** What is said before the key of something to open, and not before one of a cache or a table. */
const ofSomebody =
  /(?:^|[\n.:;,!?("'`]|(?<!\p{L})(?:the|my|our|your|his|her|their|this|that|a|new|old|use|using|with|its|following|right|wrong|same|correct|hex|der|den|mein(?:en)?|unser(?:en)?|dieser|la|ma|notre|mi|esta|nuestra|a|minha))[ \t]*$/iu
const ofTables =
  /(?<!\p{L})(?:cache[sd]?|redis|memcached?|bucket|s3|table|row|column|index(?:es)?|dict(?:ionary)?|hash(?:map|es)?|map|object|lookup|primary|foreign|partition|md5|sha-?\d*|checksum|digest|fingerprint|commit|etag|public)(?!\p{L})/iu

/** "Here is the key 3f2a…": hexadecimal digits of a length that keys have. */
function lookForHexKey(text: string, start: number, end: number, report: Report): void {
  hexBehind.lastIndex = end
  const value = hexBehind.exec(text)?.[1]
  if (value === undefined || !isRandom(value) || !ofSomebody.test(text.slice(Math.max(0, start - 16), start))) return
  const last = hexBehind.lastIndex
  if (ofTables.test(text.slice(Math.max(0, start - 60), start)) || ofTables.test(text.slice(last, last + 60))) return
  report({ ...ruleOf.key, score: 0.65, start: last - value.length, end: last, rank: 0 })
}

function isDrawn(value: string): boolean {
  if (value.length < 16 || isExpression(value) || mailAddress.test(value) || !/^[\w\-+/=.~:%!@#$^&*]+$/.test(value))
    return false
  return isRandom(value) && !/^https?:|^[0-9.:-]+$|^\/(?:\/|[a-z]+\/)/.test(value)
}

const pair =
  /s?(?:[ \t]{1,3}[^\n.:=?!;,"'`]{0,32}?)??(?:[ \t]?(?:are|is|sind|sont|son|:|=|-|–)|[ \t](?:with|as|using|mit|als|avec|con))[ \t]{1,3}["'`]?([\w.@+-]{2,64})["'`]?[ \t]{0,2}(?:\/|:|,?[ \t](?:and|und|with|mit)[ \t](?:the[ \t])?(?:password|passwort|pass|pw)|,?[ \t](?:pass|pw|pwd|password):?)[ \t]{0,3}["'`]?([^\s"'`<>]{5,64})/y
/** "creds root/…", "log in as root using …": what joins the two is in other sentences too. */
const loosePair =
  /s?(?:[ \t]?(?:are|is|:)|[ \t](?:with|as))?[ \t]{1,3}["'`]?([\w.@+-]{2,64})["'`]?(?:[ \t]{0,2}[/:][ \t]{0,3}|,?[ \t](?:and|using|with|und|mit|et|avec|y|con)[ \t])["'`]?([^\s"'`<>]{6,64})/y

/** "credentials: admin / S3cret!". */
function lookForPair(text: string, _start: number, end: number, report: Report): void {
  const value = pairedBy(pair, text, end)
  if (value !== undefined) {
    report({ ...ruleOf.password, score: 0.8, ...value, rank: 0 })
    return
  }
  const loose = pairedBy(loosePair, text, end)
  if (loose === undefined || !isTyped.test(text.slice(loose.start, loose.end))) return
  report({ ...ruleOf.password, score: 0.7, ...loose, rank: 0 })
}

/** A letter, a digit, and a mark that no name has. */
const isTyped = /^(?=.*[0-9])(?=.*\p{L}).*[!@#$%^&*?~§€£]/u

function pairedBy(
  pattern: RegExp,
  text: string,
  end: number,
): { readonly start: number; readonly end: number } | undefined {
  pattern.lastIndex = end
  const match = pattern.exec(text)
  const value = trimmed(match?.[2] ?? '')
  if (match === null || value.includes('/') || match[1] === 'https' || match[1] === 'http') return undefined
  if (!isSaid({ value, at: 0, isQuoted: false, isAlone: false })) return undefined
  const start = end + match[0].length - (match[2]?.length ?? 0)
  return { start, end: start + value.length }
}

function trimmed(value: string): string {
  return value.replace(/[.,;:?)\]}*|]+$/, '')
}
