// Lets the conformance suite start on Node 20, whose `fs` lacks `globSync`: `node --import` this.
// Only a subcommand that the tests do not use would call it.
import * as fs from 'node:fs';
import { register } from 'node:module';

const suite = '/@modelcontextprotocol/conformance/';
const patched = `
  export * from 'node:fs';
  export { default } from 'node:fs';
  export function globSync() { throw new Error('globSync needs Node 22'); }`;
const hooks = `
  const patched = 'data:text/javascript,' + ${JSON.stringify(encodeURIComponent(patched))};
  export function resolve(name, context, next) {
    const wanted = (name === 'fs' || name === 'node:fs') && context.parentURL?.includes('${suite}');
    return wanted ? { url: patched, shortCircuit: true } : next(name, context);
  }`;
if (!('globSync' in fs)) register('data:text/javascript,' + encodeURIComponent(hooks));
