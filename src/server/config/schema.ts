/** `portcullis.yaml`. The schema is the source: types, editor help (`schema.json`) and error texts are made from it. */
import * as z from 'zod'
import { priorities } from '../../core/calls/registry.ts'
import { AlertsSection } from './alerts-section.ts'
import { AuditSection } from './audit-section.ts'
import { BudgetAuthoritySection } from './budget-authority-section.ts'
import { BudgetEntry, BudgetRuleEntry } from './budgets-section.ts'
import { CacheSection } from './cache-section.ts'
import { CatalogSection } from './catalog-section.ts'
import { ConsumptionSection } from './consumption-section.ts'
import { GuardrailEntry, InspectionSection } from './guardrails-section.ts'
import { RoutesSection } from './routes-section.ts'
import { dataRegion, dataRegions, keyModels, networks, scopeFields } from './scope-fields.ts'
import { SecretsSection } from './secrets-section.ts'
import { TelemetrySection } from './telemetry-section.ts'

/** Of accounts, keys and workspaces. */
export const idPattern = /^[a-z0-9][a-z0-9._-]{0,63}$/i
export const idRule =
  'takes letters, digits, dots, dashes and underscores, at most 64, and begins with a letter or digit'

/** What an HTTP header carries without quoting: visible ASCII characters. */
export const headerPattern = /^[\x21-\x7e]+$/
export const headerRule = 'takes visible ASCII characters without blanks: nothing else can be sent in a header'

const id = z.string().regex(idPattern, idRule).describe('Letters, digits, dots, dashes and underscores; at most 64.')
const milliseconds = z.int().positive().max(86_400_000)
const bytes = z
  .int()
  .positive()
  .max(1 << 30)
const count = z.int().positive().max(1_000_000)
const days = z.int().positive().max(36_500)

const HealthSection = z.strictObject({
  everyMs: z.int().min(100).max(86_400_000).optional().describe('Time between two checks. Default 30000.'),
  timeoutMs: milliseconds.optional().describe('Time for the answer. Default 5000.'),
  failures: z.int().positive().max(100).optional().describe('So many in a row, and routes pass by. Default 3.'),
  path: z
    .string()
    .max(512)
    .regex(/^(?:\/[\w~.-]+)+\/?$/, 'takes a path of the host, such as `/health`')
    .optional()
    .describe('A GET of the host that answers with 2xx when all is well. Default: the list of models.'),
  model: z.string().min(1).max(256).optional().describe('Asks this model for one token instead, which is paid for.'),
})

