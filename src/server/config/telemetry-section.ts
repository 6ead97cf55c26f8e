/** `telemetry` of the configuration, and the variables of OpenTelemetry. */
import { isIP } from 'node:net'
import * as z from 'zod'
import {
  type OtlpProtocol,
  otlpProtocols,
  type SignalTarget,
  type TelemetrySettings,
  type TlsFiles,
  telemetryConventions,
} from '../../core/record/telemetry.ts'
import { readReference, referenceFault } from '../../core/secrets/secret-reference.ts'
import { checkBaseUrl } from '../../gateway/outbound/address-guard.ts'
import type { Report } from './accounts.ts'

const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]{1,128}$/, 'takes names of headers')
const headerValue = z.string().regex(/^[\x20-\x7e]{1,4096}$/, 'takes visible ASCII characters')

const pemPath = z.string().min(1).max(4096)

export const TelemetrySection = z.strictObject({
  endpoint: z
    .string()
    .min(1)
    .max(2048)
    .optional()
    .describe(
      'Address of a collector: over HTTP, what stands before `/v1/traces`. Default OTEL_EXPORTER_OTLP_ENDPOINT.',
    ),
  protocol: z.enum(otlpProtocols).optional().describe('Default `http/protobuf`.'),
  headers: z
    .record(headerName, headerValue)
    .optional()
    .describe('Sent to the collector; a value may say where it is kept, as `apiKey` of an account does.'),
  allowPrivateNetwork: z.boolean().optional().describe('Needed for a private or loopback `endpoint`.'),
  tls: z
    .strictObject({
      ca: pemPath.optional().describe('Who vouches for the collector. Default: the usual authorities.'),
      certificate: pemPath.optional().describe('What the gateway proves itself with, with its `key`.'),
      key: pemPath.optional(),
    })
    .optional()
    .describe('Paths of PEM files. A file that changes is read again within a minute.'),
  timeoutMs: z
    .int()
    .min(100)
    .max(60_000)
    .optional()
    .describe('Time for one export, its retries included. Default 10000.'),
  compression: z.enum(['gzip', 'none']).optional().describe('Default `none`.'),
  conventions: z.enum(telemetryConventions).optional().describe('Whose names the spans use. Default `gen_ai`.'),
  content: z.enum(['off', 'full']).optional().describe('Whether prompts and answers leave too. Default `off`.'),
  signals: z
    .array(z.enum(['traces', 'metrics']))
    .min(1)
    .optional()
    .describe('What is sent. Default both.'),
  metricsEverySeconds: z.int().min(1).max(3600).optional().describe('Default 60.'),
})
export type TelemetrySection = z.infer<typeof TelemetrySection>

/** `undefined`: nothing is sent. What a variable holds goes to no address of the file. */
export function telemetryConfig(
  section: TelemetrySection,
  environment: NodeJS.ProcessEnv,
  { fault, warn }: { readonly fault: Report; readonly warn: (message: string) => void },
): TelemetrySettings | undefined {
  const isWanted = (signal: Signal): boolean => section.signals?.includes(signal) ?? true
  const target = (signal: Signal): SignalTarget | undefined => {
    if (!isWanted(signal)) return undefined
    return section.endpoint === undefined
      ? ofEnvironment(signal, environment, section, warn)
      : ofFile(signal, section.endpoint, section, fault)
  }
  const [traces, metrics] = [target('traces'), target('metrics')]
  if (traces === undefined && metrics === undefined) return undefined
  const everySeconds = section.metricsEverySeconds
  return {
    ...(traces === undefined ? {} : { traces }),
    ...(metrics === undefined ? {} : { metrics }),
    conventions: section.conventions ?? 'gen_ai',
    sendsContent: section.content === 'full',
    resource: resourceOf(environment),
    metricsEveryMs:
      everySeconds === undefined
        ? (milliseconds(environment['OTEL_METRIC_EXPORT_INTERVAL']) ?? 60_000)
        : everySeconds * 1000,
  }
}

type Signal = 'traces' | 'metrics'

