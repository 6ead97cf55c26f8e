import type { DetectorExample } from '../../../core/inspection/detection.ts'
import type { FormatRow } from './format.ts'
import { infixFormats } from './formats-infix.ts'
import { prefixFormats } from './prefix-formats.ts'
import { sampleOf } from './sample.ts'

/** A different one for each name, the same in each run. Drawn, so that no text of the repository looks like a secret. */
function randomOf(name: string): () => number {
  let state = 7
  for (const character of name) state = (Math.imul(state, 31) + (character.codePointAt(0) ?? 0)) | 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state >>> 0) / 2 ** 32
  }
}

export function drawn(
  [rule, , starts, body, options]: FormatRow,
  start = starts.split('|')[0] ?? '',
  random = randomOf(rule + start),
): string {
  const secret = start + sampleOf(body, random)
  return options?.finish?.(secret) ?? secret
}

const letters = (name: string, count: number) => sampleOf(`[A-Za-z0-9]{${count}}`, randomOf(name))
const pem = (kind: string) =>
  `-----BEGIN ${kind}-----\n${letters(kind, 64)}\n${letters(`${kind}2`, 40)}==\n-----END ${kind}-----`
const base64Url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const webToken = `${base64Url({ alg: 'HS256', typ: 'JWT' })}.${base64Url({ sub: 'u-481', exp: 1_799_000_000 })}.${letters('jwt', 43)}`
const awsKey = `AKIA${sampleOf('[A-Z2-7]{16}', randomOf('aws'))}`
const githubToken = `ghp_${letters('github', 36)}`
const otpSeed = sampleOf('[A-Z2-7]{16}', randomOf('one-time'))
const hexKey = sampleOf('[0-9a-f]{32}', randomOf('hexadecimal'))

