// An owner makes a role for some groups and gives it; whoever has it sees only what it allows.
import { expect, test } from '../support/test.js';

test('a role is made and given, and its holder sees only what it allows', async ({ signedIn: page, muster, look, browser, baseURL }) => {
  muster.run('groups', 'create', 'Harbour');
  muster.run('groups', 'create', 'Airport');
  muster.run('users', 'add', 'first_name=Ida', 'last_name=Inside', 'groups=Harbour');
  muster.run('users', 'add', 'first_name=Otto', 'last_name=Outside', 'groups=Airport');
  muster.run('users', 'add', 'first_name=Lea', 'last_name=Brandt', 'email=lea@example.com');

  await page.goto('/settings');
  await page.getByRole('link', { name: 'Roles' }).click();
  await look('none');
  await page.getByRole('link', { name: 'Site administrator' }).click();
  await expect(page.getByRole('heading', { name: 'New role', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'Make role' }).click();
  await expect(page.getByRole('alert')).toContainText('Choose at least one group, or all');
  await look('form');
  await page.getByRole('checkbox', { name: 'Harbour' }).check();
  await page.getByRole('button', { name: 'Make role' }).click();
  await expect(page.getByRole('link', { name: 'Site administrator' }).first()).toBeVisible();
  await look('list');

  await page.goto('/users?q=Lea');
  await page.getByRole('link', { name: 'Lea Brandt' }).click();
  const person = page.url();
  await page.goto(`${person}/edit`);
  await page.getByLabel('Role').selectOption({ label: 'Site administrator' });
  await page.locator('main button.primary').last().click();
  await expect(page.getByRole('main')).toContainText('Site administrator');
  await look('person');

  const link = muster.run('invitations', 'link', 'lea@example.com').match(/http\S+\/join\/\S+/)[0];
  const context = await browser.newContext({ baseURL });
  const lea = await context.newPage();
  await lea.goto(new URL(link).pathname);
  await lea.getByLabel('Password').first().fill('nine-blue-tractors-hum');
  await lea.locator('main button.primary, form button.primary').last().click();
  await lea.goto('/users');
  await expect(lea.getByRole('main')).toContainText('Ida Inside');
  await expect(lea.getByRole('main')).not.toContainText('Otto Outside');
  const menu = lea.getByRole('navigation').first();
  await expect(menu).toContainText('Cards');
  await expect(menu).not.toContainText('Imports');
  await expect(menu).not.toContainText('Settings');
  expect((await lea.goto('/imports')).status()).toBe(403);
  expect((await lea.goto('/settings/roles')).status()).toBe(403);
  await context.close();

  // What the role allows changes at once for whoever has it; deleted, they get another one.
  await page.goto('/settings/roles');
  await page.getByRole('link', { name: 'Site administrator' }).first().click();
  await page.getByRole('link', { name: 'Delete' }).click();
  await expect(page.getByRole('main')).toContainText('1 person has this role');
  await look('delete');
  await page.getByRole('button', { name: 'Delete role' }).click();
  await expect(page.getByRole('heading', { name: 'No roles of your own' })).toBeVisible();
});
