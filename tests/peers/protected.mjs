// A server written with the official TypeScript SDK of 1.x that lets nobody in who did not log in
// at the authorization server beside it, which is the SDK's as well. Everybody who asks may.
//
// It says first where it listens: under HTTP+SSE with the argument `sse`. The tool `end` ends all
// access tokens; they can be refreshed. One client is known beforehand; others register.

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { InvalidGrantError, InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { getOAuthProtectedResourceMetadataUrl, mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import express from 'express';
import { z } from 'zod';

const old = process.argv[2] === 'sse';
const clients = new Map([
  [
    'known',
    {
      client_id: 'known',
      client_secret: 'a secret: 1+1%',
      redirect_uris: ['http://localhost:3000/callback'],
    },
  ],
]);
const codes = new Map();
const access = new Map();
const refresh = new Map();

function tokens(grant) {
  const token = { access_token: randomUUID(), refresh_token: randomUUID() };
  access.set(token.access_token, grant);
  refresh.set(token.refresh_token, grant);
  return { ...token, token_type: 'bearer', expires_in: 3600, scope: grant.scopes.join(' ') };
}

/** What a store had under a key, once. */
function taken(store, key) {
  const value = store.get(key);
  if (!value) throw new InvalidGrantError('not known');
  store.delete(key);
  return value;
}

const provider = {
  clientsStore: {
    getClient: (id) => clients.get(id),
    registerClient: (client) => {
      const known = { ...client, client_id: client.client_id ?? randomUUID() };
      clients.set(known.client_id, known);
      return known;
    },
  },
  async authorize(client, params, response) {
    const code = randomUUID();
    const { codeChallenge: challenge, resource, scopes = [] } = params;
    codes.set(code, { clientId: client.client_id, challenge, resource, scopes });
    const back = new URL(params.redirectUri);
    back.searchParams.set('code', code);
    if (params.state) back.searchParams.set('state', params.state);
    response.redirect(back.toString());
  },
  challengeForAuthorizationCode: async (client, code) => codes.get(code)?.challenge,
  exchangeAuthorizationCode: async (client, code) => tokens(taken(codes, code)),
  exchangeRefreshToken: async (client, token) => tokens(taken(refresh, token)),
  async revokeToken(client, { token }) {
    access.delete(token);
    refresh.delete(token);
  },
  async verifyAccessToken(token) {
    const grant = access.get(token);
    if (!grant || grant.resource?.href !== url.href) throw new InvalidTokenError('not known');
    const { clientId, scopes, resource } = grant;
    return { token, clientId, scopes, resource, expiresAt: Math.floor(Date.now() / 1000) + 3600 };
  },
};

function made() {
  const server = new McpServer({ name: 'protected', version: '1.0.0' });
  server.registerTool('greet', { inputSchema: { name: z.string() } }, ({ name }) => ({
    content: [{ type: 'text', text: `Hello, ${name}!` }],
  }));
  server.registerTool('end', {}, () => {
    access.clear();
    return { content: [{ type: 'text', text: 'ended' }] };
  });
  return server;
}

const app = express();
const http = createServer(app);
await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
const origin = new URL(`http://127.0.0.1:${http.address().port}`);
const url = new URL(old ? '/sse' : '/mcp', origin);
const scopes = ['greet'];
app.use(
  mcpAuthRouter({ provider, issuerUrl: origin, resourceServerUrl: url, scopesSupported: scopes }),
);
const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(url);
const guard = requireBearerAuth({ verifier: provider, requiredScopes: scopes, resourceMetadataUrl });
app.post('/mcp', guard, express.json(), async (request, response) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  response.on('close', () => transport.close());
  await made().connect(transport);
  await transport.handleRequest(request, response, request.body);
});
const streams = new Map();
app.get('/sse', guard, async (request, response) => {
  const transport = new SSEServerTransport('/messages', response);
  streams.set(transport.sessionId, transport);
  await made().connect(transport);
});
app.post('/messages', guard, express.json(), async (request, response) => {
  const transport = streams.get(request.query.sessionId);
  await transport.handlePostMessage(request, response, request.body);
});
app.all('/mcp', guard, (request, response) => response.status(405).end());
console.log(url.href);
