/** The exporters of OpenTelemetry, each told all that it would otherwise look for in the environment. */
import { lookup } from 'node:dns/promises'
import { credentials, Metadata } from '@grpc/grpc-js'
import { OTLPMetricExporter as GrpcMetrics } from '@opentelemetry/exporter-metrics-otlp-grpc'
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtobufMetrics } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter as GrpcTraces } from '@opentelemetry/exporter-trace-otlp-grpc'
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufTraces } from '@opentelemetry/exporter-trace-otlp-proto'
import type { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base'
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import type { SignalTarget } from '../../core/record/telemetry.ts'
import { createAddressGuard } from '../../gateway/outbound/address-guard.ts'
import { retrying } from './retrying-exporter.ts'

const guard = { lookup: (name: string) => lookup(name, { all: true }), now: () => performance.now(), ttlMs: 30_000 }

export function traceExporter(target: SignalTarget): SpanExporter {
  if (target.protocol === 'grpc') return retrying(new GrpcTraces(grpcOptions(target)), target.timeoutMs)
  return target.protocol === 'http/json' ? new JsonTraces(httpOptions(target)) : new ProtobufTraces(httpOptions(target))
}

export function metricExporter(target: SignalTarget): PushMetricExporter {
  if (target.protocol === 'grpc') return retrying(new GrpcMetrics(grpcOptions(target)), target.timeoutMs)
  return target.protocol === 'http/json'
    ? new JsonMetrics(httpOptions(target))
    : new ProtobufMetrics(httpOptions(target))
}

/** A name that leads to a forbidden address is refused with each connection; redirects are not followed. */
function httpOptions(target: SignalTarget) {
  const { headers, allowPrivateNetwork, tls } = target
  const rules = { account: 'telemetry', allowPrivateNetwork, kind: 'collector' } as const
  const httpAgentOptions = {
    keepAlive: true,
    maxSockets: 4,
    lookup: createAddressGuard(guard).lookupFor(rules),
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls?.certificate === undefined ? {} : { cert: tls.certificate }),
    ...(tls?.key === undefined ? {} : { key: tls.key }),
  }
  return { ...common(target), headers: { ...headers }, httpAgentOptions }
}

function grpcOptions(target: SignalTarget) {
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(target.headers)) metadata.set(name, value)
  if (!target.url.startsWith('https:'))
    return { ...common(target), metadata, credentials: credentials.createInsecure() }
  const { ca, certificate, key } = target.tls ?? {}
  return { ...common(target), metadata, credentials: credentials.createSsl(pem(ca), pem(key), pem(certificate)) }
}

function pem(text: string | undefined): Buffer | null {
  return text === undefined ? null : Buffer.from(text)
}

function common({ url, timeoutMs, compression }: SignalTarget) {
  // The enumeration of the package has these values.
  return { url, timeoutMillis: timeoutMs, concurrencyLimit: 2, compression: compression as CompressionAlgorithm }
}

/** gRPC looks names up by itself, so its address is checked before. Rejects with `blocked_address`. */
export async function checkGrpcAddress({ protocol, url, allowPrivateNetwork }: SignalTarget): Promise<void> {
  if (protocol !== 'grpc') return
  const { hostname } = new URL(url)
  const find = createAddressGuard(guard).lookupFor({
    account: 'telemetry',
    allowPrivateNetwork,
    kind: 'collector',
  } as const)
  await new Promise<void>((resolve, reject) =>
    find(hostname.replace(/^\[|\]$/g, ''), { all: true }, (fault) => (fault === null ? resolve() : reject(fault))),
  )
}
