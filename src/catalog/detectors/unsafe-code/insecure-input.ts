/** Code that lets what comes from outside say what is done. */
import { all, type InsecureRule } from './insecure-rule.ts'
import type { CodePattern } from './pattern.ts'
import { sign } from './signs.ts'

/** What comes from outside, in the frameworks that most programs use. */
const input = String.raw`(?:raw_)?(?:input\s{0,4}\(|(?:flask\.)?request\.(?:args|form|values|json|data|body|query|params|GET|POST|get_json|getParameter|query_params|files|headers|cookies)|req\.(?:query|body|params|headers|cookies)|params\[|sys\.argv|process\.argv|\$_(?:GET|POST|REQUEST|COOKIE|SERVER)|(?:window\.)?location\.(?:search|hash|href)|document\.(?:URL|location|referrer)|ctx\.(?:query|request|params)|user_?[iI]nput|userInput|event\.(?:body|data)\b|gets\b)`
/** A string that is put together: `f"…{x}"`, `"…" + x`, `"…%s" % x`, `…${x}…`, `"…".format(`. */
const built = String.raw`(?:[fF][rR]?["'][^"'\n]{0,200}\{[^}\n]{1,80}\}|["'][^"'\n]{0,200}["']\s{0,4}(?:\+|%|\.\s{0,2}\$)\s{0,4}[\w$(]|["'][^"'\n]{0,200}["']\.format\s{0,4}\(|\x60[^\x60\n]{0,200}\$\{|["][^"\n]{0,200}(?:#\{|\$\{?[a-z_]\w{0,40}))`
const call = sign.call
const any = (before: string, middle: string, flags = 'g') => new RegExp(before + middle, flags)

