import * as z from 'zod'
import type { GatewayError } from '../../core/errors.ts'
import type { TokenReply } from '../../core/secrets/credential.ts'
import { SecretGone, unavailable } from '../../core/secrets/secret-reference.ts'
import type { ReadSecret, SecretIo, VaultSettings } from '../../core/secrets/secret-store.ts'
import { parseJson } from '../../core/wire/json.ts'

/** https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version */
const SecretBody = z.object({ data: z.object({ data: z.record(z.string(), z.unknown()).nullable() }) })
/** https://developer.hashicorp.com/vault/api-docs/auth/approle#login-with-approle; that of Kubernetes answers alike. */
const LoginBody = z.object({
  auth: z.object({ client_token: z.string().min(1), lease_duration: z.number().nullish() }),
})

/** A token is not used in its last seconds. */
const marginMs = 10_000

/** The key-value store of HashiCorp Vault, version 2, over HTTP. A login is kept as long as Vault says. */
export function readVault(settings: VaultSettings, io: SecretIo): ReadSecret {
  const { address, allowPrivateNetwork, namespace, auth } = settings
  const common = {
    'x-vault-request': 'true',
    ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
  }
  const at = (path: string): string => `${address.replace(/\/+$/, '')}/v1/${path}`
  const ask = (path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<TokenReply> =>
    io.ask({ name: 'vault', allowPrivateNetwork }, at(path), { ...common, ...headers }, body)
  let login: Promise<{ readonly token: string; readonly untilMs: number }> | undefined

  async function newLogin(mount: string, fields: Readonly<Record<string, string>>) {
    const json = { 'content-type': 'application/json' }
    const reply = await ask(`auth/${mount}/login`, json, JSON.stringify(fields))
    if (reply.status !== 200) throw refusal(reply.status, 'the login')
    const read = LoginBody.safeParse(parseJson(reply.body))
    if (!read.success) throw unavailable('Vault answered a login with something that holds no token')
    const { client_token: token, lease_duration: seconds } = read.data.auth
    // Vault says 0 for a token without an end.
    const lifeMs = (seconds === 0 || seconds == null ? 3600 : seconds) * 1000
    return { token, untilMs: io.now() + lifeMs - Math.min(marginMs, lifeMs / 10) }
  }

  async function logIn(mount: string, fieldsOf: () => Promise<Readonly<Record<string, string>>>): Promise<string> {
    const known = await login?.catch(() => undefined)
    if (known !== undefined && io.now() < known.untilMs) return known.token
    login = fieldsOf().then((fields) => newLogin(mount, fields))
    return (await login).token
  }

  const tokenOf = async (): Promise<string> => {
    switch (auth.kind) {
      case 'token':
        return auth.token
      case 'token-file':
        return (await io.readFile(auth.path)).trim()
      case 'app-role':
        return await logIn(auth.mount, async () => ({ role_id: auth.roleId, secret_id: auth.secretId }))
      case 'kubernetes':
        return await logIn(auth.mount, async () => ({
          role: auth.role,
          jwt: (await io.readFile(auth.tokenFile)).trim(),
        }))
    }
  }

  return async ({ place, field = '' }) => {
    const [mount = '', ...steps] = place.split('/').map(encodeURIComponent)
    const read = async (): Promise<TokenReply> =>
      await ask(`${mount}/data/${steps.join('/')}`, { 'x-vault-token': await tokenOf() })
    let reply = await read()
    // A login may have been revoked before its time.
    if (reply.status === 403 && login !== undefined) {
      login = undefined
      reply = await read()
    }
    if (reply.status === 404) throw new SecretGone('Vault has no such secret, or its newest version was deleted')
    if (reply.status !== 200) throw refusal(reply.status, 'the read')
    const body = SecretBody.safeParse(parseJson(reply.body))
    if (!body.success) throw unavailable('Vault answered with something that is no secret of KV version 2')
    const data = body.data.data.data ?? {}
    const value = Object.hasOwn(data, field) ? data[field] : undefined
    if (typeof value !== 'string') throw new SecretGone('the secret has no field of that name that is text')
    return value
  }
}

function refusal(status: number, what: string): GatewayError {
  if (status === 403 || status === 400)
    return unavailable(`Vault refused ${what} (${status}); check its role and policy`)
  // https://developer.hashicorp.com/vault/api-docs/system/health: what a sealed Vault answers to all.
  return unavailable(status === 503 ? 'Vault is sealed or in maintenance (503)' : `Vault failed (${status})`)
}
