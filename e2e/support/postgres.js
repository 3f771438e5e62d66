// One PostgreSQL for all tests: the one that MUSTER_TEST_POSTGRES_URL names, or a throw-away server.
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = join(dirname(fileURLToPath(import.meta.url)), '../../bench/postgres.sh');

export default function startPostgres(config) {
  const needed = config.projects.some((project) => project.use.database === 'postgres');
  if (!needed || process.env.MUSTER_TEST_POSTGRES_URL) {
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'muster-e2e-postgres-'));
  const url = execFileSync(script, ['start', folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  process.env.MUSTER_TEST_POSTGRES_URL = url.trim();
  return () => {
    execFileSync(script, ['stop', folder]);
  };
}

// A new database on that server.
export function createDatabase(name) {
  const server = new URL(process.env.MUSTER_TEST_POSTGRES_URL);
  execFileSync('psql', ['--quiet', '--dbname', server.href, '--command', `create database ${name}`]);
  server.pathname = `/${name}`;
  return server.href;
}

export function dropDatabase(name) {
  const server = process.env.MUSTER_TEST_POSTGRES_URL;
  execFileSync('psql', ['--quiet', '--dbname', server, '--command', `drop database if exists ${name} with (force)`]);
}
