import { expect, test } from 'vitest'
import { walletChains } from '../../src/catalog/detectors/pii/crypto-wallet.ts'
import pii from '../../src/catalog/detectors/pii.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

const detect = pii.create({})

async function walletIn(text: string): Promise<{ piece: string; score: number } | undefined> {
  const findings = await detect(inspectedText(text), { point: 'input' })
  const one = findings.find(({ rule }) => rule === 'crypto-wallet')
  return one && { piece: text.slice(one.span.start, one.span.end), score: one.score }
}

/** From the specifications and documentation of the chains. */
const wallets: readonly (readonly [chain: string, address: string])[] = [
  ['Bitcoin', '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2'],
  ['Bitcoin', '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy'],
  ['Bitcoin Cash', 'qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a'],
  ['Dogecoin', 'DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L'],
  ['Dash', 'XpESxaUmonkq8RaLLp46Brx2K39ggQe226'],
  ['Zcash', 't1UXcfh3Z25VuFkZTsUod7ikNKDyKGb4oa5'],
  ['Zcash', 't3Vz22vK5z2LcKEdg16Yv4FFneEL1zg9ojd'],
  ['Tezos', 'tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb'],
  ['Stellar', 'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ'],
  ['Algorand', '7ZUECA7HFLZTXENRV24SHLU4AVPUTMTTDUFUBNBD64C73F3UHRTHAIOF6Q'],
  ['Polkadot', '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5'],
  ['Polkadot', '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'],
  ['Polkadot', 'HNZata7iMYWmk5RvZRTiAsSDhV8366zq2YGb3tLH5Upf74F'],
  ['Cosmos', 'cosmos1depk54cuajgkzea6zpgkq36tnjwdzv4afc3d27'],
  ['TON', 'EQDtFpEwcFAEcRe5mLVh2N6C0x-_hJEM7W61_JLnSF74p4q2'],
  ['Ethereum', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'],
]

test.each(wallets)('an address of %s is found by its check sum: %s', async (chain, address) => {
  expect(walletChains).toContain(chain)
  expect(await walletIn(`It is ${address}, as before.`)).toEqual({ piece: address, score: 0.98 })
})

test.each(wallets)(
  'an address of %s with a slip is none, and little where a wallet is spoken of: %s',
  async (_, address) => {
    const last = address.at(-6) ?? ''
    const other = /[a-z]/.test(last)
      ? last === 'c'
        ? 'd'
        : 'c'
      : /[A-Z]/.test(last)
        ? last === 'C'
          ? 'D'
          : 'C'
        : last === '3'
          ? '4'
          : '3'
    const wrong = `${address.slice(0, -6)}${other}${address.slice(-5)}`
    expect(await walletIn(`It is ${wrong}, as before.`)).toBeUndefined()
  },
)

test('an address of Ethereum whose capitals are wrong scores low', async () => {
  const wrong = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD'
  expect(await walletIn(`The commit ${wrong} is good.`)).toBeUndefined()
  expect((await walletIn(`My wallet is ${wrong}.`))?.score).toBeLessThan(0.5)
})

test('an address behind its scheme is found without it', async () => {
  const address = 'qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a'
  expect(await walletIn(`Pay bitcoincash:${address}.`)).toEqual({ piece: address, score: 0.98 })
})
