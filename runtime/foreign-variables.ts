/** Environment variables that others define and our processes honour; listed so that `.env.example` is complete. */

export interface ForeignVariable {
  name: string;
  says: string;
}

/** Read by @temporalio/envconfig, which also reads Temporal's configuration file. */
export const temporalVariables: ForeignVariable[] = [
  { name: 'TEMPORAL_ADDRESS', says: 'host:port of Temporal; unset: 127.0.0.1:7233.' },
  { name: 'TEMPORAL_NAMESPACE', says: 'Namespace; unset: default.' },
  { name: 'TEMPORAL_API_KEY', says: 'API key of Temporal Cloud; turns TLS on.' },
  { name: 'TEMPORAL_TLS', says: 'true or false; TLS without a client certificate.' },
  { name: 'TEMPORAL_TLS_CLIENT_CERT_PATH', says: 'Client certificate for mTLS; also _DATA.' },
  { name: 'TEMPORAL_TLS_CLIENT_KEY_PATH', says: 'Its key; also _DATA.' },
  { name: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH', says: 'Authority of the server; also _DATA.' },
  { name: 'TEMPORAL_TLS_SERVER_NAME', says: 'Name the certificate of the server must have.' },
  {
    name: 'TEMPORAL_CONFIG_FILE',
    says: "Temporal's configuration file, where it is not in its usual place.",
  },
  { name: 'TEMPORAL_PROFILE', says: 'Profile of that file.' },
];

/** Read by `engines/`, which finds or makes Temporal and MongoDB on one machine. */
export const engineVariables: ForeignVariable[] = [
  { name: 'XDG_CACHE_HOME', says: 'Folder for cached programs; unset: ~/.cache.' },
  { name: 'TEMPORAL_CLI_PATH', says: 'A temporal program to use instead of the one on the PATH.' },
  { name: 'ENGINE_DOWNLOADS', says: '"never" keeps the engines from asking download servers.' },
  { name: 'TEMPORAL_DOWNLOAD_BASE', says: "Mirror of Temporal's download server." },
  { name: 'MONGODB_DOWNLOAD_BASE', says: "Mirror of MongoDB's download server." },
];