function ofFile(signal: Signal, endpoint: string, section: TelemetrySection, fault: Report): SignalTarget | undefined {
  const { protocol = 'http/protobuf', headers = {}, timeoutMs = 10_000, compression = 'none' } = section
  const allowPrivateNetwork = section.allowPrivateNetwork ?? false
  for (const [name, value] of Object.entries(headers)) {
    const reference = readReference(value)
    const wrong = reference && referenceFault(reference)
    if (wrong !== undefined) fault(['headers', name], `\`${value}\` ${wrong}.`)
  }
  const wrong = addressFault(endpoint, protocol, allowPrivateNetwork)
  const { tls } = section
  if (tls !== undefined && (tls.certificate === undefined) !== (tls.key === undefined) && signal === 'traces')
    fault(['tls'], '`certificate` and `key` stand together.')
  // One fault for one line.
  if (wrong !== undefined && signal === 'traces') fault(['endpoint'], wrong)
  if (wrong !== undefined) return undefined
  return {
    url: signalUrl(endpoint, signal, protocol),
    protocol,
    headers,
    timeoutMs,
    compression,
    allowPrivateNetwork,
    ...tlsOf(tls ?? {}),
  }
}

/** https://opentelemetry.io/docs/specs/otel/protocol/exporter/; an address that the operator's own shell names may be private. */
function ofEnvironment(
  signal: Signal,
  environment: NodeJS.ProcessEnv,
  { protocol: chosen }: TelemetrySection,
  warn: (message: string) => void,
): SignalTarget | undefined {
  const upper = signal.toUpperCase()
  const read = (name: string): string | undefined =>
    environment[`OTEL_EXPORTER_OTLP_${upper}_${name}`] || environment[`OTEL_EXPORTER_OTLP_${name}`] || undefined
  const endpoint = read('ENDPOINT')
  const isOff =
    environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || environment[`OTEL_${upper}_EXPORTER`] === 'none'
  if (endpoint === undefined || isOff) return undefined
  const named = otlpProtocols.find((known) => known === read('PROTOCOL'))
  const protocol = chosen ?? named ?? 'http/protobuf'
  const wrong = addressFault(endpoint, protocol, true)
  if (wrong !== undefined) {
    // A shell often holds it for other programs, so a start goes on.
    warn(`OTEL_EXPORTER_OTLP_ENDPOINT, for ${signal}: ${wrong}`)
    return undefined
  }
  const isOfSignal = Boolean(environment[`OTEL_EXPORTER_OTLP_${upper}_ENDPOINT`])
  return {
    // The address of one signal is used as it is.
    url: isOfSignal ? endpoint : signalUrl(endpoint, signal, protocol),
    protocol,
    headers: pairs(read('HEADERS')),
    timeoutMs: Math.min(60_000, milliseconds(read('TIMEOUT')) ?? 10_000),
    compression: read('COMPRESSION') === 'gzip' ? 'gzip' : 'none',
    allowPrivateNetwork: true,
    ...tlsOf({ ca: read('CERTIFICATE'), certificate: read('CLIENT_CERTIFICATE'), key: read('CLIENT_KEY') }),
  }
}

function tlsOf({ ca, certificate, key }: { [Name in keyof TlsFiles]?: string | undefined }): Pick<SignalTarget, 'tls'> {
  const files = {
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
  }
  return Object.keys(files).length === 0 ? {} : { tls: files }
}

function signalUrl(endpoint: string, signal: Signal, protocol: OtlpProtocol): string {
  return protocol === 'grpc' ? endpoint : `${endpoint.replace(/\/+$/, '')}/v1/${signal}`
}

function addressFault(endpoint: string, protocol: OtlpProtocol, allowPrivateNetwork: boolean): string | undefined {
  try {
    checkBaseUrl(endpoint, { account: 'telemetry', allowPrivateNetwork, kind: 'collector' } as const)
    const { protocol: scheme, hostname } = new URL(endpoint)
    // Node takes no address for the name of a server (RFC 6066, section 3), and grpc-js gives it whatever it has.
    const isNameless = protocol === 'grpc' && scheme === 'https:' && isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
    if (isNameless) return 'The endpoint of `telemetry` needs the name of a host: gRPC with TLS takes no address.'
    return undefined
  } catch (error) {
    return `The endpoint of \`telemetry\` cannot be used. ${(error as Error).message}`
  }
}

function resourceOf(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const given = pairs(environment['OTEL_RESOURCE_ATTRIBUTES'])
  return { 'service.name': 'portcullis', ...given, ...named(environment['OTEL_SERVICE_NAME']) }
}

function named(name: string | undefined): Readonly<Record<string, string>> {
  return name ? { 'service.name': name } : {}
}

/** As baggage has it: `name=value,name=value`, percent-encoded. */
function pairs(text = ''): Record<string, string> {
  return Object.fromEntries(
    text.split(',').flatMap((pair) => {
      const equals = pair.indexOf('=')
      const name = pair.slice(0, Math.max(0, equals)).trim()
      return name === '' ? [] : [[name, decoded(pair.slice(equals + 1).trim())]]
    }),
  )
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function milliseconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) && Number(text) > 0 ? Number(text) : undefined
}
