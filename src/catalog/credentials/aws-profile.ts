import { homedir } from 'node:os'
import { join } from 'node:path'
import { GatewayError } from '../../core/errors.ts'
import type { AccountCredential, ExchangeIo } from '../../core/secrets/credential.ts'
import { processCredential } from './aws-process.ts'
import { sourceCredential } from './aws-sources.ts'
import { ssoCredential, ssoProfile } from './aws-sso.ts'
import { assumeRole, assumeRoleWithToken, type TemporaryCredential } from './aws-sts.ts'

/** Other programs renew the files; this often they are looked at. */
const lifetimeMs = 5 * 60_000
/** Of roles that lead to roles. */
const maxSteps = 5

type Sections = ReadonlyMap<string, ReadonlyMap<string, string>>

interface SharedFiles {
  readonly profiles: Sections
  /** `sso-session` sections. */
  readonly sessions: Sections
}

/** The credentials of a profile, by whatever way it gets them: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html */
export async function profileCredential(
  io: ExchangeIo,
  name: string,
  options: AccountCredential['options'],
  region: string,
): Promise<TemporaryCredential> {
  const { profiles, sessions } = await readShared(io, options)
  const resolve = async (profile: string, before: readonly string[]): Promise<TemporaryCredential> => {
    const field = (key: string): string | undefined => profiles.get(profile)?.get(key)
    const pair = pairOf(field)
    const [roleArn, source, named] = ['role_arn', 'source_profile', 'credential_source'].map(field)
    const tokenFile = field('web_identity_token_file')
    // A profile that names itself means its own pair.
    if (roleArn === undefined || (before.at(-1) === profile && pair !== undefined)) {
      if (pair !== undefined) return { credential: pair, expiresAtMs: io.now() + lifetimeMs }
      const sso = ssoProfile(field, (key) => sessions.get(field('sso_session') ?? '')?.get(key))
      if (sso !== undefined) return await ssoCredential(io, sso, options)
      const command = field('credential_process')
      if (command === undefined) throw missing(profile, field)
      // Whoever can write that file would run programs as the gateway: the account has to say that it may be so.
      if (options['credentialProcess'] === 'run') return await processCredential(io, command, profile)
      throw unusable(
        `The profile "${profile}" gets its credentials from a program, which is run for an account with the option \`credentialProcess: run\` only.`,
      )
    }
    const role = { roleArn, externalId: field('external_id'), region, options }
    if (tokenFile !== undefined) return await assumeRoleWithToken(io, await io.readFile(tokenFile), role)
    if (source !== undefined) {
      const isOwnPair = source === profile && pair !== undefined
      if (before.length >= maxSteps || (before.includes(source) && !isOwnPair))
        throw unusable(`The profile "${name}" takes roles in a circle, or more than ${maxSteps} of them.`)
      return await assumeRole(io, (await resolve(source, [...before, profile])).credential, role)
    }
    const word = sourceWords[named ?? '']
    if (word === undefined) throw missing(profile, field)
    return await assumeRole(io, (await sourceCredential(io, word, options, region)).credential, role)
  }
  return await resolve(name, [])
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html */
const sourceWords: Readonly<Record<string, string | undefined>> = {
  Ec2InstanceMetadata: 'instance',
  EcsContainer: 'ecs',
}

function pairOf(field: (key: string) => string | undefined) {
  const accessKeyId = field('aws_access_key_id')
  const secretAccessKey = field('aws_secret_access_key')
  const sessionToken = field('aws_session_token')
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

function missing(profile: string, field: (key: string) => string | undefined): GatewayError {
  if (field('sso_session') !== undefined || field('sso_start_url') !== undefined)
    return unusable(
      `The profile "${profile}" says that a person signs in, but not all of \`sso_region\`, \`sso_account_id\` and \`sso_role_name\`.`,
    )
  return unusable(`The files of AWS have no key pair of the profile "${profile}", and no role that it can take.`)
}

function unusable(message: string): GatewayError {
  return new GatewayError('upstream_unauthorized', message)
}

/** Fields of both files by profile; a pair in the credentials file counts before one in the other. */
async function readShared(io: ExchangeIo, options: AccountCredential['options']): Promise<SharedFiles> {
  const folder = join(homedir(), '.aws')
  const { credentialsFile = join(folder, 'credentials'), configFile = join(folder, 'config') } = options
  const [config, credentials] = await Promise.allSettled([io.readFile(configFile), io.readFile(credentialsFile)])
  // One of them is enough.
  if (config.status === 'rejected' && credentials.status === 'rejected') throw credentials.reason
  const profiles = new Map<string, Map<string, string>>()
  const sessions = new Map<string, Map<string, string>>()
  if (config.status === 'fulfilled') {
    addSections(profiles, config.value, /^(?:profile\s+(.+)|(default))$/)
    addSections(sessions, config.value, /^sso-session\s+(.+)$/)
  }
  if (credentials.status === 'fulfilled') addSections(profiles, credentials.value, /^(.+)$/)
  return { profiles, sessions }
}

function addSections(sections: Map<string, Map<string, string>>, text: string, section: RegExp): void {
  let fields: Map<string, string> | undefined
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[([^\]]*)\]/.exec(line.trim())?.[1]
    if (header !== undefined) {
      const [, named, other] = section.exec(header.trim()) ?? []
      const name = named ?? other
      fields = name === undefined ? undefined : (sections.get(name) ?? new Map<string, string>())
      if (name !== undefined && fields !== undefined) sections.set(name, fields)
      continue
    }
    const equals = line.indexOf('=')
    // An indented line belongs to a field with fields of its own (`s3 =`).
    if (fields === undefined || equals < 1 || /^[\s#;]/.test(line)) continue
    const value = line.slice(equals + 1).trim()
    if (value !== '') fields.set(line.slice(0, equals).trim().toLowerCase(), value)
  }
}
