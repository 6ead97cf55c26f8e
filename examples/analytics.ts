/** Which team has spent how much: calls with a label, and one question about them all. */
const url = process.env['PORTCULLIS_URL'] ?? 'http://127.0.0.1:8787'
const controlUrl = process.env['PORTCULLIS_CONTROL_URL'] ?? 'http://127.0.0.1:8788'

for (const team of ['search', 'mail', 'search']) {
  await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${process.env['PORTCULLIS_KEY']}`,
      'content-type': 'application/json',
      'x-portcullis-metadata': JSON.stringify({ 'example-team': team }),
    },
    body: JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] }),
  })
}

interface Answer {
  readonly data: readonly { readonly group: Record<string, string | null>; readonly values: Record<string, number> }[]
}

/** A call is on record a moment after its answer. */
async function teams(calls: number): Promise<Answer['data']> {
  for (;;) {
    const question = new URLSearchParams({ measures: 'calls,errors,costUsd', by: 'metadata.example-team' })
    const reply = await fetch(`${controlUrl}/api/v1/analytics?${question}`, {
      headers: { authorization: `Bearer ${process.env['PORTCULLIS_ADMIN_TOKEN']}` },
    })
    if (!reply.ok) throw new Error(await reply.text())
    const data = ((await reply.json()) as Answer).data.filter(({ group }) => group['metadata.example-team'] !== null)
    if (data.reduce((sum, { values }) => sum + (values['calls'] ?? 0), 0) >= calls) return data
  }
}

for (const { group, values } of await teams(3)) {
  const { calls, errors, costUsd } = values
  console.log(`${group['metadata.example-team']}: ${calls} calls, ${errors} errors, ${costUsd} USD`)
}