const RecordOptions = z.strictObject({
  bodies: z.enum(['full', 'off']).optional().describe('Whether request and reply bodies are kept.'),
  maxBodyBytes: bytes.optional().describe('Longer bodies are cut here. Default 65536.'),
  keepDays: days.optional().describe('Calls are taken away when they are so old. Default: never.'),
  keepBodiesDays: days.optional().describe('Their bodies go before them. Default: with the call.'),
  baggage: z
    .array(z.string().regex(/^[\w!#$%&'*+.^`|~-]{1,128}$/, 'takes names of baggage'))
    .max(16)
    .optional()
    .describe(
      'Names of the W3C `baggage` that become metadata of calls. Default: none; `session.id` names the session in any case.',
    ),
})

export const ConfigDocument = z.strictObject({
  listen: z
    .strictObject({
      host: z.string().min(1).optional().describe('Address to listen on. Default 127.0.0.1.'),
      port: z.int().min(0).max(65_535).optional().describe('Data plane. Default 8787.'),
      controlPort: z.int().min(0).max(65_535).optional().describe('Control plane. Default 8788.'),
      trustedProxies: networks
        .optional()
        .describe('IP addresses and CIDR blocks of proxies whose `X-Forwarded-For` says where a call comes from.'),
    })
    .optional()
    .describe('Listeners. A change of addresses and ports needs a restart.'),
  workspaces: z
    .array(
      z.strictObject({
        id,
        record: RecordOptions.optional(),
        dataRegions: dataRegions
          .optional()
          .describe('Only accounts of these regions get what its calls say. Default: any account.'),
      }),
    )
    .optional()
    .describe('Workspaces that need settings of their own. `default` always exists.'),
  providers: z
    .array(
      z.strictObject({
        id: id.describe('Name of the account; models are addressed as `<id>/<model>`.'),
        provider: z.string().describe('Catalogue entry, see docs/PROVIDERS.md.'),
        baseUrl: z.string().optional().describe('Replaces the address of the catalogue.'),
        apiKey: z.string().min(1).optional().describe(
          // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of the file.
          'Credential, `${NAME}` to take it from the environment, or where it is kept: `env:`, `file:`, `vault:`, `aws-secrets:`, `credential:`. Default: the variable of the vendor.',
        ),
        apiKeys: z
          .array(z.string().min(1))
          .min(2)
          .max(100)
          .optional()
          .describe(
            'Several credentials in place of `apiKey`: calls go to the one with the most left of its rate limit.',
          ),
        allowPrivateNetwork: z.boolean().optional().describe('Needed for a private or loopback `baseUrl`.'),
        streamUsage: z
          .enum(['as-sent', 'request'])
          .optional()
          .describe(
            '`request` asks for usage in every stream, so that its cost is exact; the client then sees the usage chunk.',
          ),
        unknownIds: z
          .enum(['refuse', 'pass'])
          .optional()
          .describe(
            'What becomes of ids of files and the like that the gateway has not seen made at the account, where several workspaces have keys. Default `refuse`.',
          ),
        traceContext: z
          .enum(['withhold', 'pass'])
          .optional()
          .describe(
            'Whether `traceparent`, `tracestate` and `baggage` of a client go to the provider. Default `withhold`.',
          ),
        dataRegion: dataRegion
          .optional()
          .describe(
            'Where the provider has what it is sent, in your own words: `eu`. Keys and workspaces can be bound to it.',
          ),
        options: z.record(z.string(), z.string()).optional().describe('Options of the provider, such as `apiVersion`.'),
        maxConcurrentCalls: count
          .optional()
          .describe('Calls at once, in one worker; further ones wait. Default: any number.'),
        queue: z
          .strictObject({
            maxWaiting: count.optional().describe('More are refused at once. Default 1000.'),
            maxWaitMs: milliseconds.optional().describe('Default 10000.'),
          })
          .optional()
          .describe('How calls wait, beside `maxConcurrentCalls`.'),
        health: HealthSection.optional().describe(
          'Asks now and then whether the account is there. Default: only calls tell.',
        ),
        models: z
          .array(z.string().min(1).max(256))
          .max(1000)
          .optional()
          .describe(
            'Models that the account is listed with, and that mean it without its name. Default: those of the catalogue.',
          ),
      }),
    )
    .optional()
    .describe('Provider accounts.'),
  keys: z
    .array(
      z.strictObject({
        id,
        key: z
          .string()
          .min(16)
          .regex(headerPattern, headerRule)
          .optional()
          .describe('The virtual key, at least 16 characters; generated and shown once when left out.'),
        workspace: id.optional(),
        priority: z
          .enum(priorities)
          .optional()
          .describe('Who is served first where calls wait for an account. Default `normal`.'),
        models: keyModels.optional().describe('Names the key may ask for; `*` stands for any text. Default all.'),
        budgets: z.array(BudgetEntry).max(100).optional().describe('What the key may use up, over a longer time.'),
        limits: z.array(BudgetEntry).max(100).optional().describe('How fast the key may use it. The same fields.'),
        ...scopeFields,
      }),
    )
    .optional()
    .describe('Virtual keys.'),
  alerts: AlertsSection.optional().describe('Who is told what by itself.'),
  audit: AuditSection.optional().describe('Who keeps proof of the audit log.'),
  budgets: z.array(BudgetRuleEntry).max(1000).optional().describe('What calls of several keys may use together.'),
  budgetAuthority: BudgetAuthoritySection.optional().describe(
    'Who adds up what is used of budgets. Default: each gateway for itself. A change needs a restart.',
  ),
  consumption: ConsumptionSection.optional().describe(
    'Stops consumption attacks: floods, loops, prompt bombs. Default: nothing is watched.',
  ),
  guardrails: z
    .array(GuardrailEntry)
    .max(1000)
    .optional()
    .describe('Detectors, where they look, and what is done with what they find.'),
  inspection: InspectionSection.optional().describe('How calls are looked at.'),
  models: z
    .record(
      z.string(),
      z.union([z.strictObject({ target: z.string().min(1) }), z.strictObject({ route: z.string().min(1) })]),
    )
    .optional()
    .describe('Aliases: a name that clients ask for, and what it stands for.'),
  routes: RoutesSection.optional().describe('Named plans of targets.'),
  cache: CacheSection.optional().describe('Answers that are given again. Default: none.'),
  catalog: CatalogSection.optional().describe('Facts and prices of models, beside those that come with this version.'),
  secrets: SecretsSection.optional().describe('Stores that `apiKey: vault:…` and the like lead to.'),
  telemetry: TelemetrySection.optional().describe('Spans and metrics of calls, over OTLP to a collector of yours.'),
  record: RecordOptions.optional().describe('What is kept of bodies, for workspaces that do not say.'),
  limits: z
    .strictObject({
      maxBodyBytes: bytes.optional().describe('Largest request body. Default 33554432.'),
      maxReplyBytes: bytes.optional().describe('Largest reply in one piece. Default 67108864.'),
      maxStreamEventBytes: bytes.optional().describe('Largest event of a stream. Default 8388608.'),
      headersTimeoutMs: milliseconds.optional().describe("Time for a client's headers. Default 30000."),
      bodyTimeoutMs: milliseconds.optional().describe("Time for a client's body. Default 60000."),
      deadlineMs: milliseconds.optional().describe('Time for a whole call, its stream included. Default 600000.'),
      sessionDeadlineMs: milliseconds.optional().describe('Time for a whole realtime session. Default 3600000.'),
      upstreamTimeoutMs: milliseconds.optional().describe('Longest silence of a provider. Default 300000.'),
      maxConcurrentCalls: count.optional().describe('Calls in flight, in one worker. Default 4096.'),
      maxConcurrentCallsPerKey: count.optional().describe('Calls in flight for one key, in one worker. Default 4096.'),
      maxSpanBytesPerMinute: bytes
        .optional()
        .describe('What is read of the spans of one key, unpacked, in one worker. Default 67108864.'),
      maxFileBytesPerWorkspace: z
        .int()
        .positive()
        .optional()
        .describe('Files of a workspace at `/v1/files` together: no more are taken. Default 4294967296.'),
      maxScratchBytes: z
        .int()
        .positive()
        .optional()
        .describe(
          'Forms and other large bodies that wait on the disk until they may go on, in one worker; of one key half as much. Default 8589934592, and at least four times `maxBodyBytes`.',
        ),
      maxSocketsPerKey: count
        .optional()
        .describe('Sockets of the Responses API that are open for one key, in one worker. Default 256.'),
      maxEventLoopDelayMs: milliseconds
        .optional()
        .describe(
          'New calls are refused while the process is so late on average; `low` at half, `high` at twice. Default 2000.',
        ),
      maxMemoryMegabytes: count
        .optional()
        .describe(
          'New calls are refused while the process uses more memory, all its workers together. Default: no limit.',
        ),
      maxConnectionsPerOrigin: count.optional().describe('Connections to one provider account. Default 4096.'),
      drainTimeoutMs: milliseconds.optional().describe('Time for calls in flight at shutdown. Default 30000.'),
    })
    .optional()
    .describe('Bounds of a call and of the whole gateway.'),
  demo: z.boolean().optional().describe('Whether the built-in demo provider is there. Default true.'),
})
export type ConfigDocument = z.infer<typeof ConfigDocument>
