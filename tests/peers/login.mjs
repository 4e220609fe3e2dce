// Logs the official TypeScript client in, as a person with a browser would who always agrees.
import { UnauthorizedError } from '@modelcontextprotocol/client';

const CALLBACK = 'http://localhost:3000/callback';

export class Login {
  redirectUrl = CALLBACK;
  clientMetadata = {
    client_name: 'toolwright-tests',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  };
  clientInformation = () => this.client;
  saveClientInformation = (client) => void (this.client = client);
  tokens = () => this.known;
  saveTokens = (tokens) => void (this.known = tokens);
  codeVerifier = () => this.verifier;
  saveCodeVerifier = (verifier) => void (this.verifier = verifier);

  async redirectToAuthorization(url) {
    const reply = await fetch(url, { redirect: 'manual' });
    const location = reply.headers.get('location') ?? '';
    if (!location.startsWith(`${CALLBACK}?`)) throw new Error(`sent to ${location}`);
    this.sent = new URL(location).searchParams;
  }
}

// Does something that may need to log in first.
export async function loggedIn(transport, login, act) {
  try {
    return await act();
  } catch (error) {
    const causes = [error, error.cause, error.data?.cause];
    if (!login || !causes.some((it) => it instanceof UnauthorizedError)) throw error;
    await transport().finishAuth(login.sent);
    return await act();
  }
}
