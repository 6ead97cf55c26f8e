/** Sends a picture that says it is too large, to a gateway with `inspection: { images: { maxPixels: 16000000 } }`. */
const url = process.env['PORTCULLIS_URL'] ?? 'http://127.0.0.1:8787'

/** The head of a PNG: 20,000 by 20,000 pixels, which would take a provider more than a gigabyte to unpack. */
const head = Buffer.from('89504e470d0a1a0a0000000d4948445200004e2000004e200802000000', 'hex')
const content = [
  { type: 'text', text: 'What is this?' },
  { type: 'image_url', image_url: { url: `data:image/png;base64,${head.toString('base64')}` } },
]
const reply = await fetch(`${url}/v1/chat/completions`, {
  method: 'POST',
  headers: { authorization: `Bearer ${process.env['PORTCULLIS_KEY']}`, 'content-type': 'application/json' },
  body: JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content }] }),
})
const { error } = (await reply.json()) as { error?: { code: string; message: string } }
console.log(error === undefined ? 'It passed.' : `${error.code}: ${error.message}`)
