// The same pages on a telephone, in the dark, and for somebody without a mouse.
import { expect, expectNoBarriers, goToStep, spreadsheet, test, upload } from '../support/test.js';

// An account with a finished import and one that waits for its review; gives back the pages to look at.
async function pages(page, muster) {
  muster.run('import', spreadsheet('team-list.csv'), '--preset', 'team', '--yes');
  const done = JSON.parse(muster.run('import', spreadsheet('duplicates.csv'), '--yes', '--json')).import;
  await upload(page, 'cards.csv');
  await goToStep(page, 'map');
  const draft = page.url().replace(/\/map$/, '');
  await page.getByRole('button', { name: 'Check the rows' }).click();
  await expect(page).toHaveURL(/\/review/);
  await expect(page.getByRole('group', { name: /5 rows/ })).toBeVisible({ timeout: 20_000 });
  await page.goto('/settings/messages/invitation.email.en');
  await page.getByRole('button', { name: 'Send to me' }).click();
  await page.goto('/outbox');
  const message = await page.getByRole('table').getByRole('link').first().getAttribute('href');
  return [
    '/invitations', '/invitations/new', '/settings/invitations', '/settings/tokens', '/settings/webhooks',
    '/outbox', message, '/settings', '/settings/messages', '/settings/messages/invitation.email.en',
    '/help', '/help?q=leading+zeros', '/help/importing', '/help/cookbook', '/help/administering', '/api', '/me/notifications', '/settings/roles', '/settings/roles/new?template=site', '/settings/fields', '/settings/directory',
    '/settings/imports', '/settings/privacy', '/reports', '/activity', '/users/new', '/users/deleted', '/cards', '/workflows', '/documents',
    '/', '/users', '/users?q=nobody', '/notifications', '/imports', '/imports/new',
    ...['format', 'map', 'values', 'review', 'rows/2', 'replace', 'changes', 'plan'].map((step) => `${draft}/${step}`),
    ...['results', 'undo', 'complete', 'duplicates?code=email_duplicate_in_file&field=email'].map((step) => `/imports/${done}/${step}`),
  ];
}

const nameOf = (path) => path.replace(/[0-9a-f]{8}-[0-9a-f-]+/, 'import').replace(/[^a-z]+/g, '-').replace(/^-|-$/g, '') || 'home';

// Each looks at some fifty pages, and takes pictures of them.
test.describe.configure({ timeout: 300_000 });

test('fits a window of 320 pixels', async ({ signedIn: page, muster, look }) => {
  const all = await pages(page, muster);
  await page.setViewportSize({ width: 320, height: 640 });
  for (const path of all) {
    await page.goto(path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(width, `${path} is wider than the window`).toBeLessThanOrEqual(320);
    await look(nameOf(path));
  }
});

test('is readable in the dark', async ({ signedIn: page, muster, look }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  for (const path of await pages(page, muster)) {
    await page.goto(path);
    await look(nameOf(path));
  }
});

test('keeps its shapes in forced colours', async ({ signedIn: page, muster, look }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  for (const path of await pages(page, muster)) {
    await page.goto(path);
    await expectNoBarriers(page, path);
  }
  await look('last');
});
