// The built binary as a server on an empty database of its own.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDatabase, dropDatabase } from './postgres.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const binary = [process.env.MUSTER_BINARY, join(root, 'target/release/muster'), join(root, 'target/debug/muster')]
  .find((path) => path && existsSync(path));

let made = 0;

export class Muster {
  constructor(database) {
    if (!binary) {
      throw new Error('build the product first: `cargo build`, or set MUSTER_BINARY to its path');
    }
    this.folder = mkdtempSync(join(tmpdir(), 'muster-e2e-'));
    made += 1;
    this.name = database === 'postgres' ? `muster_e2e_${process.pid}_${made}` : undefined;
    this.database = this.name ? createDatabase(this.name) : `sqlite:${join(this.folder, 'muster.db')}`;
  }

  get options() {
    return ['--database', this.database, '--data', this.folder];
  }

  // Runs a command of the product to its end and gives back what it printed; some rows may be left.
  run(...command) {
    const { status, stdout, stderr } = spawnSync(binary, [...command, ...this.options], { encoding: 'utf8' });
    if (status !== 0 && status !== 3) {
      throw new Error(`muster ${command[0]} ended with ${status}: ${stderr}`);
    }
    return stdout;
  }

  // Starts the server and waits for the address it prints.
  async serve() {
    // Receivers of webhooks in these tests are on this machine.
    const options = ['--listen', '127.0.0.1:0', '--webhook-networks', '127.0.0.0/8', ...this.options];
    this.process = spawn(binary, ['serve', ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.log = '';
    this.url = await new Promise((resolve, reject) => {
      const read = (chunk) => {
        this.log += chunk;
        const address = this.log.match(/http:\/\/127\.0\.0\.1:\d+/);
        if (address) {
          resolve(address[0]);
        }
      };
      this.process.stdout.on('data', read);
      this.process.stderr.on('data', read);
      this.process.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${this.log}`)));
    });
  }

  async stop() {
    if (this.process && this.process.exitCode === null) {
      const ended = new Promise((resolve) => this.process.once('exit', resolve));
      this.process.kill('SIGTERM');
      await ended;
    }
    if (this.name) {
      dropDatabase(this.name);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