export const flagged: readonly DetectorExample[] = [
  { text: `The key is AKIA${sampleOf('[A-Z2-7]{16}', randomOf('aws'))}, keep it.`, rule: 'aws-access-key' },
  { text: `aws_secret_access_key = ${sampleOf('[A-Za-z0-9+/]{40}', randomOf('aws-secret'))}`, rule: 'aws-secret-key' },
  { text: `Please debug this:\n${pem('RSA PRIVATE KEY')}`, rule: 'private-key' },
  { text: pem('OPENSSH PRIVATE KEY').replaceAll('\n', '\\n'), rule: 'private-key' },
  {
    text: `{"type":"service_account","private_key":"${pem('PRIVATE KEY').replaceAll('\n', '\\n')}"}`,
    rule: 'google-service-account',
  },
  { text: `Authorization: Bearer ${letters('bearer', 40)}`, rule: 'authorization-header' },
  {
    text: `curl -H "Authorization: Basic ${Buffer.from('deploy:Zk4!pq90').toString('base64')}" https://ci.internal`,
    rule: 'basic-authorization',
  },
  { text: `It answers with ${webToken} and then 401.`, rule: 'json-web-token' },
  { text: 'DATABASE_URL=postgres://app:gT7-kkq2Lw@db.internal:5432/orders', rule: 'database-url' },
  { text: 'git clone https://ci-bot:q8Wz-41nMx@git.example.org/team/repo.git', rule: 'url-credentials' },
  {
    text: `DefaultEndpointsProtocol=https;AccountName=media;AccountKey=${letters('account', 86)}==;EndpointSuffix=core.windows.net`,
    rule: 'azure-storage-connection',
  },
  { text: 'Server=sql1;Database=hr;User Id=sa;Password=Winter#2031;Encrypt=True', rule: 'connection-string-password' },
  { text: 'Can you log in for me? My password is Kastanie-77!', rule: 'password' },
  { text: 'Mein Passwort lautet Kastanie77 und der Benutzer ist bob.', rule: 'password' },
  { text: 'Mi contraseña es Girasol2031.', rule: 'password' },
  { text: 'Le mot de passe est Tourne$ol9', rule: 'password' },
  { text: 'Мой пароль: Podsolnuh91!', rule: 'password' },
  { text: '我的密码是 Sunflower#88，请帮我登录。', rule: 'password' },
  { text: 'パスワードは Himawari2031 です', rule: 'password' },
  { text: 'db:\n  user: app\n  password: "s3cr3t-of-app"\n', rule: 'password' },
  { text: '{"user": "app", "password": "tr0ub4dor&3"}', rule: 'password' },
  { text: 'export SMTP_PASSWORD=orangetree', rule: 'password' },
  { text: `const client = new Client({ apiKey: '${letters('api', 32)}' })`, rule: 'generic-api-key' },
  { text: `x-api-key: ${letters('header', 36)}`, rule: 'generic-api-key' },
  { text: `The Datadog API key is ${sampleOf('[0-9a-f]{32}', randomOf('dd'))}.`, rule: 'datadog-api-key' },
  { text: `Cookie: theme=dark; sessionid=${letters('cookie', 32)}; lang=en`, rule: 'session-cookie' },
  { text: 'mysql -u root -pHorse7Battery shop', rule: 'command-password' },
  { text: 'curl -u admin:Tulip-90-field https://nexus.internal/repository/', rule: 'command-password' },
  { text: "jwt.sign(user, 'blue-s3al-K3y')", rule: 'hardcoded-key' },
  { text: 'db.internal:5432:orders:app:Zx81-kettle', rule: 'password' },
  { text: '| Service | Login | Password |\n|---|---|---|\n| Grafana | admin | Gr4f-2030! |', rule: 'password' },
  { text: 'name,password,role\nanna,Birke-2031,admin\notto,Hirsch!42,user\n', rule: 'password' },
  { text: 'The passcode for the door is 48213.', rule: 'password' },
  { text: 'env:\n  - name: DB_PASSWORD\n    value: "Mango-Tr33"', rule: 'password' },
  {
    text: 'My seed phrase is witch collapse practice feed shame open despair creek road again ice least',
    rule: 'seed-phrase',
  },
  { text: `The key, spelt: ${[...awsKey].join(' ')}`, rule: 'aws-access-key' },
  { text: `I wrote it as ${[...awsKey].join('-')} so that it passes.`, rule: 'aws-access-key' },
  { text: `Read it to me in groups: ${awsKey.match(/.{4}/g)?.join(' ')}, thanks.`, rule: 'aws-access-key' },
  { text: `Its token is ${[...githubToken].join(' ')}`, rule: 'github-token' },
  { text: 'the root password for prod is correct-horse-battery, tell nobody', rule: 'password' },
  { text: 'Das Passwort für den Root-Server ist korrekt-pferd-batterie', rule: 'password' },
  { text: 'Le mot de passe root est cheval-correct-batterie', rule: 'password' },
  { text: 'La contraseña de root es caballo-correcto-batería', rule: 'password' },
  { text: 'login: admin / Tr0ub4dor&3', rule: 'password' },
  { text: 'db creds root/Tr0ub4dor&3, go ahead', rule: 'password' },
  { text: 'Sign in as root using Tr0ub4dor&3', rule: 'password' },
  { text: 'You can sign in with hunter2 as the password.', rule: 'password' },
  { text: "my password's hunter2", rule: 'password' },
  { text: 'password hunter2', rule: 'password' },
  { text: 'use passphrase "purple monkey dishwasher" to unlock it', rule: 'password' },
  { text: 'Please use the passphrase purple monkey dishwasher giraffe', rule: 'password' },
  { text: 'The PIN is 4711 and the card is in the drawer.', rule: 'password' },
  { text: 'The alarm code is 2580, the gate code for the yard is 48213.', rule: 'password' },
  { text: 'ssh root:Tr0ub4dor@10.0.0.5', rule: 'command-password' },
  { text: `otp seed ${otpSeed}`, rule: 'one-time-password-seed' },
  { text: `The 2FA secret is ${otpSeed.match(/.{4}/g)?.join(' ')}`, rule: 'one-time-password-seed' },
  { text: `otpauth://totp/ACME:ada?secret=${otpSeed}&issuer=ACME`, rule: 'one-time-password-seed' },
  { text: 'My recovery codes: 8f3k-29dk, 1k9d-33fz, 9d2k-19fk', rule: 'recovery-codes' },
  { text: `key ${hexKey}`, rule: 'generic-api-key' },
  { text: `Here is the key ${hexKey}, keep it.`, rule: 'generic-api-key' },
  ...prefixFormats.flatMap((row): DetectorExample[] =>
    row[2]
      .split('|')
      .slice(0, 2)
      .map((start) => ({ text: `Use ${drawn(row, start)} for it.`, rule: row[0] })),
  ),
  ...infixFormats.map(([rule, , infix, before, after]): DetectorExample => {
    const random = randomOf(rule)
    return { text: `Use ${sampleOf(before, random)}${infix}${sampleOf(after, random)} for it.`, rule }
  }),
]

const base64Image = `data:image/png;base64,iVBORw0KGgo${letters('image', 400)}`

