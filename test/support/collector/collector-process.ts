/** A collector as a process of its own: takes OTLP over HTTP and gRPC, and prints one line of JSON for each export. */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { Server, ServerCredentials, type ServerUnaryCall, status } from '@grpc/grpc-js'
import { decoded, type Signal } from './messages.ts'

const answer = process.argv[2] ?? 'take'
const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

function took(signal: Signal, transport: string, headers: object, bytes: Buffer): void {
  const body = transport === 'http/json' ? JSON.parse(bytes.toString('utf8')) : decoded(signal, bytes)
  print({ signal, transport, headers, body })
}

const stumbled = new Set<Signal>()
/** As one that is just starting. */
function stumbles(signal: Signal): boolean {
  if (answer !== 'stumble' || stumbled.has(signal)) return false
  stumbled.add(signal)
  return true
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
}

/** Name of a certificate of `fixtures/tls`: over HTTP and gRPC alike. */
const tls = process.argv[4] ?? ''
const pem = (name: string): Buffer => readFileSync(new URL(`../../fixtures/tls/${name}.pem`, import.meta.url))

const serve = (request: IncomingMessage, response: ServerResponse): void => {
  void bodyOf(request).then((body) => {
    const transport = request.headers['content-type'] === 'application/json' ? 'http/json' : 'http/protobuf'
    const signal = request.url === '/v1/metrics' ? 'metrics' : 'traces'
    if (answer === 'hang') return print({ signal, transport, headers: {}, body: {} })
    if (answer === 'refuse') return response.writeHead(400).end('x'.repeat(100_000))
    if (stumbles(signal)) return response.writeHead(503).end()
    if (answer === 'redirect') return response.writeHead(307, { location: process.argv[3] ?? '' }).end()
    took(signal, transport, request.headers, body)
    response.writeHead(200, { 'content-type': request.headers['content-type'] }).end()
  })
}
const http = tls === '' ? createServer(serve) : createTlsServer({ key: pem(`${tls}-key`), cert: pem(tls) }, serve)

const grpc = new Server()
for (const [signal, service] of [
  ['traces', 'TraceService'],
  ['metrics', 'MetricsService'],
] as const) {
  const path = `/opentelemetry.proto.collector.${signal === 'traces' ? 'trace' : 'metrics'}.v1.${service}/Export`
  const buffer = (bytes: Buffer): Buffer => bytes
  const method = {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: buffer,
    requestDeserialize: buffer,
    responseSerialize: buffer,
    responseDeserialize: buffer,
  }
  grpc.addService(
    { export: method },
    {
      export: (call: ServerUnaryCall<Buffer, Buffer>, reply: (error: object | null, answer?: Buffer) => void) => {
        if (stumbles(signal)) return reply({ code: status.UNAVAILABLE, details: 'not yet' })
        took(signal, 'grpc', call.metadata.getMap(), call.request)
        reply(null, Buffer.alloc(0))
      },
    },
  )
}

const credentials =
  tls === ''
    ? ServerCredentials.createInsecure()
    : ServerCredentials.createSsl(null, [{ private_key: pem(`${tls}-key`), cert_chain: pem(tls) }])
grpc.bindAsync('127.0.0.1:0', credentials, (error, grpcPort) => {
  if (error !== null) throw error
  http.listen(0, '127.0.0.1', () => {
    print({ httpPort: (http.address() as AddressInfo).port, grpcPort })
  })
})
