// What every browser test starts with: a running server, and pages that are looked at.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test as base } from '@playwright/test';
import { Muster } from './muster.js';

const here = dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// A spreadsheet of the common fixtures.
export const spreadsheet = (name) => join(here, '../../fixtures/import', name);

export const owner = {
  account: 'Acme Facilities',
  name: 'Olga Owner',
  email: 'olga@example.com',
  password: 'seven-green-bicycles-sing',
};

export const test = base.extend({
  database: ['sqlite', { option: true }],

  muster: async ({ database }, use) => {
    const muster = new Muster(database);
    await muster.serve();
    await use(muster);
    await muster.stop();
  },

  baseURL: async ({ muster }, use) => {
    await use(muster.url);
  },

  // Nothing may fail unseen in the page: errors of scripts and refusals by its own policy end the test.
  page: async ({ page }, use) => {
    const failures = [];
    page.on('pageerror', (error) => failures.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) {
        failures.push(message.text());
      }
    });
    await use(page);
    expect(failures).toEqual([]);
  },

  // The page of an owner who has signed in to an account made on the command line.
  signedIn: async ({ muster, page }, use) => {
    const password = join(muster.folder, 'password');
    writeFileSync(password, owner.password);
    muster.run('init', '--account', owner.account, '--name', owner.name, '--email', owner.email, '--password-file', password);
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByLabel('Password').fill(owner.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText(owner.account).first()).toBeVisible();
    await use(page);
  },

  // Takes a picture of the page and has it examined for barriers.
  look: async ({ page, javaScriptEnabled }, use, testInfo) => {
    let number = 0;
    await use(async (name) => {
      number += 1;
      const file = `${String(number).padStart(2, '0')}-${name}.png`;
      const folder = join(here, '../screenshots', testInfo.project.name, slug(testInfo.title));
      await photograph(page, join(folder, file));
      if (javaScriptEnabled !== false) {
        await expectNoBarriers(page, name);
      }
    });
  },
});

// The whole page in one picture: bars that stick to the window's end would hide what is under them.
async function photograph(page, path) {
  const size = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: size.width, height: Math.max(size.height, height) });
  await page.screenshot({ path, animations: 'disabled' });
  await page.setViewportSize(size);
}

const slug = (title) => title.toLowerCase().replace(/[^a-z0-9]+/g, '-');

// Chooses a file on the upload page and sends it.
export async function upload(page, name) {
  await page.goto('/imports/new');
  await page.locator('input[type=file]').setInputFiles(spreadsheet(name));
  await page.getByRole('button', { name: 'Upload and look' }).click();
}

// Waits until the file has been looked at, then goes to one step of its import.
export async function goToStep(page, step) {
  await expect(page).toHaveURL(/\/imports\/[0-9a-f-]+\/(format|map|review)$/, { timeout: 30_000 });
  await expect(page.locator('#progress')).toHaveCount(0, { timeout: 30_000 });
  await page.goto(page.url().replace(/\/\w+$/, `/${step}`));
}

// Serious and critical findings of axe fail the test; lesser ones are for people to judge.
export async function expectNoBarriers(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const barriers = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${name}: ${id}, ${help}: ${nodes.map(({ html }) => html).join(' ')}`);
  expect.soft(barriers).toEqual([]);
}

export { expect };
