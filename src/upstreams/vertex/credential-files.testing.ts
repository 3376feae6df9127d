/** Google credential files for tests; the key is made anew in every run. */

import { generateKeyPairSync } from 'node:crypto';

export const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
export const serviceAccount = {
  type: 'service_account',
  client_email: 'svc@p.iam.gserviceaccount.com',
  private_key: keys.privateKey,
  token_uri: 'https://oauth2.googleapis.com/token',
  project_id: 'p-1',
};
export const user = {
  type: 'authorized_user',
  client_id: 'client',
  client_secret: 'hush',
  refresh_token: '1//refresh',
  quota_project_id: 'payer-1',
};
