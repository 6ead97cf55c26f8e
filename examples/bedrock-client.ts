/** An AWS Bedrock client with a virtual key as its API key; the demo provider speaks OpenAI's dialect, so every call is translated. */
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import { NodeHttpHandler } from '@smithy/node-http-handler'

const client = new BedrockRuntimeClient({
  endpoint: process.env['PORTCULLIS_URL'] ?? 'http://127.0.0.1:8787',
  region: 'us-east-1',
  token: { token: process.env['PORTCULLIS_KEY'] ?? '' },
  authSchemePreference: ['httpBearerAuth'],
  // The package speaks HTTP/2 unasked, which takes a server behind TLS.
  requestHandler: new NodeHttpHandler(),
})
const input = { modelId: 'demo/echo', messages: [{ role: 'user' as const, content: [{ text: 'Hello' }] }] }

const whole = await client.send(new ConverseCommand(input))
console.log(whole.output?.message?.content?.[0]?.text)

const { stream } = await client.send(new ConverseStreamCommand(input))
for await (const event of stream ?? []) process.stdout.write(event.contentBlockDelta?.delta?.text ?? '')
console.log()
