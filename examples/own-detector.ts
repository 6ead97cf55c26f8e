/**
 * Asks what a detector of your own finds: `PORTCULLIS_ADMIN_TOKEN=… node examples/own-detector.ts`, with a gateway whose
 * configuration has a guardrail with `detector: local` and `settings: { file: examples/detectors/ticket-number.ts }`.
 */
const url = process.env['PORTCULLIS_CONTROL_URL'] ?? 'http://127.0.0.1:8788'

const text = 'The customer of TCK-004711 called again.'
const reply = await fetch(`${url}/api/v1/inspect`, {
  method: 'POST',
  headers: { authorization: `Bearer ${process.env['PORTCULLIS_ADMIN_TOKEN']}`, 'content-type': 'application/json' },
  body: JSON.stringify({ point: 'input', texts: [text], by: 'gateway' }),
})
const { results } = (await reply.json()) as {
  results: { findings: { detector: string; rule: string; span: { start: number; end: number } }[] }[]
}
for (const { detector, rule, span } of results[0]?.findings ?? []) {
  if (detector === 'local') console.log(`${rule}: ${text.slice(span.start, span.end)}`)
}
