/** `audit`: where checkpoints of the audit log go by themselves, and when. */
import { isAbsolute } from 'node:path'
import * as z from 'zod'
import { objectUrl } from '../../catalog/checkpoint-receivers/bucket.ts'
import type { CheckpointSchedule } from '../../core/record/checkpoint-places.ts'
import { checkTokenUrl } from '../../gateway/outbound/address-guard.ts'
import type { Report } from './accounts.ts'
import type { ReceiverForm, ReceiverSettings } from './alerts-section.ts'
import { isWellGiven } from './given-or-kept.ts'

const text = z.string().min(1).max(2048)
const secret = text.describe('The value, or where it is kept: `env:`, `file:`, `vault:`, …')
/** Nothing that is spelled otherwise in a URL. */
const segments = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/

const Webhook = z.strictObject({
  url: text.describe('Gets a POST with JSON; https, or http in a private network. May be a reference to a secret.'),
  secret: secret.optional().describe('What bodies are signed with (Standard Webhooks, HMAC-SHA256).'),
})
const Bucket = z.strictObject({
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'takes the name of a bucket'),
  region: z.string().regex(/^[a-z0-9-]{1,32}$/, 'takes a region such as `eu-central-1`'),
  endpoint: text.optional().describe('Address of a store that is not Amazon’s: MinIO, R2, Ceph. Default: Amazon S3.'),
  prefix: z.string().max(200).regex(segments, 'takes names between slashes, without blanks').optional(),
  accessKeyId: secret,
  secretAccessKey: secret,
  sessionToken: secret.optional(),
})

export const AuditSection = z.strictObject({
  checkpoints: z
    .strictObject({
      everyMinutes: z.int().min(1).max(10_080).optional().describe('Where there are new entries. Default 60.'),
      everyEntries: z.int().min(1).max(1_000_000).optional().describe('As soon as there are so many new entries.'),
      receivers: z
        .array(
          z.strictObject({
            id: z
              .string()
              .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'takes letters, digits, dots, dashes and underscores, at most 64'),
            file: z
              .strictObject({ path: z.string().min(1).max(4096).describe('Absolute; a line is added for each.') })
              .optional(),
            webhook: Webhook.optional(),
            s3: Bucket.optional(),
            allowPrivateNetwork: z.boolean().optional().describe('Needed for a private or loopback address.'),
          }),
        )
        .min(1)
        .max(20),
    })
    .optional()
    .describe('Signed checkpoints of the audit log are sent by themselves.'),
})
type AuditSection = z.infer<typeof AuditSection>
type Entry = NonNullable<AuditSection['checkpoints']>['receivers'][number]

interface CheckpointConfig {
  readonly schedule?: CheckpointSchedule
  readonly receivers: readonly ReceiverSettings[]
}

/** `taken`: ids of receivers of alerts, which share the book of deliveries. */
export function checkpointConfig(
  { checkpoints }: AuditSection,
  taken: ReadonlySet<string>,
  fault: Report,
): CheckpointConfig {
  if (checkpoints === undefined) return { receivers: [] }
  const { everyMinutes = 60, everyEntries, receivers } = checkpoints
  const seen = new Set(taken)
  return {
    schedule: { everyMs: everyMinutes * 60_000, ...(everyEntries === undefined ? {} : { everyEntries }) },
    receivers: receivers.flatMap((entry, index) => {
      const report: Report = (path, message) => fault(['checkpoints', 'receivers', index, ...path], message)
      if (seen.has(entry.id)) report(['id'], `Two receivers of alerts or checkpoints have the id \`${entry.id}\`.`)
      seen.add(entry.id)
      const form = formOf(entry, report)
      const { id, allowPrivateNetwork = false } = entry
      return form === undefined ? [] : [{ id, takes: 'checkpoints' as const, allowPrivateNetwork, form }]
    }),
  }
}

function formOf(entry: Entry, report: Report): ReceiverForm | undefined {
  const { id, file, webhook, s3, allowPrivateNetwork = false } = entry
  if ([file, webhook, s3].filter((given) => given !== undefined).length !== 1) {
    report([], 'A receiver of checkpoints takes one of `file`, `webhook` and `s3`.')
    return undefined
  }
  const rules = { account: id, allowPrivateNetwork, kind: 'receiver of checkpoints' } as const
  const isUrl = (value: string): unknown => checkTokenUrl(value, rules)
  if (file !== undefined) {
    if (isAbsolute(file.path)) return { kind: 'checkpoint-file', path: file.path }
    report(['file', 'path'], 'The path of a file of checkpoints begins with a slash.')
    return undefined
  }
  if (webhook !== undefined) {
    const { url, secret: key } = webhook
    const isWell = [
      isWellGiven(['webhook', 'url'], url, report, isUrl),
      isWellGiven(['webhook', 'secret'], key, report),
    ].every(Boolean)
    return isWell ? { kind: 'checkpoint-webhook', url, ...(key === undefined ? {} : { secret: key }) } : undefined
  }
  if (s3 === undefined) return undefined
  const { endpoint, prefix, sessionToken, ...rest } = s3
  const bucket = {
    ...rest,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  }
  const isWell = [
    ...(['accessKeyId', 'secretAccessKey', 'sessionToken'] as const).map((name) =>
      isWellGiven(['s3', name], s3[name], report),
    ),
    // A query of an address would stand before the name of the object.
    isWellGiven(['s3', 'endpoint'], endpoint ?? objectUrl(bucket, '').origin, report, (value) => {
      if (/[?#]/.test(value)) throw new Error(`The address of the receiver of checkpoints "${id}" has a query.`)
      return isUrl(value)
    }),
  ].every(Boolean)
  return isWell ? { kind: 'checkpoint-bucket', ...bucket } : undefined
}
