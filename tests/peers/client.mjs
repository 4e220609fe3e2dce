// Drives the official TypeScript client against a server; see client.py for the plan.
import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Login, loggedIn } from './login.mjs';

const plan = JSON.parse(process.argv[2]);
const [command, ...args] = plan.command ?? [];
const login = plan.login ? new Login() : undefined;
let transport;
const Http = plan.url?.endsWith('/sse') ? SSEClientTransport : StreamableHTTPClientTransport;
const open = () => plan.url
  ? new Http(new URL(plan.url), { authProvider: login })
  : new StdioClientTransport({
      command,
      args,
      env: { ...process.env, ...(plan.env ?? {}) },
      stderr: 'inherit',
    });
const client = new Client(
  { name: 'toolwright-tests', version: '1' },
  { versionNegotiation: { mode: plan.mode } },
);
await loggedIn(() => transport, login, () => {
  transport = open();
  return client.connect(transport);
});
const { tools } = await client.listTools();
const results = [];
const progress = [];
for (const [name, given] of plan.calls) {
  const reports = [];
  progress.push(reports);
  const onprogress = (report) => reports.push(report.progress);
  try {
    const call = () => client.callTool({ name, arguments: given }, { onprogress });
    results.push(await loggedIn(() => transport, login, call));
  } catch (error) {
    results.push({ error: `${error.name}: ${error.message}` });
  }
}
console.log(
  JSON.stringify({
    protocol: client.getNegotiatedProtocolVersion(),
    server: client.getServerVersion(),
    tools,
    results,
    progress,
  }),
);
await client.close();
