// Which files of an image are looked into, and what kinds of secrets are in them. A secret itself is never kept or told.

export interface FoundSecret {
  /** AWS credentials have a check of their own. */
  readonly isAws: boolean;
  /** "a private key", for people. */
  readonly what: string;
  /** In what a package brings along, where test keys are common. */
  readonly isOfDependency: boolean;
}

/** Ours: larger files are no configuration. */
const bytesMax = 128 * 1024;

const dependencies = /(^|\/)(node_modules|site-packages|dist-packages|vendor|gems|\.cargo|tests?|testdata|examples?|fixtures)\//;
const systemFolders =
  /^(usr\/(?!local\/(app|etc|src)\/)|lib|lib64|bin|sbin|proc|sys|dev|var\/lib\/(dpkg|apt)|etc\/(ssl\/certs|ca-certificates))/;
const namedFiles =
  /(^|\/)(\.env(\.[\w-]+)?|[._]netrc|\.npmrc|\.pypirc|pip\.conf|\.git-credentials|\.dockercfg|\.docker\/config\.json|id_(rsa|dsa|ecdsa|ed25519)|ssh_host_\w+_key|\.aws\/(credentials|config)|\.pgpass|\.kube\/config|\.vault-token|\.?huggingface\/token|terraform\.tfstate|[\w.-]*credentials[\w.-]*\.json|service[-_]account[\w.-]*\.json)$/;
const keyFiles = /\.(pem|key|ppk|p8)$/;
const exampleFiles = /\.(example|sample|template|dist)$/;
const textFiles =
  /(^|\/)[^/.]+$|\.(py|js|mjs|cjs|ts|json|ya?ml|toml|ini|cfg|conf|config|properties|sh|bash|txt|xml|tf|tfvars|rb|go|java|php|pl|env)$/;

/** Path without a leading slash. */
export function isWorthReading({ path, bytes }: { readonly path: string; readonly bytes: number }): boolean {
  if (bytes === 0 || bytes > bytesMax || exampleFiles.test(path)) return false;
  if (namedFiles.test(path) || keyFiles.test(path)) return true;
  return textFiles.test(path) && !systemFolders.test(path) && !dependencies.test(path);
}

interface Pattern {
  readonly what: string;
  readonly pattern: RegExp;
  readonly isAws?: true;
  /** Only in files of such a name. */
  readonly inFile?: RegExp;
}

const patterns: readonly Pattern[] = [
  { what: 'an AWS access key', pattern: /\b(AKIA|ASIA)[A-Z2-7]{9}(?!EXAMPLE)[A-Z2-7]{7}\b/, isAws: true },
  {
    what: 'an AWS secret access key',
    pattern: /aws_secret_access_key["']?\s*[=:]\s*["']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/i,
    isAws: true,
  },
  { what: 'a private key', pattern: /-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----\s*[A-Za-z0-9+/=\s]{16}|^PuTTY-User-Key-File/m },
  { what: 'a GitHub token', pattern: /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})/ },
  { what: 'a GitLab token', pattern: /\bglpat-[A-Za-z0-9_-]{20}/ },
  { what: 'a Hugging Face token', pattern: /\bhf_[A-Za-z]{34}\b/ },
  { what: 'a Slack token', pattern: /\bxox[abpr]-[A-Za-z0-9-]{20,}/ },
  { what: 'a payment service key', pattern: /\b[sr]k_live_[A-Za-z0-9]{20,}/ },
  { what: 'a Google API key', pattern: /\bAIza[A-Za-z0-9_-]{35}\b/ },
  { what: 'an npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  // A variable in its place is the right way.
  { what: 'a registry password', pattern: /_(authToken|auth|password)\s*=\s*["']?(?!\$)\S{4,}/, inFile: /\.npmrc$/ },
  { what: 'a registry password', pattern: /:\/\/[^\s:/@]+:(?!\$)[^\s@/]+@|^\s*password\s*[=:]\s*\S+/m, inFile: /(pip\.conf|\.pypirc)$/ },
  { what: 'a password', pattern: /\bpassword\s+\S+/, inFile: /[._]netrc$/ },
  { what: 'a password', pattern: /:\/\/[^\s:/@]+:[^\s@/]+@/, inFile: /\.git-credentials$/ },
  { what: 'a registry login', pattern: /"(auth|identitytoken)"\s*:\s*"[^"]+"/, inFile: /\.docker(cfg|\/config\.json)$/ },
  { what: 'a password', pattern: /^[^#\s:]+:[^:\s]*:[^:]*:[^:]*:\S+/m, inFile: /\.pgpass$/ },
  { what: 'a token', pattern: /\S{16,}/, inFile: /(\.vault-token|huggingface\/token)$/ },
  { what: 'a cluster login', pattern: /(client-key-data|token|password)\s*:\s*\S{8,}/, inFile: /\.kube\/config$/ },
  {
    what: 'a secret variable',
    pattern:
      /^\s*(export\s+)?(?!AWS_)[A-Z0-9_]*(SECRET|PASSWORD|PASSWD|API_?KEY|PRIVATE_KEY|(?<=_|\b)TOKEN)\s*=\s*["']?(?!\$)[^\s"'#]{8,}/m,
    inFile: /(^|\/)\.env(\.[\w-]+)?$/,
  },
];

/** Each kind once. */
export function secretsIn(path: string, content: Buffer): readonly FoundSecret[] {
  const text = content.toString('latin1');
  const found = patterns.filter(({ pattern, inFile }) => (inFile === undefined || inFile.test(path)) && pattern.test(text));
  const isOfDependency = dependencies.test(path) || /^(usr\/(share|lib)|etc\/ssl\/private\/ssl-cert-snakeoil)/.test(path);
  return [...new Map(found.map(({ what, isAws }) => [what, { what, isAws: isAws === true, isOfDependency }])).values()];
}

const secretName = /(SECRET|PASSWORD|PASSWD|API_?KEY|ACCESS_KEY|PRIVATE_KEY|CREDENTIALS?|(^|_)TOKEN)$/i;
const awsNames = /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN)$/;

/** Null where the variable holds no secret, as far as its name and form tell. */
export function secretInVariable(name: string, value: string): Pick<FoundSecret, 'isAws' | 'what'> | null {
  if (value === '') return null;
  if (awsNames.test(name)) return { isAws: true, what: 'AWS credentials' };
  const known = patterns.find(({ pattern, inFile }) => inFile === undefined && pattern.test(value));
  if (known !== undefined) return { isAws: known.isAws === true, what: known.what };
  // A path names a secret, and a number or switch is none.
  const isPlain = value.length < 8 || /^(\/|\.\/|file:|\$|\d+$)/.test(value);
  return secretName.test(name) && !isPlain ? { isAws: false, what: 'what its name calls a secret' } : null;
}
