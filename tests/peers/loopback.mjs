// Loaded before a server that others wrote: it listens on loopback only, on whichever port is free,
// and says first where that is.

import { Server } from 'node:net';

console.log = console.error;
const listen = Server.prototype.listen;
Server.prototype.listen = function (_, ...rest) {
  this.once('listening', () => process.stdout.write(`http://127.0.0.1:${this.address().port}\n`));
  return listen.call(this, { port: 0, host: '127.0.0.1' }, ...rest.filter((one) => typeof one === 'function'));
};
