// Tries every feature with an official TypeScript client. Prints a line of JSON for each.
// Usage: matrix.mjs {"peer": "client" | "sdk", "revision": "…", "command": […], "url": "…", "sse": "…"}
const plan = JSON.parse(process.argv[2]);
const library = await (plan.peer === 'client' ? fromClient() : fromSdk());
const seen = { progress: [], logs: [], updated: [], lists: 0 };

const options = { capabilities: { elicitation: {}, sampling: {}, roots: {} } };
const modern = plan.revision === '2026-07-28';
if (plan.peer === 'client') {
  options.versionNegotiation = { mode: modern ? 'auto' : 'legacy' };
  if (!modern) options.supportedProtocolVersions = [plan.revision];
}
const client = new library.Client({ name: 'toolwright-tests', version: '1' }, options);
library.request(client, 'sampling/createMessage', () => ({
  model: 'none',
  role: 'assistant',
  content: { type: 'text', text: 'an answer' },
}));
library.request(client, 'elicitation/create', () => ({
  action: 'accept',
  content: { username: 'ada', email: 'ada@example.com' },
}));
library.request(client, 'roots/list', () => ({ roots: [{ uri: 'file:///home/ada' }] }));
library.notice(client, 'notifications/message', (params) => seen.logs.push(params.data));
library.notice(client, 'notifications/resources/updated', ({ uri }) => seen.updated.push(uri));
library.notice(client, 'notifications/tools/list_changed', () => seen.lists++);
await client.connect(transport());
const revision = library.revision(client);
console.log(JSON.stringify({ feature: 'revision', said: revision }));

await feature('tools', async () => {
  const { tools } = await client.listTools();
  const failed = await client.callTool({ name: 'test_error_handling', arguments: {} });
  const samples = await client.callTool({ name: 'samples', arguments: { count: 2 } });
  const hasTool = tools.some((tool) => tool.name === 'test_simple_text');
  return hasTool && failed.isError && samples.content.length > 0 && (await text('test_simple_text')).includes('simple');
});
await feature('resources', async () => {
  const { resources } = await client.listResources();
  const { resourceTemplates } = await client.listResourceTemplates();
  const read = async (uri) => (await client.readResource({ uri })).contents[0];
  const fixed = await read('test://static-text');
  const made = await read('test://template/7/data');
  return resources.length > 2 && resourceTemplates.length === 1 && fixed.text.includes('static') && made.text.includes('"7"');
});
await feature('prompts', async () => {
  const { prompts } = await client.listPrompts();
  const filled = await client.getPrompt({
    name: 'test_prompt_with_arguments',
    arguments: { arg1: 'left', arg2: 'right' },
  });
  return prompts.length > 3 && filled.messages[0].content.text.includes("arg2='right'");
});
await feature('completion', async () => {
  const ref = { type: 'ref/prompt', name: 'test_prompt_with_arguments' };
  const { completion } = await client.complete({ ref, argument: { name: 'arg1', value: 'test' } });
  return completion.values.includes('testing');
});
if (revision >= '2025-06-18') {
  await feature('elicitation', async () => (await text('test_elicitation', { message: 'Who?' })).includes('ada'));
}
await feature('sampling', async () => (await text('test_sampling', { prompt: 'Go' })).endsWith('an answer'));
await feature('roots', async () => (await text('test_input_required_result_list_roots')) === '1 roots');
await feature('progress', async () => {
  const onprogress = (report) => seen.progress.push(report.progress);
  await library.call(client, { name: 'test_tool_with_progress', arguments: {} }, { onprogress });
  return seen.progress.join() === '0,50,100';
});
await feature('logging', async () => {
  const call = { name: 'test_tool_with_logging', arguments: {} };
  if (modern) call._meta = { 'io.modelcontextprotocol/logLevel': 'info' };
  else await client.setLoggingLevel('info');
  await client.callTool(call);
  return seen.logs.length === 3;
});
await feature('cancellation', async () => {
  const stop = new AbortController();
  const call = library.call(client, { name: 'wait_forever', arguments: {} }, { signal: stop.signal });
  call.catch(() => {});
  await until(async () => (await text('count_waiting')) === '1');
  stop.abort();
  await until(async () => (await text('count_waiting')) === '0');
  return call.then(() => false, () => true);
});
await feature('subscriptions', async () => {
  const uri = 'test://watched-resource';
  let subscription;
  if (modern) subscription = await client.listen({ toolsListChanged: true, resourceSubscriptions: [uri] });
  else await client.subscribeResource({ uri });
  await text('test_trigger_resource_update');
  await text('test_trigger_tool_change');
  await until(() => seen.updated.includes(uri) && seen.lists > 0);
  if (modern) await subscription.close();
  else await client.unsubscribeResource({ uri });
  return true;
});
await client.close();
process.exit(0);

async function text(name, given = {}) {
  return (await client.callTool({ name, arguments: given })).content[0].text;
}

async function feature(name, attempt) {
  let ok = false;
  let said = '';
  try {
    ok = (await attempt()) === true;
  } catch (error) {
    said = `${error.name}: ${error.message}`;
  }
  console.log(JSON.stringify({ feature: name, ok, said }));
}

async function until(holds) {
  for (let tries = 0; tries < 300; tries++) {
    if (await holds()) return;
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error('it never came to that');
}

function transport() {
  if (plan.sse) return new library.Sse(new URL(plan.sse));
  if (plan.url) return new library.Http(new URL(plan.url));
  const [command, ...args] = plan.command;
  return new library.Stdio({ command, args, stderr: 'inherit' });
}

async function fromClient() {
  const main = await import('@modelcontextprotocol/client');
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  return {
    Client: main.Client,
    Http: main.StreamableHTTPClientTransport,
    Sse: main.SSEClientTransport,
    Stdio: StdioClientTransport,
    request: (client, method, answer) => client.setRequestHandler(method, async () => answer()),
    notice: (client, method, take) => client.setNotificationHandler(method, (it) => void take(it.params)),
    revision: (client) => client.getNegotiatedProtocolVersion(),
    call: (client, call, options) => client.callTool(call, options),
  };
}

async function fromSdk() {
  const from = (path) => import(`@modelcontextprotocol/sdk/${path}.js`);
  const types = await from('types');
  const names = {
    'sampling/createMessage': types.CreateMessageRequestSchema,
    'elicitation/create': types.ElicitRequestSchema,
    'roots/list': types.ListRootsRequestSchema,
    'notifications/message': types.LoggingMessageNotificationSchema,
    'notifications/resources/updated': types.ResourceUpdatedNotificationSchema,
    'notifications/tools/list_changed': types.ToolListChangedNotificationSchema,
  };
  return {
    Client: (await from('client/index')).Client,
    Http: (await from('client/streamableHttp')).StreamableHTTPClientTransport,
    Sse: (await from('client/sse')).SSEClientTransport,
    Stdio: (await from('client/stdio')).StdioClientTransport,
    request: (client, method, answer) => client.setRequestHandler(names[method], async () => answer()),
    notice: (client, method, take) => client.setNotificationHandler(names[method], (it) => void take(it.params)),
    revision: () => types.LATEST_PROTOCOL_VERSION,
    call: (client, call, options) => client.callTool(call, undefined, options),
  };
}