export const insecureInput: readonly CodePattern<InsecureRule>[] = [
  ...all('code-injection', [
    [
      0.7,
      call,
      any(
        String.raw`\b(?:eval|exec|execfile|compile|new\s{1,4}Function|vm\.runIn\w{1,20}|instance_eval|class_eval|setTimeout|setInterval)\s{0,4}\(\s{0,4}(?:str\s{0,2}\(\s{0,4})?`,
        input,
      ),
    ],
    [0.5, call, any(String.raw`\b(?:eval|exec)\s{0,4}\(\s{0,4}`, built)],
    [
      0.4,
      call,
      /(?<![.\w])eval\s{0,4}\(\s{0,4}(?!["')\s])[a-zA-Z_$][\w.$[\]'"]{0,60}\s{0,4}[),]/g,
      { unless: /eval\s{0,4}\(\s{0,4}(?:tf|torch|self\.model|model|expr(?:ession)?_ast)\b/ },
    ],
    [0.6, call, any(String.raw`\bast\.literal_eval_unsafe|\b__import__\s{0,4}\(\s{0,4}`, input)],
  ]),
  ...all('command-injection', [
    [
      0.65,
      call,
      any(
        String.raw`\b(?:os\.(?:system|popen)|commands\.getoutput|subprocess\.(?:getoutput|getstatusoutput)|popen2?|shell_exec|passthru|proc_open|child_process\.exec(?:Sync)?|execSync|shelljs\.exec|Runtime\.getRuntime\(\)\.exec|Kernel\.system|IO\.popen|exec\.Command\(\s{0,4}["'](?:ba|z)?sh["']\s{0,4},\s{0,4}["']-c["']\s{0,4},)\s{0,4}\(?\s{0,4}`,
        `(?:${built}|${input})`,
      ),
    ],
    [
      0.65,
      call | sign.equal,
      any(
        String.raw`\bsubprocess\.(?:run|call|Popen|check_output|check_call)\s{0,4}\(\s{0,4}(?:${built}|${input})[^\n]{0,200}`,
        String.raw`shell\s{0,2}=\s{0,2}True`,
      ),
    ],
    [
      0.5,
      call | sign.equal,
      /\bsubprocess\.(?:run|call|Popen|check_output|check_call)\s{0,4}\(\s{0,4}[a-zA-Z_]\w{0,60}\s{0,4},[^\n]{0,200}shell\s{0,2}=\s{0,2}True/g,
    ],
    [0.45, call, /\bos\.(?:system|popen)\s{0,4}\(\s{0,4}[a-zA-Z_]\w{0,60}\s{0,4}\)/g],
    [
      0.6,
      call,
      any(
        String.raw`(?<![.\w])(?:exec|system|spawn)\s{0,4}\(\s{0,4}`,
        String.raw`(?:\x60[^\x60\n]{0,200}\$\{|["'][^"'\n]{2,200}\s["']\s{0,4}[+.]\s{0,4}(?:req|request|user|input|params|\$))`,
      ),
    ],
  ]),
  ...all('sql-concatenation', [
    [
      0.65,
      sign.brace,
      /[fF]["']{1,3}\s{0,20}(?:SELECT\s[^"'\n]{1,200}\sFROM|INSERT\s{1,4}INTO|UPDATE\s[^"'\n]{1,100}\sSET|DELETE\s{1,4}FROM)\s[^"\n]{0,300}\{[^}\n]{1,80}\}/gi,
    ],
    [
      0.65,
      0,
      /["']\s{0,20}(?:SELECT\s[^"'\n]{1,200}\sFROM|INSERT\s{1,4}INTO|UPDATE\s[^"'\n]{1,100}\sSET|DELETE\s{1,4}FROM)\s[^"\n]{0,300}?['"]{1,2}\s{0,4}(?:\+|\.(?=\s{0,4}\$)|\|\|)\s{0,4}(?!["'])[\w$(][\w$.[\]'"()]{0,60}/gi,
      { unless: /\b(?:VALUES|WHERE)[^"']{0,100}["']\s{0,4}\+\s{0,4}["']/ },
    ],
    [
      0.6,
      0,
      /["']{1,3}\s{0,20}(?:SELECT\s[^"\n]{1,200}\sFROM|INSERT\s{1,4}INTO|UPDATE\s[^"\n]{1,100}\sSET|DELETE\s{1,4}FROM)\s[^"\n]{0,300}?%[sd]['")]{0,3}[^"\n]{0,100}["']{1,3}\s{0,4}%\s{0,4}[\w(]/gi,
    ],
    [
      0.6,
      sign.brace,
      /["']{1,3}\s{0,20}(?:SELECT\s[^"\n]{1,200}\sFROM|INSERT\s{1,4}INTO|UPDATE\s[^"\n]{1,100}\sSET|DELETE\s{1,4}FROM)\s[^"\n]{0,300}\{\w{0,30}\}[^"\n]{0,100}["']{1,3}\s{0,4}\.format\s{0,4}\(/gi,
    ],
    [
      0.6,
      sign.dollar,
      /`\s{0,20}(?:SELECT\s[^`]{1,200}\sFROM|INSERT\s{1,4}INTO|UPDATE\s[^`]{1,100}\sSET|DELETE\s{1,4}FROM)\s[^`]{0,300}\$\{(?!\s{0,4}(?:table|sql|Prisma)\b)[^}\n]{1,80}\}/gi,
      { unless: /(?:sql|Prisma\.sql|\$queryRaw)\s{0,2}`/ },
    ],
    [
      0.65,
      sign.dollar,
      /["']\s{0,20}(?:SELECT\s[^"\n]{1,200}\sFROM|INSERT\s{1,4}INTO|UPDATE\s[^"\n]{1,100}\sSET|DELETE\s{1,4}FROM)\s[^"\n]{0,300}\{?\$(?:_(?:GET|POST|REQUEST|COOKIE)|[a-z]\w{1,40})\b/gi,
    ],
    [
      0.6,
      sign.call,
      /\b(?:fmt\.Sprintf|String\.format|sprintf)\s{0,4}\(\s{0,4}"\s{0,20}(?:SELECT\s[^"\n]{1,200}\sFROM|INSERT\s{1,4}INTO|UPDATE\s[^"\n]{1,100}\sSET|DELETE\s{1,4}FROM)\s[^"\n]{0,300}%[svd]/gi,
      { has: ['sprintf', 'string.format'] },
    ],
  ]),
  ...all('unsafe-deserialization', [
    [
      0.55,
      call,
      /\b(?:c?[pP]ickle|_pickle|dill|cloudpickle|joblib|marshal|jsonpickle|shelve)\.(?:loads?|Unpickler|decode|open)\s{0,4}\(/g,
      { has: ['pickle', 'dill', 'joblib', 'marshal', 'shelve'] },
    ],
    [
      0.5,
      call,
      /\byaml\.(?:load|load_all|unsafe_load|full_load)\s{0,4}\((?![^)\n]{0,200}(?:Safe|Base)Loader)[^\n]{0,60}/g,
    ],
    [0.6, sign.dollar | call, /\bunserialize\s{0,4}\(\s{0,4}(?:base64_decode\s{0,4}\(\s{0,4})?\$/g],
    [
      0.5,
      call,
      /\bnew\s{1,4}ObjectInputStream\s{0,4}\(|\bBinaryFormatter\s{0,4}\(\s{0,4}\)|\b(?:NetDataContractSerializer|LosFormatter|SoapFormatter)\s{0,4}\(|\bMarshal\.load\s{0,4}\(|\bYAML\.load\s{0,4}\((?![^)\n]{0,80}permitted)|\bnode-serialize\b|\bXMLDecoder\s{0,4}\(/g,
      {
        has: [
          'objectinputstream',
          'formatter',
          'contractserializer',
          'marshal.load',
          'yaml.load',
          'node-serialize',
          'xmldecoder',
        ],
      },
    ],
    [0.5, sign.equal, /\bTypeNameHandling\s{0,2}[=.]\s{0,2}(?:TypeNameHandling\.)?(?:All|Auto|Objects)\b/g],
    [0.4, call | sign.equal, /\btorch\.load\s{0,4}\([^)\n]{0,120}weights_only\s{0,2}=\s{0,2}False/g],
  ]),
  ...all('script-sink', [
    [
      0.5,
      sign.equal | sign.dot,
      any(String.raw`\.(?:innerHTML|outerHTML|srcdoc)\s{0,4}\+?=\s{0,4}`, `[^\\n;]{0,120}?${input}`),
    ],
    [
      0.5,
      call,
      any(
        String.raw`\b(?:document\.write(?:ln)?|insertAdjacentHTML|\$\([^)\n]{1,60}\)\.(?:html|append|prepend|after|before))\s{0,4}\([^\n;]{0,60}?`,
        input,
      ),
    ],
    [
      0.35,
      sign.equal | sign.dot,
      /\.(?:innerHTML|outerHTML)\s{0,4}\+?=\s{0,4}(?:`[^`\n]{0,120}\$\{|["'][^"'\n]{0,120}["']\s{0,4}\+\s{0,4}[a-zA-Z_$]|[a-zA-Z_$][\w.$]{0,60}\s{0,4}[;\n])/g,
      { unless: /DOMPurify|sanitize|escape/i },
    ],
    [
      0.4,
      0,
      /\bdangerouslySetInnerHTML\s{0,2}=\s{0,2}\{\{\s{0,4}__html\s{0,2}:\s{0,4}(?!DOMPurify|sanitize|["'])[a-zA-Z_$]|\bbypassSecurityTrust(?:Html|Script|Url|ResourceUrl)\s{0,4}\(|\bv-html\s{0,2}=\s{0,2}["']/g,
      { has: ['innerhtml', 'bypasssecuritytrust', 'v-html'] },
    ],
    [
      0.55,
      sign.dollar,
      /\b(?:echo|print)\s{1,4}(?:["'][^"'\n]{0,100}["']\s{0,4}\.\s{0,4})?\$_(?:GET|POST|REQUEST|COOKIE)\b/g,
    ],
    [
      0.45,
      call,
      any(
        String.raw`\b(?:mark_safe|Markup|SafeString|raw|HttpResponse)\s{0,4}\(\s{0,4}(?:f["'][^"'\n]{0,100}\{)?`,
        String.raw`request\.(?:GET|POST|args|form)`,
      ),
    ],
    [
      0.5,
      call,
      /\bres\.(?:send|write|end)\s{0,4}\(\s{0,4}(?:["'`][^"'`\n]{0,100}(?:["']\s{0,4}\+\s{0,4}|\$\{)\s{0,4})?req\.(?:query|params|body)\b/g,
    ],
  ]),
  ...all('path-traversal', [
    [
      0.55,
      call,
      any(
        String.raw`\b(?:open|file_get_contents|readfile|fopen|include|require|include_once|require_once|send_file|sendFile|createReadStream|readFile(?:Sync)?|FileInputStream|File|ReadAllText|os\.Open|ioutil\.ReadFile|unlink|extractall)\s{0,4}\(\s{0,4}(?:["'][^"'\n]{0,80}["']\s{0,4}[+.,]\s{0,4}|path\.join\([^)\n]{0,80},\s{0,4}|os\.path\.join\([^)\n]{0,80},\s{0,4}|[fF]["'][^"'\n]{0,80}\{|\x60[^\x60\n]{0,80}\$\{)?`,
        input,
      ),
    ],
    [
      0.65,
      0,
      /(?:\.\.[/\\]{1,2}){2,20}(?:etc[/\\]{1,2}(?:passwd|shadow|hosts)|windows[/\\]{1,2}(?:win\.ini|system32)|boot\.ini|proc[/\\]{1,2}self|root[/\\]{1,2}\.ssh|var[/\\]{1,2}log)/gi,
    ],
    [
      0.4,
      call,
      /\b(?:tarfile\.open|tar|ZipFile)\b[^\n]{0,80}\.extractall\s{0,4}\(\s{0,4}\)/g,
      { unless: /filter\s{0,2}=/ },
    ],
  ]),
  ...all('server-side-request', [
    [
      0.5,
      call,
      any(
        String.raw`\b(?:requests\.(?:get|post|put|head|request)|urlopen|urllib\.request\.urlopen|httpx\.(?:get|post)|fetch|axios(?:\.(?:get|post))?|http\.get|got|curl_init|file_get_contents|http\.Get|RestTemplate\(\)\.getForObject)\s{0,4}\(\s{0,4}(?:url\s{0,2}=\s{0,2})?`,
        input,
      ),
    ],
    [
      0.4,
      call,
      any(
        String.raw`\b(?:redirect|sendRedirect|res\.redirect|HttpResponseRedirect|header\s{0,2}\(\s{0,2}["']Location:\s{0,2}["']\s{0,2}\.)\s{0,4}\(?\s{0,4}`,
        input,
      ),
    ],
  ]),
  ...all('external-entity', [
    [
      0.8,
      sign.angle,
      /<!ENTITY\s{1,10}(?:%\s{1,10})?[\w.-]{1,60}\s{1,10}(?:SYSTEM|PUBLIC)\s{1,10}["'](?:file|https?|ftp|php|expect|jar|gopher|netdoc|\/)/gi,
    ],
    [0.75, sign.angle, /<!ENTITY\s{1,10}[\w.-]{1,60}\s{1,10}"(?:&[\w.-]{1,60};){4,}/gi],
    [
      0.45,
      0,
      /\bresolve_entities\s{0,2}=\s{0,2}True\b|\bLIBXML_NOENT\b|\bXmlResolver\s{0,2}=\s{0,2}new\b|\bnoent\s{0,2}:\s{0,2}true\b|\bDtdProcessing\.Parse\b/g,
      { has: ['resolve_entities', 'libxml', 'xmlresolver', 'noent', 'dtdprocessing'] },
    ],
  ]),
  ...all('template-injection', [
    [
      0.6,
      call,
      any(
        String.raw`\b(?:render_template_string|Template|from_string|env\.from_string|Handlebars\.compile|ejs\.render|pug\.render|nunjucks\.renderString)\s{0,4}\(\s{0,4}`,
        `(?:${input}|${built})`,
      ),
    ],
  ]),
]
