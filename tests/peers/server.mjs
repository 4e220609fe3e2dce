// A server written with an official TypeScript SDK that has what our client tries.
//
// Usage: server.mjs server|sdk stdio|http|stateless|json|sse
//
// `server` is the package of 2.x, `sdk` the one of 1.x. The names are those of
// `toolwright_tests::everything`. Over HTTP it says first where it listens.

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { z } from 'zod';

const [sdk, mode] = process.argv.slice(2);
const two = sdk === 'server';
const watched = 'test://watched-resource';
const pageSize = 5;
// What all requests and sessions share.
let waiting = 0;
let passing = false;
// What tells those who listen without a session, if there are such.
let notifier;

const text = (text, more = {}) => ({ content: [{ type: 'text', text }], ...more });
const person = {
  type: 'object',
  properties: { username: { type: 'string' }, email: { type: 'string', format: 'email' } },
  required: ['username', 'email'],
};
const prompt = (text) => ({ messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens: 100 });

/** What the two generations call by different names. */
async function generation() {
  if (two) {
    const server = await import('@modelcontextprotocol/server');
    const { inputRequired, inputResponse } = server;
    /** Ends the call with a question, unless its answer is there. */
    const ask = (make) => (params, ctx, use) => {
      const answer = ctx.mcpReq.inputResponses?.answer;
      return answer ? use(answer) : inputRequired({ inputRequests: { answer: make(params) } });
    };
    return {
      ...server,
      signal: (ctx) => ctx.mcpReq.signal,
      token: (ctx) => ctx.mcpReq._meta?.progressToken,
      notify: (ctx, notification) => ctx.mcpReq.notify(notification),
      log: (ctx, data) => ctx.mcpReq.log('info', data),
      elicit: ask(inputRequired.elicit),
      sample: ask(inputRequired.createMessage),
      roots: ask(inputRequired.listRoots),
      handle: (server, method, handler) => server.server.setRequestHandler(method, handler),
    };
  }
  const [mcp, { completable }, types] = await Promise.all([
    import('@modelcontextprotocol/sdk/server/mcp.js'),
    import('@modelcontextprotocol/sdk/server/completable.js'),
    import('@modelcontextprotocol/sdk/types.js'),
  ]);
  /** Asks in the middle of the call; where nothing but the answer has a way, nobody hears it. */
  const ask = (method, schema) => async (params, extra, use) =>
    use(await extra.sendRequest({ method, params }, schema, { timeout: 1000 }));
  const schemas = {
    'tools/list': types.ListToolsRequestSchema,
    'resources/subscribe': types.SubscribeRequestSchema,
    'resources/unsubscribe': types.UnsubscribeRequestSchema,
  };
  return {
    ...mcp,
    completable,
    signal: (extra) => extra.signal,
    token: (extra) => extra._meta?.progressToken,
    notify: (extra, notification) => extra.sendNotification(notification),
    log: (extra, data) =>
      extra.sendNotification({ method: 'notifications/message', params: { level: 'info', data } }),
    elicit: ask('elicitation/create', types.ElicitResultSchema),
    sample: ask('sampling/createMessage', types.CreateMessageResultSchema),
    roots: ask('roots/list', types.ListRootsResultSchema),
    handle: (server, method, handler) => server.server.setRequestHandler(schemas[method], handler),
  };
}

const it = await generation();

function everything() {
  const capabilities = {
    logging: {},
    tools: { listChanged: true },
    resources: { subscribe: true, listChanged: true },
  };
  const server = new it.McpServer({ name: 'everything', version: '1.0.0' }, { capabilities });
  const tool = (name, shape, handler, more = {}) =>
    server.registerTool(name, { inputSchema: z.object(shape), ...more }, handler);
  plain(tool);
  asking(tool);
  changing(server, tool);
  others(server);
  pages(server);
  return server;
}

function plain(tool) {
  tool('test_simple_text', {}, () => text('This is a simple text'));
  tool('test_error_handling', {}, () => {
    throw new Error('This fails on purpose');
  });
  const sample = z.object({ at: z.number(), value: z.number() });
  const outputSchema = z.object({ result: z.array(sample) });
  tool('samples', { count: z.number() }, ({ count }) => {
    const result = Array.from({ length: count }, (_, at) => ({ at, value: at / 2 }));
    return text(JSON.stringify(result), { structuredContent: { result } });
  }, { outputSchema });
  tool('broken_output', {}, () => text('many', { structuredContent: { count: 'many' } }));
  tool('test_tool_with_progress', {}, async (_, ctx) => {
    for (const progress of [0, 50, 100]) {
      const params = { progressToken: it.token(ctx), progress, total: 100 };
      await it.notify(ctx, { method: 'notifications/progress', params });
    }
    return text('done');
  });
  tool('test_tool_with_logging', {}, async (_, ctx) => {
    for (const said of ['started', 'working', 'done']) await it.log(ctx, said);
    return text('logged');
  });
  tool('count_waiting', {}, () => text(String(waiting)));
  tool('wait_forever', {}, async (_, ctx) => {
    waiting += 1;
    const signal = it.signal(ctx);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    waiting -= 1;
    return text('that was long');
  });
}

