/** Where a gateway of this configuration is reached from this machine. Pure; it must never hold a credential. */

/** A gateway that listens on every address is reached on the loopback one. */
export function gatewayUrl(host: string, port: number): string {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : /^\[?(::|0:0:0:0:0:0:0:0)\]?$/.test(host) ? '::1' : host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}
