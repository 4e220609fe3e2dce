// Drives the official TypeScript client against a server over stdio; see client.py for the plan.
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const plan = JSON.parse(process.argv[2]);
const [command, ...args] = plan.command;
const transport = new StdioClientTransport({
  command,
  args,
  env: { ...process.env, ...(plan.env ?? {}) },
  stderr: 'inherit',
});
const client = new Client(
  { name: 'toolwright-tests', version: '1' },
  { versionNegotiation: { mode: plan.mode } },
);
await client.connect(transport);
const { tools } = await client.listTools();
const results = [];
for (const [name, given] of plan.calls) {
  try {
    results.push(await client.callTool({ name, arguments: given }));
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
  }),
);
await client.close();
