import type { CodePattern } from './pattern.ts'
import { sign } from './signs.ts'

export type InsecureRule =
  | 'code-injection'
  | 'command-injection'
  | 'sql-concatenation'
  | 'unsafe-deserialization'
  | 'disabled-tls-check'
  | 'weak-cryptography'
  | 'world-writable'
  | 'script-sink'
  | 'path-traversal'
  | 'server-side-request'
  | 'external-entity'
  | 'unsafe-memory'
  | 'unsafe-token'
  | 'template-injection'
  | 'debug-mode'

type Item = readonly [score: number, needs: number, pattern: RegExp, more?: Pick<CodePattern, 'has' | 'and' | 'unless'>]

function all(rule: InsecureRule, items: readonly Item[]): readonly CodePattern<InsecureRule>[] {
  return items.map(([score, needs, pattern, more]) => ({ rule, score, needs, pattern, ...more }))
}

/** What comes from outside, in the frameworks that most programs use. */
const input = String.raw`(?:raw_)?(?:input\s{0,4}\(|(?:flask\.)?request\.(?:args|form|values|json|data|body|query|params|GET|POST|get_json|getParameter|query_params|files|headers|cookies)|req\.(?:query|body|params|headers|cookies)|params\[|sys\.argv|process\.argv|\$_(?:GET|POST|REQUEST|COOKIE|SERVER)|(?:window\.)?location\.(?:search|hash|href)|document\.(?:URL|location|referrer)|ctx\.(?:query|request|params)|user_?[iI]nput|userInput|event\.(?:body|data)\b|gets\b)`
/** A string that is put together: `f"…{x}"`, `"…" + x`, `"…%s" % x`, `…${x}…`, `"…".format(`. */
const built = String.raw`(?:[fF][rR]?["'][^"'\n]{0,200}\{[^}\n]{1,80}\}|["'][^"'\n]{0,200}["']\s{0,4}(?:\+|%|\.\s{0,2}\$)\s{0,4}[\w$(]|["'][^"'\n]{0,200}["']\.format\s{0,4}\(|\x60[^\x60\n]{0,200}\$\{|["][^"\n]{0,200}(?:#\{|\$\{?[a-z_]\w{0,40}))`
const call = sign.call
const any = (before: string, middle: string, flags = 'g') => new RegExp(before + middle, flags)

