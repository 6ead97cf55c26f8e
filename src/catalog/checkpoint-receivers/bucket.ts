import { hash } from 'node:crypto'
import { type CheckpointBucket, carriedCheckpoint } from '../../core/record/checkpoint-places.ts'
import { signedHeaders } from '../../core/secrets/aws-signature.ts'
import type { SendAlert } from '../../core/spending/alert.ts'
import type { AlertIo, AlertPlace } from '../../core/spending/alert-io.ts'
import { delivered } from '../alert-receivers/delivered.ts'
import { awsDomain } from '../credentials/aws-domain.ts'

/**
 * One object for each checkpoint (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html), named by the key that signed
 * and the size: sent twice it is the same object, and several gateways share a bucket.
 */
export function checkpointBucket(settings: CheckpointBucket, place: AlertPlace, io: AlertIo): SendAlert {
  return async ({ details }) => {
    const { line, size, publicKey } = carriedCheckpoint(details)
    const body = `${line}\n`
    const url = objectUrl(settings, `${publicKey.slice(0, 16)}/${String(size).padStart(12, '0')}.json`)
    const { region, accessKeyId, sessionToken } = settings
    const signer = {
      accessKeyId: await io.secret(accessKeyId),
      secretAccessKey: await io.secret(settings.secretAccessKey),
      ...(sessionToken === undefined ? {} : { sessionToken: await io.secret(sessionToken) }),
    }
    const payloadHash = hash('sha256', body, 'hex')
    const own = {
      'content-type': 'application/json',
      // A bucket that locks its objects takes none without it.
      'content-md5': hash('md5', body, 'base64'),
      'x-amz-content-sha256': payloadHash,
    }
    const request = { method: 'PUT', path: url.pathname, headers: { ...own, host: url.host } }
    const signature = signedHeaders(request, payloadHash, signer, { region, service: 's3' }, new Date(io.now()))
    delivered(await io.send(place, 'PUT', url.href, { ...own, ...signature }, body))
  }
}

/** Names hold nothing that is spelled in two ways, so that the path is signed as it is sent. */
export function objectUrl({ bucket, region, endpoint, prefix }: CheckpointBucket, name: string): URL {
  const key = prefix === undefined ? name : `${prefix}/${name}`
  if (endpoint === undefined) return new URL(`https://${bucket}.s3.${region}.${awsDomain(region)}/${key}`)
  return new URL(`${endpoint.replace(/\/$/, '')}/${bucket}/${key}`)
}
