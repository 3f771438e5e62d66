// Browser tests: every project drives the same journey on another database or with JavaScript off.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { defineConfig } from '@playwright/test';

const installed = (process.env.PATH ?? '').split(delimiter).flatMap((folder) =>
  ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)));
const chromium = [process.env.MUSTER_CHROMIUM, ...installed].find((path) => path && existsSync(path));
if (!chromium) {
  throw new Error('no Chromium is installed: `apt-get install chromium`, or set MUSTER_CHROMIUM to its path');
}

// Neither the database nor scripts make a difference to the layout and the keyboard.
const journeys = ['import.spec.js', 'files.spec.js', 'review.spec.js', 'invite.spec.js', 'portal.spec.js', 'two-factor.spec.js', 'devices.spec.js', 'wizard.spec.js', 'documents.spec.js', 'people.spec.js', 'cards.spec.js', 'leaving.spec.js', 'activity.spec.js', 'merging.spec.js', 'roles.spec.js', 'help.spec.js', 'webhooks.spec.js'];

export default defineConfig({
  testDir: './tests',
  outputDir: './results',
  globalSetup: './support/postgres.js',
  // Each test has a server and a database of its own, so they may run at the same time.
  fullyParallel: true,
  workers: 2,
  forbidOnly: process.env.CI === 'true',
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: chromium,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  projects: [
    { name: 'sqlite', use: { database: 'sqlite' } },
    { name: 'postgres', testMatch: journeys, use: { database: 'postgres' } },
    { name: 'no-javascript', testMatch: journeys, use: { database: 'sqlite', javaScriptEnabled: false } },
  ],
});
