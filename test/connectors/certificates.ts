/** Certificates for servers of tests: one authority, right, expired and foreign ones. */
import './reflect.ts';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export interface Certificate {
  key: string;
  cert: string;
}

export interface Authority extends Certificate {
  keys: webcrypto.CryptoKeyPair;
  name: string;
}

export async function createAuthority(name = 'CN=Test authority'): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  });
  return {
    keys,
    name,
    key: await pem(keys.privateKey),
    cert: certificate.toString('pem'),
  };
}

export async function issue(
  authority: Authority,
  options: { hosts?: string[]; ips?: string[]; expired?: boolean } = {},
): Promise<Certificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const end = options.expired ? Date.now() - 3_600_000 : Date.now() + 86_400_000;
  const names = [
    ...(options.hosts ?? []).map((value) => ({ type: 'dns' as const, value })),
    ...(options.ips ?? []).map((value) => ({ type: 'ip' as const, value })),
  ];
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=Test server',
    issuer: authority.name,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 2 * 86_400_000),
    notAfter: new Date(end),
    extensions: [new x509.SubjectAlternativeNameExtension(names)],
  });
  return { key: await pem(keys.privateKey), cert: certificate.toString('pem') };
}

async function pem(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = await webcrypto.subtle.exportKey('pkcs8', key);
  const text = Buffer.from(bytes).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----\n`;
}
