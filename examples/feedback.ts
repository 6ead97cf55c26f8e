/** Says what somebody thought of an answer: `PORTCULLIS_KEY=… node examples/feedback.ts`. */
const url = process.env['PORTCULLIS_URL'] ?? 'http://127.0.0.1:8787'
const headers = { authorization: `Bearer ${process.env['PORTCULLIS_KEY']}`, 'content-type': 'application/json' }

const post = (path: string, body: object): Promise<Response> =>
  fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })

const answer = await post('/v1/chat/completions', {
  model: 'demo/echo',
  messages: [{ role: 'user', content: 'Hello' }],
})
const { choices } = (await answer.json()) as { choices: { message: { content: string } }[] }
console.log(choices[0]?.message.content)

const kept = await post('/v1/feedback', {
  call_id: answer.headers.get('x-portcullis-call-id'),
  value: 5,
  label: 'helpful',
  user: 'u-17',
})
console.log(((await kept.json()) as { status: string }).status)
