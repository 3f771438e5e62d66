// The log is filtered and taken out as a file, a person's pages are gone through, and the report is read.
import { readFileSync } from 'node:fs';
import { expect, owner, spreadsheet, test } from '../support/test.js';

const parts = ['Profile', 'Groups', 'Workflows', 'Documents', 'Connected devices', 'Cards', 'Access', 'Activity', 'Data & privacy'];

test('the log is filtered, and the filter is taken out as a file', async ({ signedIn: page, muster, look }) => {
  muster.run('import', spreadsheet('team-list.csv'), '--preset', 'team', '--yes');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Activity' }).click();
  await expect(page.getByRole('cell', { name: 'signed in' }).first()).toBeVisible();
  await look('log');
  await page.getByLabel('What', { exact: true }).selectOption('Imports');
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page).toHaveURL(/what=imports/);
  await expect(page.getByRole('cell', { name: 'imported people' })).toBeVisible();
  await expect(page.getByRole('cell', { name: 'signed in Chrome' })).toHaveCount(0);
  await page.locator('.page-head summary').click();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'As CSV' }).click();
  const file = readFileSync(await (await download).path(), 'utf8');
  expect(file).toContain('import.apply');
  await page.getByRole('link', { name: 'The import and its results' }).first().click();
  await expect(page).toHaveURL(/\/imports\//);
  await page.goto('/activity?by=nobody@example.com');
  await expect(page.getByText('Nothing can match')).toBeVisible();
  await look('nobody');
});

test('the parts of a person are links with a page each', async ({ signedIn: page, muster, look, javaScriptEnabled }) => {
  // An account with its owner alone shows how to begin instead of a list.
  muster.run('import', spreadsheet('team-list.csv'), '--preset', 'team', '--yes');
  await page.goto('/users');
  await page.locator('tbody').getByRole('link', { name: owner.name }).click();
  for (const part of parts) {
    const link = page.getByRole('navigation', { name: `About ${owner.name}` }).getByRole('link', { name: part, exact: true });
    if (javaScriptEnabled === false) {
      await link.click();
    } else {
      await link.focus();
      await page.keyboard.press('Enter');
    }
    await expect(page).toHaveTitle(new RegExp(`^${part} – ${owner.name}`));
    await expect(link).toHaveAttribute('aria-current', 'page');
    await look(part.toLowerCase().replaceAll(/[^a-z]+/g, '-'));
  }
});

test('the report counts people and leads to them', async ({ signedIn: page, muster, look }) => {
  muster.run('import', spreadsheet('team-list.csv'), '--preset', 'team', '--yes');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Reports' }).click();
  await expect(page.getByRole('img', { name: 'Last sign-in' })).toBeVisible();
  await look('report');
  await page.getByRole('link', { name: 'Never', exact: true }).click();
  await expect(page).toHaveURL(/\/users\?seen=never/);
  await expect(page.getByRole('table').locator('tbody').getByRole('row').first()).toBeVisible();
});

test('the log, a person and the report fit a window of 320 pixels and the dark', async ({ signedIn: page, muster, look, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false, 'the layout is the same without scripts');
  muster.run('import', spreadsheet('team-list.csv'), '--preset', 'team', '--yes');
  await page.goto('/users');
  await page.locator('tbody').getByRole('link', { name: owner.name }).click();
  const person = new URL(page.url()).pathname;
  for (const dark of [false, true]) {
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    for (const path of ['/activity', '/reports', person, `${person}/activity`, `${person}/devices`, `${person}/groups`]) {
      await page.setViewportSize({ width: dark ? 1280 : 320, height: 640 });
      await page.goto(path);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect.soft(width, `${path} is wider than the window`).toBeLessThanOrEqual(dark ? 1280 : 320);
      await look(path.replace(person, 'person').replaceAll('/', '-').replace(/^-/, ''));
    }
  }
});
