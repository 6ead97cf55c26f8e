import { drawn } from '../../../src/catalog/detectors/secrets/examples.ts'
import { contextFormats } from '../../../src/catalog/detectors/secrets/formats-context.ts'
import { infixFormats } from '../../../src/catalog/detectors/secrets/formats-infix.ts'
import { prefixFormats } from '../../../src/catalog/detectors/secrets/prefix-formats.ts'
import { sampleOf } from '../../../src/catalog/detectors/secrets/sample.ts'
import type { Random } from '../../random.ts'
import { drawPassword, pick } from './passwords.ts'

export interface Positive {
  readonly text: string
  readonly secret: string
}

type Frame = (secret: string) => string

const around: readonly Frame[] = [
  (secret) => `hey can you check why this key isn't working? ${secret}`,
  (secret) => `Here's my config:\n\n\`\`\`env\nPORT=3000\nSERVICE_VALUE=${secret}\nDEBUG=1\n\`\`\`\nIt still fails.`,
  (secret) => `{"model": "x", "headers": {"x-value": "${secret}"}, "retries": 2}`,
  (secret) => `services:\n  app:\n    environment:\n      - CRED=${secret}\n    ports: ["80:80"]`,
  (secret) => `const client = createClient('${secret}', { region: 'eu' });`,
  (secret) => `client = Client("${secret}")  # TODO move to env\nprint(client.me())`,
  (secret) => `curl -s https://api.example.org/v2/items -H 'X-Auth: ${secret}' | jq .`,
  (secret) => `2031-04-02T10:11:12Z ERROR auth failed for credential ${secret}: 401 Unauthorized`,
  (secret) => `Bitte prüfe diesen Schlüssel: ${secret}. Danke!`,
  (secret) => `この鍵「${secret}」はまだ有効ですか？`,
  (secret) => `<add name="x" value="${secret}" />`,
  (secret) => `| env | value |\n|---|---|\n| prod | ${secret} |`,
  (secret) => `- const t = "${secret}"\n+ const t = process.env.T`,
  (secret) => `He wrote (${secret}) on the board, then left.`,
]

const generated =
  (rows: typeof prefixFormats) =>
  (random: Random): Positive[] =>
    rows.map((row) => {
      const secret = drawn(row, pick(random, row[2].split('|')), random.next)
      return { text: pick(random, around)(secret), secret }
    })

const named: readonly ((name: string, secret: string) => string)[] = [
  (name, secret) => `${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_API_KEY=${secret}`,
  (name, secret) => `${name.toLowerCase().replace(/[^a-z0-9]+/g, '_')}_token: "${secret}"`,
  (name, secret) => `My ${name} api key is ${secret}, why do I get a 401?`,
  (name, secret) => `"${name.toLowerCase()}": { "secret": "${secret}" }`,
  (name, secret) => `export ${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_SECRET='${secret}'`,
]

const passwordFrames: readonly Frame[] = [
  (p) => `DB_PASSWORD=${p}`,
  (p) => `export PGPASSWORD='${p}'`,
  (p) => `password: ${p}`,
  (p) => `spring:\n  datasource:\n    username: app\n    password: ${p}\n    url: jdbc:h2:mem:x`,
  (p) => `{"username":"maria","password":"${p}"}`,
  (p) => `conn = psycopg2.connect(host="db1", user="app", password="${p}")`,
  (p) => `$config['db_pass'] = '${p}';`,
  (p) => `String password = "${p}";`,
  (p) => `const DB = { user: 'root', pass: '${p}' }`,
  (p) => `<password>${p}</password>`,
  (p) => `user=admin&password=${encodeURIComponent(p)}`,
  (p) => `My password is ${p}`,
  (p) => `my wifi password is ${p} if you need it`,
  (p) => `The password for the staging server is ${p}.`,
  (p) => `Username: jdoe\nPassword: ${p}\nPlease reset it after login.`,
  (p) => `Login with admin and password ${p}`,
  (p) => `Mein Passwort ist ${p}, kannst du mich einloggen?`,
  (p) => `Mon mot de passe est ${p}`,
  (p) => `La contraseña del servidor es ${p}`,
  (p) => `A senha do banco é ${p}`,
  (p) => `Het wachtwoord is ${p}`,
  (p) => `Hasło do serwera to ${p}`,
  (p) => `Мой пароль — ${p}`,
  (p) => `пароль от базы: ${p}`,
  (p) => `服务器密码：${p}`,
  (p) => `パスワードは${p}です`,
  (p) => `비밀번호는 ${p} 입니다`,
  (p) => `La password è ${p}`,
  (p) => `Lösenordet är ${p}`,
  (p) => `Şifrem: ${p}`,
  (p) => `machine git.example.org login bob password ${p}`,
  (p) => `sshpass -p '${p}' ssh root@10.0.0.4`,
  (p) => `mysql -u root -p${p} shop`,
  (p) => `CREATE USER app IDENTIFIED BY '${p}';`,
  (p) => `ALTER ROLE app WITH PASSWORD '${p}';`,
  (p) => `docker login -u bot -p ${p} registry.example.org`,
  (p) => `curl -u 'bob:${p}' https://nexus.example.org/x`,
  (p) => `ansible_become_pass: ${p}`,
  (p) => `--admin-password ${p}`,
  (p) => `Server=sql1;Database=hr;User Id=sa;Password=${p};Encrypt=True`,
  (p) => `credentials are admin / ${p}`,
]

