/** Whether a name such as `DB_PASSWORD`, `clientSecret` or `x-api-key` is one of a secret, and of what kind. */
export type NameKind = 'password' | 'secret' | 'token' | 'key' | 'session'

/** Parts that may follow the word that tells: `API_KEY_PROD`. */
const suffixes = new Set(
  'prod production dev development staging stage test testing live old new value val b64 base64 str string text plain plaintext raw default secondary current env hex base 1 2 3 clear cleartext'.split(
    ' ',
  ),
)
const passwordWords = new Set(
  'password passwd pwd pass passphrase passcode passwort kennwort pw pswd psw passw pwrd wachtwoord contrasena contraseña clave senha parola lozinka haslo hasło heslo heslo2 jelszo salasana losenord lösenord adgangskode passord sifre şifre parool mdp motdepasse sandi kodeord userpass'.split(
    ' ',
  ),
)
const passwordEnd = /(?:password|passwd|passphrase|passwort|pwd|kennwort)$/
const tokenBefore = new Set(
  'next page continuation csrf xsrf pad eos bos unk sep cls mask cancellation cancel sync max stop start end special num per cursor delta resume nextpage antiforgery verification of total input output prompt completion first last cached reasoning design'.split(
    ' ',
  ),
)
const keyBefore = new Set(
  'api access secret private signing sign encryption encrypt decryption master auth account service storage subscription app application consumer shared server admin license licence deploy webhook session cookie jwt hmac aes ssh write read ingest integration project root security authentication instrumentation function host function deployment broker sas function crypto cipher wallet bot sk signature activation product serial recovery'.split(
    ' ',
  ),
)
const keyJoined =
  /(?:api|access|secret|private|signing|encryption|master|auth|account|shared|subscription|license|storage)key$/
const keyNotBefore = new Set(
  'primary foreign public pub cache sort partition hash range row registry index group object s3 bucket map dict idempotency lookup search unique composite natural hot short route i18n translation message locale label field column entity node tree query event config setting state data json yaml dictionary item sub react list record storage local press down up enter escape shift control arrow function command site publishable anon client'.split(
    ' ',
  ),
)
const sessionNames = new Set(
  'sessionid sessid phpsessid jsessionid sid session_id session connectsid sessiontoken'.split(' '),
)

export function kindOf(name: string): NameKind | undefined {
  const parts = partsOf(name)
  while (parts.length > 1 && suffixes.has(parts.at(-1) ?? '')) parts.pop()
  const last = parts.at(-1) ?? ''
  const before = parts.at(-2) ?? ''
  if (passwordWords.has(last) || passwordEnd.test(last))
    return /^(?:no|min|max|hash|hashed|is|has)$/.test(before) ? undefined : 'password'
  if (last === 'phrase' && before === 'pass') return 'password'
  if (last === 'word' && before === 'pass') return 'password'
  if (
    last === 'token' ||
    /(?:access|auth|bearer|refresh|api|bot|identity|session|registration|service|personal|admin)token$/.test(last)
  )
    return tokenBefore.has(before) ? undefined : 'token'
  if (last === 'secret' || /(?:client|app|api|shared|jwt|webhook|consumer)secret$/.test(last)) return 'secret'
  if (last === 'key') {
    if (keyBefore.has(before) || parts[0] === 'x') return 'key'
    return parts.length > 1 && name === name.toUpperCase() && !keyNotBefore.has(before) ? 'key' : undefined
  }
  if (keyJoined.test(last)) return 'key'
  if (/^(?:credentials?|creds?)$/.test(last)) return 'secret'
  if (last === 'auth' || last === 'authtoken' || last === 'authorization') return 'token'
  if (sessionNames.has(last) || sessionNames.has(`${before}${last}`)) return 'session'
  if (before === 'connect' && last === 'sid') return 'session'
  return undefined
}

function partsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[-_.\s$]+/)
    .filter((part) => part !== '')
}
