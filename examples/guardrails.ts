/** Asks what detectors find in a text: `PORTCULLIS_ADMIN_TOKEN=… node examples/guardrails.ts`. */
const url = process.env['PORTCULLIS_CONTROL_URL'] ?? 'http://127.0.0.1:8788'

const reply = await fetch(`${url}/api/v1/inspect`, {
  method: 'POST',
  headers: { authorization: `Bearer ${process.env['PORTCULLIS_ADMIN_TOKEN']}`, 'content-type': 'application/json' },
  body: JSON.stringify({ point: 'input', texts: ['Sign in with AKIAQ3EGTPXVZ5NHWL2M.', 'Good morning.'] }),
})
const { results } = (await reply.json()) as {
  results: { decision: { effect: string; text?: string }; findings: { detector: string; rule: string }[] }[]
}
for (const { decision, findings } of results) {
  const found = findings.map(({ detector, rule }) => `${detector}/${rule}`).join(', ')
  console.log(`${decision.effect}: ${found === '' ? 'nothing found' : found}`)
}
