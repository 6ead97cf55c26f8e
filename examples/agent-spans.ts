/**
 * A step of an agent and the call that it makes, in one trace: `PORTCULLIS_KEY=… node examples/agent-spans.ts`. With the SDK of
 * OpenTelemetry all of this is its work: its exporter sends spans to `/v1/traces`, its HTTP instrumentation sends `traceparent`.
 */
import { randomBytes } from 'node:crypto'

const url = process.env['PORTCULLIS_URL'] ?? 'http://127.0.0.1:8787'
const headers = { authorization: `Bearer ${process.env['PORTCULLIS_KEY']}`, 'content-type': 'application/json' }
const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')]
const now = (): string => `${Date.now()}000000`

const startTimeUnixNano = now()
const answer = await fetch(`${url}/v1/chat/completions`, {
  method: 'POST',
  headers: { ...headers, traceparent: `00-${traceId}-${spanId}-01` },
  body: JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] }),
})
const { choices } = (await answer.json()) as { choices: { message: { content: string } }[] }
console.log(choices[0]?.message.content)

const attributes = [{ key: 'gen_ai.operation.name', value: { stringValue: 'invoke_agent' } }]
const span = {
  traceId,
  spanId,
  name: 'invoke_agent greeter',
  kind: 1,
  startTimeUnixNano,
  endTimeUnixNano: now(),
  attributes,
}
const sent = await fetch(`${url}/v1/traces`, {
  method: 'POST',
  headers,
  body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
})
console.log(sent.ok ? 'sent' : await sent.text())
console.error(`portcullis traces show ${traceId}`)
