import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/inspection/detection.ts'
import { distinctFindings } from '../../core/inspection/distinct-findings.ts'
import { blockList } from './malicious-url/block-lists.ts'
import { saidBefore } from './malicious-url/carried-talk.ts'
import { credentialRequest, maxAsked, openRequest } from './malicious-url/credential-request.ts'
import { examples } from './malicious-url/examples.ts'
import { findUrls, maxJoined, maxQuoted, maxUrl } from './malicious-url/find-urls.ts'
import { judgeUrl, type UrlRule } from './malicious-url/judge-url.ts'
import { urlParts } from './malicious-url/url-parts.ts'

const settings = z.strictObject({
  blockLists: z
    .array(z.string())
    .max(100)
    .default([])
    .describe(
      'Texts of block lists: hosts files, URLhaus (URLs or CSV), names by line, filter rules that name a host. `blockListFile` names files with them instead.',
    ),
  trustedHosts: z
    .array(z.string().min(1))
    .max(10_000)
    .default([])
    .describe('Hosts of which nothing is said, with what is below them.'),
})

const rules = {
  'homograph-host': 'malicious-url',
  'lookalike-host': 'phishing',
  'brand-in-wrong-place': 'phishing',
  'punycode-host': 'malicious-url',
  'userinfo-trick': 'phishing',
  'disguised-address': 'malicious-url',
  'address-host': 'malicious-url',
  'metadata-address': 'malicious-url',
  'open-redirect': 'malicious-url',
  'data-exfiltration': 'exfiltration',
  'script-url': 'malicious-url',
  'misleading-link': 'phishing',
  'dangerous-download': 'malware',
  'shortened-url': 'malicious-url',
  'credential-request': 'phishing',
  'blocked-url': 'blocked',
} satisfies Record<UrlRule, string>

/** Ways to read a text in which a URL leads nowhere. */
const unclickable: ReadonlySet<string> = new Set(['leet', 'rot13', 'reversed', 'joined', 'words-apart'])

export default defineDetector({
  id: 'malicious-url',
  title: 'Malicious and disguised URLs',
  about:
    'Reads each URL, and each host without a scheme, as a browser does, and finds what is disguised: names in letters that look like others, hosts of brands in the wrong place, user names that look like hosts, addresses as numbers, redirects, scripts, links whose text names another site. Images and links that carry a conversation away (in the query, the path, the fragment or the name of the host: encoded, spread over fields, or in words) are findings of a category of their own; in an answer, words that stand in the conversation tell too, and a URL that stands there as it is carries nothing. An answer that has somebody enter a password, a card or the like at a site that no part of the conversation names, and that is not widely known, is a finding. In arguments of tools a URL is read as one that is fetched. Weak signs (a shortener, an address, punycode) have low scores. Block lists of the settings are exact.',
  points: ['output', 'input', 'tool-definition', 'tool-call', 'tool-result', 'artifact'],
  taxonomy: ['LLM02', 'LLM05', 'AML.T0048', 'CWE-451', 'CWE-601', 'CWE-1007'],
  rules,
  maxSpan: maxUrl + Math.max(maxJoined, maxAsked),
  openFrom,
  settings,
  listFiles: {
    blockListFile: { list: 'blockLists', holds: 'text' },
    trustedHostsFile: { list: 'trustedHosts', holds: 'lines' },
  },
  exampleSettings: {
    blockLists: ['# hosts\n0.0.0.0 tracker.example\n', '"1","2026-01-01","http://files.example/a.bin","online"'],
    trustedHosts: ['sso.corp.example'],
  },
  examples,
  create: ({ blockLists, trustedHosts }) => {
    const blocked = blockList(blockLists)
    const trusted = blockList(trustedHosts)
    return ({ views }, { point, conversation }) => {
      // What is said of requests is kept for other calls, so that it does not rest on their conversations.
      const judge = {
        blocked,
        trusted,
        isCalled: point === 'tool-call',
        said: saidBefore(point === 'output' ? conversation : undefined),
      }
      const findings: Finding[] = []
      for (const view of views) {
        if (unclickable.has(view.kind)) continue
        for (const found of findUrls(view.text)) {
          for (const { rule, score } of judgeUrl(found, judge)) {
            findings.push({ rule, category: rules[rule], score, span: view.spanOf(found.start, found.end) })
          }
          if (point !== 'output' || trusted.has(urlParts(found.url, found.scheme).host, found.url)) continue
          const asked = credentialRequest(view.text, found, judge.said)
          if (asked === undefined) continue
          const rule = 'credential-request'
          findings.push({ rule, category: rules[rule], score: asked.score, span: view.spanOf(found.start, asked.end) })
        }
      }
      return distinctFindings(findings)
    }
  },
})

function openFrom(text: string): number {
  return Math.min(openUrl(text), openRequest(text))
}

/** Behind the last white space, as a URL holds none but in the quotes of an attribute. */
function openUrl(text: string): number {
  const least = Math.max(0, text.length - maxUrl - maxJoined)
  // What a script adds to a URL: `'https://…?c=' + document.cookie`.
  let at = text.length - (/\??["'`]\s{0,4}(?:\+\s{0,4}[\w.(]{0,64})?$/.exec(text.slice(-maxJoined))?.[0].length ?? 0)
  while (at > least && text.charCodeAt(at - 1) > 0x20) at--
  const quote = Math.max(text.lastIndexOf('="'), text.lastIndexOf("='"))
  if (quote < 0 || quote < text.length - maxQuoted - 2) return at
  return text.indexOf(text[quote + 1] ?? '', quote + 2) < 0 ? Math.min(at, quote + 2) : at
}
