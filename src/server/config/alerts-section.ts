/** `alerts`: who is told what by itself. */
import * as z from 'zod'
import type { CheckpointBucket, CheckpointFile } from '../../core/record/checkpoint-places.ts'
import { alertKindNames } from '../../core/spending/alert.ts'
import { checkHost, checkTokenUrl } from '../../gateway/outbound/address-guard.ts'
import { matchesAny } from '../../registry/virtual-keys.ts'
import type { Report } from './accounts.ts'
import { isWellGiven } from './given-or-kept.ts'

const text = z.string().min(1).max(2048)
const secret = text.describe('The value, or where it is kept: `env:`, `file:`, `vault:`, …')
const patterns = z.array(z.string().min(1).max(256)).min(1).max(100)
/** One mailbox on one line: what breaks it could be a header of its own. */
const mailbox = z
  .string()
  .max(320)
  .regex(/^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/, 'takes a mail address such as `ops@example.com`')

const Webhook = z.strictObject({
  url: text.describe('Gets a POST with JSON; https, or http in a private network. May be a reference to a secret.'),
  secret: secret.optional().describe('What bodies are signed with (Standard Webhooks, HMAC-SHA256).'),
})
const Slack = z.strictObject({
  url: text.describe('An incoming webhook of Slack, Mattermost or the like. May be a reference to a secret.'),
})
const Email = z.strictObject({
  host: z
    .string()
    .max(253)
    .regex(/^[\w.:-]+$/, 'takes the name or address of a mail server')
    .describe('The mail server.'),
  port: z.int().min(1).max(65_535).optional().describe('Default 587, or 465 with `tls: implicit`.'),
  tls: z.enum(['starttls', 'implicit', 'none']).optional().describe('Default `starttls`; nothing is sent without it.'),
  user: z.string().min(1).max(320).optional(),
  password: secret.optional(),
  from: mailbox,
  to: z.array(mailbox).min(1).max(50),
})

export const AlertsSection = z.strictObject({
  receivers: z
    .array(
      z.strictObject({
        id: z
          .string()
          .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'takes letters, digits, dots, dashes and underscores, at most 64'),
        webhook: Webhook.optional(),
        slack: Slack.optional(),
        email: Email.optional(),
        kinds: patterns.optional().describe('Kinds of alerts, with `*`. Default all.'),
        workspaces: patterns
          .optional()
          .describe('Only alerts about these workspaces, with `*`. Default all, and those about the gateway.'),
        allowPrivateNetwork: z.boolean().optional().describe('Needed for a private or loopback address.'),
      }),
    )
    .max(50)
    .optional(),
})
type AlertsSection = z.infer<typeof AlertsSection>
type Entry = NonNullable<AlertsSection['receivers']>[number]

/** Checkpoints have receivers of their own. */
const told = alertKindNames.filter((kind) => kind !== 'audit-checkpoint')

/** Which form a receiver has, with all that is needed to reach it. */
export type ReceiverForm =
  | { readonly kind: 'webhook'; readonly url: string; readonly secret?: string }
  | { readonly kind: 'slack'; readonly url: string }
  | ({ readonly kind: 'email' } & EmailForm)
  | ({ readonly kind: 'checkpoint-file' } & CheckpointFile)
  | { readonly kind: 'checkpoint-webhook'; readonly url: string; readonly secret?: string }
  | ({ readonly kind: 'checkpoint-bucket' } & CheckpointBucket)

interface EmailForm {
  readonly host: string
  readonly port: number
  readonly tls: 'starttls' | 'implicit' | 'none'
  readonly user?: string
  readonly password?: string
  readonly from: string
  readonly to: readonly string[]
}

export interface ReceiverSettings {
  readonly id: string
  /** Absent: alerts. */
  readonly takes?: 'checkpoints'
  readonly kinds?: readonly string[]
  readonly workspaces?: readonly string[]
  readonly allowPrivateNetwork: boolean
  readonly form: ReceiverForm
}

export function alertReceivers({ receivers = [] }: AlertsSection, fault: Report): ReceiverSettings[] {
  const seen = new Set<string>()
  return receivers.flatMap((entry, index) => {
    const report: Report = (path, message) => fault(['receivers', index, ...path], message)
    if (seen.has(entry.id)) report(['id'], `Two receivers of alerts have the id \`${entry.id}\`.`)
    seen.add(entry.id)
    for (const [place, pattern] of (entry.kinds ?? []).entries())
      if (!told.some((kind) => matchesAny([pattern], kind)))
        report(['kinds', place], `No kind of alerts is meant by \`${pattern}\`: ${told.join(', ')}.`)
    const form = formOf(entry, report)
    if (form === undefined) return []
    const { id, kinds, workspaces, allowPrivateNetwork = false } = entry
    return [
      {
        id,
        ...(kinds === undefined ? {} : { kinds }),
        ...(workspaces === undefined ? {} : { workspaces }),
        allowPrivateNetwork,
        form,
      },
    ]
  })
}

function formOf(entry: Entry, report: Report): ReceiverForm | undefined {
  const { webhook, slack, email } = entry
  if ([webhook, slack, email].filter((given) => given !== undefined).length !== 1) {
    report([], 'A receiver of alerts takes one of `webhook`, `slack` and `email`.')
    return undefined
  }
  const rules = {
    account: entry.id,
    allowPrivateNetwork: entry.allowPrivateNetwork ?? false,
    kind: 'receiver of alerts',
  } as const
  const checked = (path: string[], value: string | undefined, check?: (value: string) => unknown): boolean =>
    isWellGiven(path, value, report, check)
  if (webhook !== undefined) {
    const { url, secret: key } = webhook
    const isWell = [
      checked(['webhook', 'url'], url, (value) => checkTokenUrl(value, rules)),
      checked(['webhook', 'secret'], key),
    ].every(Boolean)
    return isWell ? { kind: 'webhook', url, ...(key === undefined ? {} : { secret: key }) } : undefined
  }
  if (slack !== undefined)
    return checked(['slack', 'url'], slack.url, (value) => checkTokenUrl(value, rules))
      ? { kind: 'slack', url: slack.url }
      : undefined
  if (email === undefined) return undefined
  const { host, tls = 'starttls', port = tls === 'implicit' ? 465 : 587, user, password, from, to } = email
  if ((user === undefined) !== (password === undefined)) {
    report(['email'], '`user` and `password` are given together.')
    return undefined
  }
  if (tls === 'none' && (user !== undefined || !rules.allowPrivateNetwork)) {
    report(['email', 'tls'], '`none` is for a relay in a private network (`allowPrivateNetwork`), without a password.')
    return undefined
  }
  const isWell = [
    checked(['email', 'host'], host, (value) => checkHost(value, rules)),
    checked(['email', 'password'], password),
  ].every(Boolean)
  const login = user === undefined || password === undefined ? {} : { user, password }
  return isWell ? { kind: 'email', host, port, tls, ...login, from, to } : undefined
}