export const insecure: readonly CodePattern<InsecureRule>[] = [
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
  ...all('disabled-tls-check', [
    [
      0.6,
      sign.equal,
      /\bverify\s{0,2}=\s{0,2}False\b|\bcheck_hostname\s{0,2}=\s{0,2}False\b|\bverify_mode\s{0,2}=\s{0,2}(?:ssl\.)?CERT_NONE\b|\bcert_reqs\s{0,2}=\s{0,2}["']?(?:ssl\.)?CERT_NONE\b|\bNODE_TLS_REJECT_UNAUTHORIZED["'\]]{0,2}\s{0,2}=\s{0,2}["']?0|\bVERIFY_NONE\b|\bssl_verify\s{0,2}=\s{0,2}(?:False|false|0)\b/g,
    ],
    [
      0.6,
      0,
      /\brejectUnauthorized["']?\s{0,2}:\s{0,2}false\b|\bInsecureSkipVerify\s{0,2}:\s{0,2}true\b|\binsecure_skip_verify\s{0,2}[:=]\s{0,2}true\b|\bdanger_accept_invalid_certs\s{0,2}\(\s{0,2}true|\bCURLOPT_SSL_VERIFY(?:PEER|HOST)\s{0,2},\s{0,2}(?:0|false|FALSE)\b|\b_create_unverified_context\b|\bhttp\.sslVerify["']?\s{0,2}[= ]\s{0,2}false\b|\bServerCertificateValidationCallback\s{0,2}\+?=\s{0,2}[^\n]{0,80}(?:true|return true)|\bTrustAll(?:Certs|Certificates|Manager|Strategy)?\b|\bNoopHostnameVerifier\b|\bALLOW_ALL_HOSTNAME_VERIFIER\b|\bDangerousAcceptAnyServerCertificateValidator\b|\bdisable_warnings\s{0,2}\(\s{0,2}(?:urllib3\.exceptions\.)?InsecureRequestWarning/g,
      {
        has: [
          'rejectunauthorized',
          'insecureskipverify',
          'insecure_skip_verify',
          'accept_invalid_certs',
          'ssl_verify',
          '_unverified_context',
          'sslverify',
          'certificatevalidation',
          'trustall',
          'hostnameverifier',
          'hostname_verifier',
          'acceptanyserver',
          'disable_warnings',
        ],
      },
    ],
    [
      0.45,
      sign.flag,
      /\bcurl\s(?:[^\n|;]{0,120}\s)?(?:-[a-jl-zA-Z]{0,5}k[a-zA-Z]{0,5}|--insecure)(?=\s)|--no-check-certificate\b|\bStrictHostKeyChecking[= ]no\b|--trusted-host\s{1,4}\S{3,80}|--strict-ssl[= ]false\b/g,
    ],
    [0.4, call, /\bset_missing_host_key_policy\s{0,4}\(\s{0,4}(?:paramiko\.)?AutoAddPolicy/g],
  ]),
  ...all('weak-cryptography', [
    [
      0.5,
      call,
      /\b(?:md5|sha1)\s{0,4}\(\s{0,4}\$?(?:_(?:GET|POST)\[["'])?(?:\w{0,20}[pP]ass(?:word|wd|phrase)?|pwd|secret)\w{0,20}/g,
    ],
    [
      0.5,
      call,
      /\b(?:hashlib\.(?:md5|sha1)|createHash\s{0,2}\(\s{0,2}["'](?:md5|sha1)["']\s{0,2}\)\.update|MD5\.Create\(\)\.ComputeHash)\s{0,4}\(\s{0,4}(?:str\()?\w{0,20}(?:pass(?:word|wd|phrase)?|pwd|secret)/gi,
      { has: ['md5(', '.md5', 'sha1'] },
    ],
    [
      0.35,
      call,
      /\bhashlib\.(?:md5|sha1)\s{0,4}\(|\bcreateHash\s{0,4}\(\s{0,4}["'](?:md5|sha1|md4)["']|\bMessageDigest\.getInstance\s{0,4}\(\s{0,4}"(?:MD5|SHA-?1|MD2)"|\bMD5\.Create\s{0,4}\(|\bmd5\.(?:New|Sum)\s{0,4}\(|\bDigest::(?:MD5|SHA1)\b|\bMD5_Init\s{0,4}\(/g,
      {
        has: ['md5(', '.md5', '"md5', "'md5", 'sha1', 'sha-1', '"md4', "'md4", '"md2', '::md5', 'md5_'],
        unless: /usedforsecurity/,
      },
    ],
    [
      0.55,
      call,
      /\b(?:DES3?|ARC4|ARC2|Blowfish)\.new\s{0,4}\(|\bCipher\.getInstance\s{0,4}\(\s{0,4}"(?:DES|DESede|RC4|RC2|Blowfish|AES\/ECB|AES")|\bcreateCipheriv?\s{0,4}\(\s{0,4}["'](?:des|rc4|rc2|bf|aes-\d{3}-ecb)|\bcreateCipher\s{0,4}\(|\brc4\.NewCipher\s{0,4}\(|\bdes\.NewCipher\s{0,4}\(|\bmcrypt_encrypt\s{0,4}\(|\bnew\s{1,4}(?:DESCryptoServiceProvider|RC2CryptoServiceProvider|TripleDESCryptoServiceProvider)\b/g,
      { has: ['des.', 'des3', 'arc4', 'arc2', 'rc4.', 'blowfish', 'cipher', 'mcrypt', 'descrypto', 'rc2crypto'] },
    ],
    [0.55, sign.dot, /\bMODE_ECB\b|\bmodes\.ECB\s{0,4}\(|\bCipherMode\.ECB\b/g],
    [
      0.5,
      call | sign.equal,
      /\b(?:\w{0,20}(?:token|password|secret|otp|nonce|salt|session_?id|api_?key|csrf)\w{0,20})\s{0,4}[=:]\s{0,4}[^\n]{0,60}\b(?:Math\.random|random\.(?:random|randint|choices?|sample|randrange|getrandbits)|mt_rand|rand|new\s{1,4}Random|uniqid)\s{0,4}\(/gi,
      { has: ['rand', 'uniqid'], unless: /SystemRandom|secrets\./ },
    ],
    [
      0.5,
      sign.equal,
      /\b(?:iv|IV|nonce)\s{0,4}=\s{0,4}(?:b["'](?:\\x00){4,40}["']|b["']0{12,16}["']|bytes\(\s{0,2}16\s{0,2}\)|b["']\\0["']\s{0,2}\*)/g,
      { has: ['iv = ', 'iv=b', 'nonce'] },
    ],
    [
      0.45,
      sign.dot,
      /\bssl\.PROTOCOL_(?:SSLv[23]|TLSv1(?:_1)?)\b|\bSslProtocols\.(?:Ssl[23]|Tls11?)\b|\bMinVersion:\s{0,4}tls\.Version(?:SSL30|TLS10|TLS11)\b/g,
    ],
  ]),
  ...all('world-writable', [
    [
      0.45,
      0,
      /\bchmod\s{1,4}(?:-[a-zA-Z]{1,6}\s{1,4})?(?:0?777|a\+rwx|ugo\+rwx|0?666|o\+w)\s{1,4}\S{1,100}/g,
      { has: ['chmod'] },
    ],
    [
      0.45,
      call,
      /\b(?:chmod|chmodSync|Chmod|mkdir|makedirs|fchmod)\s{0,4}\([^)\n]{1,120},\s{0,4}(?:mode\s{0,2}[=:]\s{0,2})?(?:0o?777|0o?666|511|stat\.S_IRWXO|S_IRWXU\s{0,2}\|\s{0,2}S_IRWXG\s{0,2}\|\s{0,2}S_IRWXO)\b/g,
    ],
    [0.4, 0, /\bumask\s{0,2}\(?\s{0,2}0{1,4}\b(?!\d)/g, { has: ['umask'] }],
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
  ...all('unsafe-memory', [
    [0.55, call, /(?<![\w.>:$])gets\s{0,4}\(\s{0,4}\w{1,40}\s{0,4}\)\s{0,4};/g],
    [
      0.4,
      call,
      /(?<![\w.>:$])(?:strcpy|strcat|sprintf|vsprintf|stpcpy)\s{0,4}\(\s{0,4}[\w.>[\]-]{1,60}\s{0,4},\s{0,4}(?!"[^"%\n]{0,200}"\s{0,4}\))[^\n;]{1,120}\)\s{0,4};/g,
    ],
    [0.45, call, /\b(?:scanf|fscanf|sscanf)\s{0,4}\([^"\n]{0,60}"[^"\n]{0,60}%s/g],
    [
      0.4,
      call,
      /(?<![\w.>:$])(?:printf|syslog|fprintf\s{0,4}\(\s{0,4}\w{1,20}\s{0,4},)\s{0,4}\(?\s{0,4}(?:argv\[\d\]|buf(?:fer)?|input|user\w{0,20}|str|msg)\s{0,4}\)\s{0,4};/g,
    ],
  ]),
  ...all('unsafe-token', [
    [
      0.65,
      0,
      /\balgorithms?["']?\s{0,2}[:=]\s{0,2}\[?\s{0,2}["']none["']|\bverify_signature["']?\s{0,2}:\s{0,2}False\b/gi,
      { has: ['none', 'verify_signature'] },
    ],
    [0.55, call, /\bjwt\.decode\s{0,4}\([^)\n]{0,200}verify\s{0,2}=\s{0,2}False/g],
    [
      0.4,
      0,
      /@csrf_exempt\b|\bcsrf\s{0,2}\(\s{0,2}\)\s{0,2}\.disable\s{0,2}\(|\bWTF_CSRF_ENABLED["'\]]{0,2}\s{0,2}=\s{0,2}False\b|\bskip_before_action\s{1,4}:verify_authenticity_token\b/g,
      { has: ['csrf', 'authenticity_token'] },
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
  ...all('debug-mode', [
    [0.35, sign.equal | call, /\bapp\.run\s{0,4}\([^)\n]{0,120}debug\s{0,2}=\s{0,2}True/g],
    [
      0.3,
      sign.equal,
      /^\s{0,8}(?:DEBUG\s{0,2}=\s{0,2}True|ALLOWED_HOSTS\s{0,2}=\s{0,2}\[\s{0,2}["']\*["']\s{0,2}\])/gm,
    ],
    [
      0.4,
      0,
      /\bAccess-Control-Allow-Origin["']?\s{0,4}[:,]\s{0,4}["']?\*[\s\S]{0,200}Access-Control-Allow-Credentials["']?\s{0,4}[:,]\s{0,4}["']?true/gi,
      { has: ['allow-credentials'] },
    ],
  ]),
]
