/** Code that switches a protection off, or takes one that holds nothing. */
import { all, type InsecureRule } from './insecure-rule.ts'
import type { CodePattern } from './pattern.ts'
import { sign } from './signs.ts'

const { call } = sign

export const insecureSettings: readonly CodePattern<InsecureRule>[] = [
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
      { has: ['md5', 'sha1'] },
    ],
    [
      0.35,
      call,
      /\bhashlib\.(?:md5|sha1)\s{0,4}\(|\bcreateHash\s{0,4}\(\s{0,4}["'](?:md5|sha1|md4)["']|\bMessageDigest\.getInstance\s{0,4}\(\s{0,4}"(?:MD5|SHA-?1|MD2)"|\bMD5\.Create\s{0,4}\(|\bmd5\.(?:New|Sum)\s{0,4}\(|\bDigest::(?:MD5|SHA1)\b|\bMD5_Init\s{0,4}\(/g,
      {
        has: ['md5', 'sha1', 'sha-1', '"md4', "'md4", '"md2'],
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
      { has: ['\\x00', '000000000000', 'bytes(', 'b"\\0', "b'\\0"] },
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
