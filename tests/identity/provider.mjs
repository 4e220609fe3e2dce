// An identity server of others for our tests: `oidc-provider`, with one person, who agrees to all.
//
// It prints its issuer when it is ready. `POST /rotate` has it sign with another key and forget the
// old one; `POST /revoke-all` ends all access tokens. Tokens for resources that end in `/opaque` are
// opaque, all others are JWTs.
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';

process.env.NODE_ENV = 'test';
console.info = () => {};
console.warn = () => {};
const { default: Provider } = await import('oidc-provider');

let issuer;
let handle;
let made = 0;
const given = [];

function key() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: `key-${++made}`, use: 'sig', alg: 'ES256' };
}

const machine = { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] };
const signer = process.env.SIGNER_KEY && {
  ...machine,
  client_id: 'signer',
  token_endpoint_auth_method: 'private_key_jwt',
  jwks: { keys: [JSON.parse(process.env.SIGNER_KEY)] },
};

const app = {
  application_type: 'native',
  redirect_uris: ['http://127.0.0.1/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
};
const confidential = ['client_secret_basic', 'client_secret_post'].map((way) => ({
  ...app,
  client_id: way,
  client_secret: "an app's secret: 1+1%",
  token_endpoint_auth_method: way,
}));
if (signer) confidential.push({ ...signer, ...app, client_id: 'signing app' });

function provider() {
  return new Provider(issuer, {
    jwks: { keys: [key()] },
    cookies: { keys: ['of the tests'] },
    scopes: ['openid', 'offline_access', 'mcp:read', 'mcp:write'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    issueRefreshToken: async (ctx, client) => client.grantTypeAllowed('refresh_token'),
    findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    clients: [
      { ...app, client_id: 'app', token_endpoint_auth_method: 'none' },
      ...confidential,
      { ...machine, client_id: 'machine', client_secret: "a machine's secret: 1+1%" },
      { ...machine, client_id: 'mcp', client_secret: 'the secret of the server' },
      ...(signer ? [signer] : []),
    ],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      registration: { enabled: true },
      revocation: { enabled: true },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, resource) => ({
          scope: 'mcp:read mcp:write',
          audience: resource,
          accessTokenFormat: resource.endsWith('/opaque') ? 'opaque' : 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  });
}

/** Logs the person in and agrees to what is asked. */
async function agree(current, request, response) {
  const { prompt, params, session, grantId } = await current.interactionDetails(request, response);
  if (prompt.name === 'login') {
    return current.interactionFinished(request, response, { login: { accountId: 'alice' } });
  }
  const known = grantId && (await current.Grant.find(grantId));
  const grant = known || new current.Grant({ accountId: session.accountId, clientId: params.client_id });
  const { missingOIDCScope, missingResourceScopes } = prompt.details;
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '));
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '));
  }
  const consent = { grantId: await grant.save() };
  return current.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
}

let current;
function renew() {
  current = provider();
  current.on('access_token.saved', (token) => given.push(token));
  handle = current.callback();
}

const server = createServer((request, response) => {
  if (request.method === 'POST' && request.url === '/rotate') {
    renew();
    response.writeHead(204).end();
  } else if (request.method === 'POST' && request.url === '/revoke-all') {
    Promise.all(given.splice(0).map((token) => token.destroy())).then(() => {
      response.writeHead(204).end();
    });
  } else if (request.url.startsWith('/interaction/')) {
    agree(current, request, response).catch((error) => {
      response.writeHead(500).end(String(error));
    });
  } else {
    handle(request, response);
  }
});
server.listen(0, '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  renew();
  console.log(issuer);
});
