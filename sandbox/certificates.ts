/** The sandbox's own certificate authority and its server certificates: the right one, a wrong one, an expired one. */
import './reflection.ts';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { X509Certificate, webcrypto } from 'node:crypto';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

export interface KeyPair {
  /** Both in PEM form. */
  key: string;
  cert: string;
}

export interface Certificates {
  /** PEM of the authority that clients have to trust. */
  ca: string;
  good: KeyPair;
  /** For a host that nobody asks for. */
  wrong: KeyPair;
  expired: KeyPair;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const HOSTS = [
  'oapi.dingtalk.com',
  'api.dingtalk.com',
  'wss-open-connection.dingtalk.com',
  'api.authing.cn',
  'core.authing.cn',
  'localhost',
];

/** Those kept in `directory`, or new ones that are kept there; valid for five years. */
export async function loadCertificates(directory: string): Promise<Certificates> {
  const file = join(directory, 'certificates.json');
  const kept = read(file);
  if (kept) return kept;
  const made = await makeCertificates();
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
  return made;
}

function read(file: string): Certificates | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  const kept = JSON.parse(text) as Certificates;
  const { validTo, subjectAltName } = new X509Certificate(kept.good.cert);
  const lasts = Date.parse(validTo) > Date.now() + 30 * DAY_MS;
  // Kept by a version that knew fewer hosts.
  const names = HOSTS.every((host) => subjectAltName?.includes(`DNS:${host}`));
  return lasts && names ? kept : null;
}

async function makeCertificates(): Promise<Certificates> {
  const keys = await newKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: 'CN=Sandbox authority (not for production)',
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + 5 * 365 * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const issuer = { keys, subject: authority.subject };
  const inFiveYears = Date.now() + 5 * 365 * DAY_MS;
  return {
    ca: authority.toString('pem'),
    good: await issue(issuer, HOSTS, inFiveYears),
    wrong: await issue(issuer, ['wrong.example.com'], inFiveYears),
    expired: await issue(issuer, HOSTS, Date.now() - DAY_MS),
  };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function serial(): string {
  return Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString('hex');
}

async function issue(
  issuer: { keys: webcrypto.CryptoKeyPair; subject: string },
  hosts: string[],
  untilMs: number,
): Promise<KeyPair> {
  const keys = await newKeys();
  const names: x509.JsonGeneralNames = hosts.map((value) => ({ type: 'dns', value }));
  if (hosts === HOSTS) names.push({ type: 'ip', value: '127.0.0.1' });
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: `CN=${hosts[0] ?? ''}`,
    issuer: issuer.subject,
    notBefore: new Date(Math.min(Date.now(), untilMs) - 30 * DAY_MS),
    notAfter: new Date(untilMs),
    signingKey: issuer.keys.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.SubjectAlternativeNameExtension(names),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    cert: certificate.toString('pem'),
    key: x509.PemConverter.encode(key, 'PRIVATE KEY'),
  };
}