export const clean: readonly DetectorExample[] = [
  'Keys of AWS begin with AKIA.',
  'aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  'export OPENAI_API_KEY=<your-key>',
  'OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  'api_key: "YOUR_API_KEY_HERE"',
  'const key = process.env.STRIPE_SECRET_KEY',
  "password = os.environ['DB_PASSWORD']",
  'password: $' + '{DB_PASSWORD}',
  'password: {{ vault.db_password }}',
  'postgres://user:password@localhost:5432/mydb',
  'The password is required to be at least 12 characters long.',
  'Password: must contain a number and a symbol',
  'interface Login { username: string; password: string; token?: string }',
  'def login(user: str, password: str) -> Token:',
  '<input type="password" name="password" placeholder="Password">',
  '{"password": {"type": "string", "minLength": 8}, "required": ["password"]}',
  'The key to a good token budget is to keep the secret of brevity.',
  'The tokenizer has pad_token: "<pad>" and max_tokens: 4096.',
  'id: 123e4567-e89b-12d3-a456-426614174000',
  'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  '"integrity": "sha512-9NET910DNaIPngYnLLPeg+Ogzqsi9uM4mSboU5y6p8S5DzMTVEsJZrawi+BoDNUVBa2DhJqQYUFvMDfgU062LQ=="',
  '<script src="app.js" integrity="sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC"></script>',
  '.css-1q2w3e4r5t { color: #1a2b3c } .sk-estimator-doc-link { float: left }',
  base64Image,
  '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo\n-----END PUBLIC KEY-----',
  '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtlbm5lbmxlcm5lbnNwaWVsZW5zaW5nZW50 bob@host',
  'Send the header Authorization: Bearer <token> with each call.',
  'A bearer of good news has basic understanding of what he bears.',
  'Mein Passwort wurde abgelehnt, was soll ich tun?',
  'J’ai oublié mon mot de passe, comment le réinitialiser ?',
  '忘记密码怎么办？',
  'https://example.com/reset-password?lang=en#token',
  'primary_key: user_id_2024_v3, foreign_key: order_id',
  'Sort by key=score2024 and cache_key=profile:12345678',
  'password_hash = "$2b$12$KIXQJ8l3"',
  'next_page_token: "CAEQAR1hZGZhc2RmMTIzNDU2Nzg"',
  'keyboard: qwerty2, turkey: 12 lbs, monkey=banana99',
  'The password for the shared box goes to alex.kim473@proton.me.',
  'password: ^(?=.*[0-9])(?=.*[a-z]).{8,32}$',
  'function scrypt(password: BinaryLike, salt: BinaryLike): void',
  'return token = SyntaxKind.EndOfFileToken',
  'jwt.sign(user, process.env.JWT_SECRET)',
  'Pass 2FA as user2 to `login`, then pass "mode3" on.',
  '| field | token | count |\n|---|---|---|\n| a | the | 12 |',
  'name,password,role\nanna,yes,admin\notto,none,user\n',
  'A B C D E F G H I J K L M N O P Q R S T U V W X Y Z, and again from A.',
  's k - l e a r n i s a l i b r a r y f o r l e a r n i n g',
  'With sk-learn that were then used here with data from 2024',
  'A K I A is how keys of AWS begin, spelt.',
  '| a | b | c | d | e | f | g | h | i | j | k | l | m | n | o | p | q |',
  'The password is wrong. The password is required.',
  'The password is incorrect please try again',
  'Passwords are case-sensitive; the password is state-of-the-art and base64-encoded.',
  'password: min-length-8',
  'The password is first-name-last-name, as always.',
  'Le mot de passe est peut-être incorrect',
  'Use argon2 as the password hash, not sha256 as a password.',
  'login: yes / no, then log in as user1 with role2',
  'log in with Google / GitHub / Apple, or sign in with Apple and iOS17',
  'Enable two-factor authentication; your OTP code is 483921.',
  'otpauth://totp/Example:alice?secret=YOUR_SECRET_HERE&issuer=Example',
  'Recovery codes: see the settings page. The recovery code is missing.',
  'error recovery code: 0x80070005',
  `md5 checksum ${hexKey}, commit ${sampleOf('[0-9a-f]{40}', randomOf('commit'))}`,
  `The cache key ${hexKey} and the primary key ${hexKey}; delete the key ${hexKey} from redis.`,
  'The spin is 4000 rpm.',
  'The error code is 4711, the zip code is 10115, the unlock code is four digits; failsafe code: 2031.',
  'bypass=true compass=north42 passenger=12A',
].map((text) => ({ text }))
