// The reference of the API sends operations from the page, by mouse or keyboard, and keeps no token.
import { expect, test } from '../support/test.js';

test('an operation is sent from the reference, and its answer is shown as text', async ({ signedIn: page, muster, look }) => {
  muster.run('users', 'add', 'first_name=<b>Ida</b>', 'last_name=Inside', 'email=ida@example.com');
  const token = muster.run('tokens', 'create', 'Trying', '--for', 'olga@example.com', '--scope', 'users:read', '--scope', 'groups:write').match(/muster_\w+/)[0];

  await page.goto('/api');
  const operation = page.locator('#listUsers');
  await operation.locator('summary').focus();
  await page.keyboard.press('Enter');
  const form = operation.getByRole('form', { name: 'Try it: List users' });
  await form.getByRole('button', { name: 'Send' }).click();
  await expect(form.getByRole('status')).toContainText('Enter a token');
  await expect(page.getByLabel('Token to try operations with')).toBeFocused();

  await page.getByLabel('Token to try operations with').fill(token);
  await form.getByLabel('limit (query)').fill('5');
  await form.getByLabel('fields (query)').fill('name');
  await page.keyboard.press('Enter');
  await expect(form.getByRole('status')).toContainText('200');
  await expect(form.getByRole('region', { name: 'Body: List users' })).toContainText('<b>Ida</b> Inside');
  await expect(form.getByRole('region', { name: 'Headers: List users' })).toContainText('ratelimit');
  await look('answered');

  const create = page.locator('#createGroup');
  await create.locator('summary').click();
  await create.getByLabel('Body').fill('{"name": "Harbour", "kind": "group"}');
  await create.getByRole('button', { name: 'Send' }).click();
  await expect(create.getByRole('status')).toContainText('201');

  const one = page.locator('#getUser');
  await one.locator('summary').click();
  await one.getByLabel('id (address)').fill('../groups');
  await one.getByRole('button', { name: 'Send' }).click();
  await expect(one.getByRole('status')).toContainText('404');

  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 320, height: 700 });
  await look('narrow and dark');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);

  await page.reload();
  await expect(page.getByLabel('Token to try operations with')).toHaveValue('');
});
