// From an import to somebody's first sign-in: invited from the results, by a message kept in the outbox, accepted once.
import { expect, spreadsheet, test } from '../support/test.js';

// Waits for a page that says so, asking again as a person without scripts would.
async function waitFor(page, text) {
  await expect(async () => {
    await page.reload();
    await expect(page.getByText(text, { exact: true }).first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
}

test('invites the people of an import, and one of them comes in', async ({ signedIn: page, muster, browser, look }) => {
  const done = JSON.parse(muster.run('import', spreadsheet('team-list.csv'), '--preset', 'team', '--yes', '--json'));
  await page.goto(`/imports/${done.import}/results`);
  await page.getByRole('link', { name: 'Continue: invite, photos, cards' }).click();
  await page.getByRole('link', { name: 'Invite them' }).click();
  await expect(page.getByText('No mail server is set up.')).toBeVisible();
  await look('invite');
  await page.getByRole('button', { name: `Invite ${done.created} people` }).click();
  await expect(page).toHaveURL(/\/invitations\/waves\//);
  await waitFor(page, 'Done');
  await look('wave');

  await page.goto('/invitations');
  await waitFor(page, 'Sent');
  await expect(page.getByRole('checkbox', { name: /./ })).toHaveCount(done.created + 1);
  await look('invitations');

  await page.goto('/outbox');
  const messages = page.getByRole('table').getByRole('row').filter({ hasText: 'nvitation' });
  await expect(messages).toHaveCount(done.created);
  await messages.first().getByRole('link').first().click();
  const text = await page.locator('main').innerText();
  const link = new URL(text.match(/https?:\/\/\S+\/join\/[0-9a-f]{64}/)[0]);

  const guest = await (await browser.newContext()).newPage();
  const door = muster.url + link.pathname;
  await guest.goto(door);
  await guest.goto(door);
  await expect(guest.getByRole('heading', { name: 'Join Acme Facilities' })).toBeVisible();
  await guest.getByLabel('Choose a password').fill('password');
  await guest.getByRole('button', { name: 'Join' }).click();
  await expect(guest.getByText('easy to guess')).toBeVisible();
  await guest.getByLabel('Choose a password').fill('nine-quiet-lanterns-drift');
  await guest.getByRole('button', { name: 'Join' }).click();
  await expect(guest.getByText('Acme Facilities').first()).toBeVisible();
  await guest.goto(door);
  await expect(guest.getByRole('heading', { name: 'You are already in' })).toBeVisible();
  await guest.context().close();

  await page.goto('/invitations?standing=accepted');
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(2);
  await page.goto(`/imports/${done.import}/undo`);
  await expect(page.getByText(`${done.created} people were invited: messages cannot be called back.`)).toBeVisible();
});

test('hands over a link with its code', async ({ signedIn: page, muster, look }) => {
  muster.run('import', spreadsheet('team-list.csv'), '--preset', 'team', '--yes');
  await page.goto('/users?status=invited');
  await page.getByRole('table').locator('tbody').getByRole('link').first().click();
  await page.getByRole('button', { name: 'Make a link to hand over' }).click();
  await expect(page.getByLabel('Address')).toHaveValue(/\/join\/[0-9a-f]{64}$/);
  await expect(page.getByRole('img', { name: 'The link as a QR code' })).toBeVisible();
  await look('link');
  const [, path] = (await page.getByLabel('Address').inputValue()).match(/(\/join\/.*)$/);
  await page.getByRole('link', { name: /^Back to/ }).click();
  await expect(page.getByText('Prepared')).toBeVisible();
  await look('person');
  await page.goto(path);
  await look('join');
  await page.goto(`${path.slice(0, -1)}x`);
  await expect(page.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
});
