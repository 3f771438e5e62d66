// A person is made by hand; several are added to a group at once, and that is taken back.
import { expect, spreadsheet, test } from '../support/test.js';

test('a person is made by hand, and a mistake in the form is said', async ({ signedIn: page, look }) => {
  await page.goto('/users/new');
  await look('new');
  await page.getByLabel('First name').fill('Anna');
  await page.getByLabel('E-mail', { exact: true }).fill('not an address');
  await page.locator('main button.primary').last().click();
  await expect(page.getByRole('alert')).toBeVisible();
  await look('refused');
  await page.getByLabel('E-mail', { exact: true }).fill('anna@example.com');
  await page.locator('main button.primary').last().click();
  await expect(page.getByRole('heading', { name: 'Anna', level: 1 })).toBeVisible();
  await look('person');
});

test('people are added to a group at once, and taken out again', async ({ signedIn: page, muster, look }) => {
  muster.run('import', spreadsheet('team-list.csv'), '--preset', 'team', '--yes');
  muster.run('groups', 'create', 'Evening shift');
  await page.goto('/users?status=invited');
  await look('list');
  const boxes = page.getByRole('table').locator('tbody').getByRole('checkbox');
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.getByRole('button', { name: 'With those ticked…' }).click();
  await expect(page.getByRole('heading', { name: 'What to do with 2 people' })).toBeVisible();
  await look('actions');
  await page.getByRole('radio', { name: 'Add to a group or team' }).check();
  await page.getByLabel('Group or team', { exact: true }).selectOption({ label: 'Evening shift (group)' });
  await page.getByRole('button', { name: 'Look at the effect' }).click();
  await expect(page.getByRole('main')).toContainText('2 people');
  await look('effect');
  await page.locator('main button.primary').last().click();
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('button', { name: /Take it back|Undo/ })).toBeVisible({ timeout: 500 });
  }).toPass();
  await look('done');
  const bulk = page.url();
  await page.goto('/groups');
  await page.getByRole('link', { name: 'Evening shift' }).click();
  await expect(page.getByRole('table').locator('tbody').getByRole('row')).toHaveCount(2);
  await look('group');
  await page.goto(bulk);
  await page.getByRole('button', { name: /Take it back|Undo/ }).click();
  await page.goto('/groups');
  await page.getByRole('link', { name: 'Evening shift' }).click();
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('table').locator('tbody').getByRole('row')).toHaveCount(0, { timeout: 500 });
  }).toPass();
});