const urlSafe = (password: string) => password.replace(/[^A-Za-z0-9!$*_-]/g, '')
const urlFrames: readonly Frame[] = [
  (p) => `postgresql://app:${p}@db.internal:5432/orders?sslmode=require`,
  (p) => `DATABASE_URL="mysql://root:${p}@10.1.2.3/shop"`,
  (p) => `mongodb+srv://svc:${p}@cluster0.ab1cd.mongodb.net/?retryWrites=true`,
  (p) => `redis://:${p}@cache:6379/0`,
  (p) => `amqp://worker:${p}@mq.internal:5672/vhost`,
  (p) => `git clone https://bob:${p}@git.example.org/a/b.git`,
  (p) => `ftp://deploy:${p}@files.example.org/www`,
  (p) => `The broker is at amqps://u1:${p}@mq:5671, thanks`,
]

const keyFrames: readonly Frame[] = [
  (k) => `api_key = "${k}"`,
  (k) => `apiKey: '${k}',`,
  (k) => `X-API-Key: ${k}`,
  (k) => `client_secret=${k}`,
  (k) => `"clientSecret": "${k}"`,
  (k) => `JWT_SECRET=${k}`,
  (k) => `SECRET_KEY = '${k}'`,
  (k) => `access_token: ${k}`,
  (k) => `"auth_token" => "${k}"`,
  (k) => `Authorization: Bearer ${k}`,
  (k) => `requests.get(u, headers={"Authorization": "Bearer ${k}"})`,
  (k) => `The API key is ${k}`,
  (k) => `here is the access token: ${k}`,
  (k) => `--api-key ${k}`,
  (k) => `?api_key=${k}&page=2`,
  (k) => `encryption_key: "${k}"`,
  (k) => `WEBHOOK_SECRET="${k}"`,
  (k) => `set_api_key("${k}") # api_key: ${k}`,
  (k) => `Der API-Schlüssel lautet ${k}`,
  (k) => `Cookie: sessionid=${k}; theme=dark`,
]

const pemKinds = [
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  'OPENSSH PRIVATE KEY',
  'DSA PRIVATE KEY',
  'PGP PRIVATE KEY BLOCK',
]

export const positives: Readonly<Record<string, (random: Random) => readonly Positive[]>> = {
  'formats with a beginning': generated(prefixFormats),
  'formats with a mark inside': (random) =>
    infixFormats.map(([, , infix, before, after]) => {
      const secret = sampleOf(before, random.next) + infix + sampleOf(after, random.next)
      return { text: pick(random, around)(secret), secret }
    }),
  'formats told by their vendor': (random) =>
    contextFormats.map(([, , vendors, body]) => {
      const secret = sampleOf(body, random.next)
      return { text: pick(random, named)(pick(random, vendors.split('|')), secret), secret }
    }),
  'private keys': (random) =>
    pemKinds.map((kind) => {
      const lines = Array.from({ length: 3 + Math.floor(random.next() * 20) }, () =>
        sampleOf('[A-Za-z0-9+/]{64}', random.next),
      )
      const secret = `-----BEGIN ${kind}-----\n${lines.join('\n')}\n-----END ${kind}-----`
      const escaped = secret.replaceAll('\n', '\\n')
      return random.next() < 0.3
        ? { text: `{"key":"${escaped}"}`, secret: escaped }
        : { text: `deploy with\n${secret}\nok?`, secret }
    }),
  'web tokens': (random) => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const alg = pick(random, ['HS256', 'RS256', 'ES384', 'EdDSA'])
    const secret = `${part({ typ: 'JWT', alg })}.${part({ sub: sampleOf('[a-z0-9]{8}', random.next), iat: 1 })}.${sampleOf('[A-Za-z0-9_-]{43,86}', random.next)}`
    return [pick(random, around), (s: string) => `Bearer ${s}`, (s: string) => `token=${s}`].map((frame) => ({
      text: frame(secret),
      secret,
    }))
  },
  passwords: (random) =>
    passwordFrames.map((frame) => {
      const password = drawPassword(random)
      const text = frame(password)
      return { text, secret: text.includes(password) ? password : encodeURIComponent(password) }
    }),
  'passwords in URLs': (random) =>
    urlFrames.map((frame) => {
      const secret = urlSafe(drawPassword(random))
      return { text: frame(secret), secret }
    }),
  'keys of no known format': (random) =>
    keyFrames.map((frame) => {
      const secret = sampleOf(
        pick(random, [
          '[A-Za-z0-9]{32}',
          '[0-9a-f]{32}',
          '[0-9a-f]{64}',
          '[A-Za-z0-9_-]{43}',
          '[A-Za-z0-9]{24}',
          '[A-Z0-9]{26}',
          '[A-Za-z0-9+/]{40}',
        ]),
        random.next,
      )
      return { text: frame(secret), secret }
    }),
}