function asking(tool) {
  tool('test_elicitation', { message: z.string() }, ({ message }, ctx) =>
    it.elicit({ message, requestedSchema: person }, ctx, ({ content }) => text(`It is ${content.username}`)));
  tool('test_sampling', { prompt: z.string() }, (given, ctx) =>
    it.sample(prompt(given.prompt), ctx, ({ content }) => text(`The model says: ${content.text}`)));
  tool('test_input_required_result_list_roots', {}, (_, ctx) =>
    it.roots(undefined, ctx, ({ roots }) => text(`${roots.length} roots`)));
}

function changing(server, tool) {
  let registered;
  const show = () => {
    if (passing) registered ??= tool('passing_tool', {}, () => text('still here'));
    else registered?.remove();
    if (!passing) registered = undefined;
  };
  show();
  tool('test_trigger_tool_change', {}, () => {
    passing = !passing;
    show();
    notifier?.toolsChanged();
    return text('the tools have changed');
  });
  tool('test_trigger_resource_update', {}, async () => {
    if (notifier) notifier.resourceUpdated(watched);
    else await server.server.sendResourceUpdated({ uri: watched });
    return text('the resource has changed');
  });
}

function others(server) {
  const contents = (uri, text) => ({ contents: [{ uri: uri.href ?? uri, text }] });
  server.registerResource('static', 'test://static-text', {}, (uri) => contents(uri, 'a static text'));
  server.registerResource('watched', watched, {}, (uri) => contents(uri, 'it changes'));
  const template = new it.ResourceTemplate('test://template/{id}/data', { list: undefined });
  server.registerResource('template', template, {}, (uri, { id }) => contents(uri, `{"id":"${id}"}`));
  const arg1 = it.completable(z.string(), (value) =>
    ['testing', 'toast'].filter((word) => word.startsWith(value)));
  const shape = { arg1, arg2: z.string() };
  const argsSchema = two ? z.object(shape) : shape;
  server.registerPrompt('test_prompt_with_arguments', { argsSchema }, ({ arg1, arg2 }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `arg1='${arg1}', arg2='${arg2}'` } }],
  }));
  it.handle(server, 'resources/subscribe', () => ({}));
  it.handle(server, 'resources/unsubscribe', () => ({}));
}

/** The list of tools in parts; one of them promises what it does not keep. */
function pages(server) {
  const whole = server.server._requestHandlers.get('tools/list');
  it.handle(server, 'tools/list', async (request, ctx) => {
    const { tools } = await whole(request, ctx);
    const start = Number(request.params?.cursor ?? 0);
    const count = { type: 'integer' };
    for (const tool of tools) {
      if (tool.name === 'broken_output') tool.outputSchema = { type: 'object', properties: { count } };
    }
    const end = start + pageSize;
    const more = end < tools.length ? { nextCursor: String(end) } : {};
    return { tools: tools.slice(start, end), ...more };
  });
}

/** Listens on a free port, of loopback only. */
function listen(handler, path) {
  const http = createServer(handler);
  http.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${http.address().port}${path}`));
}

async function serveTwo() {
  if (mode === 'stdio') {
    const { serveStdio } = await import('@modelcontextprotocol/server/stdio');
    return serveStdio(everything);
  }
  const { getRequestListener } = await import('@hono/node-server');
  const responseMode = mode === 'json' ? 'json' : 'auto';
  const legacy = mode === 'http' ? 'reject' : 'stateless';
  const handler = it.createMcpHandler(everything, { responseMode, legacy });
  const sessions = new Map();
  const inSession = async (request) => {
    let transport = sessions.get(request.headers.get('mcp-session-id'));
    if (!transport) {
      const onsessioninitialized = (id) => sessions.set(id, transport);
      const options = { sessionIdGenerator: randomUUID, onsessioninitialized };
      transport = new it.WebStandardStreamableHTTPServerTransport(options);
      await everything().connect(transport);
    }
    return transport.handleRequest(request);
  };
  const modern = async (request) => {
    notifier = handler.notify;
    return handler.fetch(request);
  };
  const either = async (request) =>
    mode === 'http' && (await it.isLegacyRequest(request)) ? inSession(request) : modern(request);
  listen(getRequestListener(either), '/mcp');
}

async function serveOne() {
  if (mode === 'stdio') {
    const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js');
    return everything().connect(new StdioServerTransport());
  }
  const sessions = new Map();
  if (mode === 'sse') {
    const { SSEServerTransport } = await import('@modelcontextprotocol/sdk/server/sse.js');
    return listen(async (request, response) => {
      const url = new URL(request.url, 'http://localhost');
      if (request.method === 'POST') {
        const transport = sessions.get(url.searchParams.get('sessionId'));
        if (transport) return transport.handlePostMessage(request, response);
        return response.writeHead(404).end();
      }
      const transport = new SSEServerTransport('/messages', response);
      sessions.set(transport.sessionId, transport);
      await everything().connect(transport);
    }, '/sse');
  }
  const { StreamableHTTPServerTransport } = await import('@modelcontextprotocol/sdk/server/streamableHttp.js');
  listen(async (request, response) => {
    let transport = sessions.get(request.headers['mcp-session-id']);
    if (!transport) {
      transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: mode === 'stateless' ? undefined : randomUUID,
        enableJsonResponse: mode === 'json',
        onsessioninitialized: (id) => sessions.set(id, transport),
      });
      const server = everything();
      await server.connect(transport);
      if (mode === 'stateless') response.on('close', () => server.close());
    }
    await transport.handleRequest(request, response);
  }, '/mcp');
}

await (two ? serveTwo() : serveOne());
