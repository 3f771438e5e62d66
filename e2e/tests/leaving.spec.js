// People are deleted: what stands against it is settled on the page; they come back with what they had.
import { expect, test } from '../support/test.js';

const file = (name, text) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

const add = (muster, first, more = []) =>
  muster.run('users', 'add', `first_name=${first}`, 'last_name=Berg', `email=${first.toLowerCase()}@example.com`, ...more).trim();

test('somebody is deleted, found nowhere, and restored', async ({ signedIn: page, muster, look }) => {
  muster.run('groups', 'create', 'Night shift');
  const id = add(muster, 'Anna', ['groups=Night shift']);
  await page.goto(`/users/${id}`);
  await page.getByRole('link', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Delete Anna Berg' })).toBeVisible();
  await look('effects');
  await page.getByRole('button', { name: 'Delete Anna Berg' }).click();
  await expect(page.getByRole('heading', { name: 'Anna Berg', level: 1 })).toBeVisible();
  await look('restore');
  await page.goto('/users?q=anna');
  await expect(page.getByText('anna@example.com')).toHaveCount(0);
  await page.goto('/users/deleted');
  await expect(page.getByRole('cell', { name: '30 days left' })).toBeVisible();
  await look('deleted');
  await page.getByLabel('Tick Anna Berg').check();
  await page.getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByText('1 person restored')).toBeVisible();
  await look('restored');
  await page.goto(`/users/${id}`);
  await expect(page.getByText('Night shift')).toBeVisible();
});

test('workflows, documents and administrative rights are settled on the page', async ({ signedIn: page, muster, look }) => {
  const anna = add(muster, 'Anna');
  const ben = add(muster, 'Ben', ['role=admin']);
  add(muster, 'Carla');
  await page.goto('/workflows');
  await page.getByLabel('Name').fill('Permits');
  await page.getByRole('button', { name: 'Make workflow' }).click();
  for (const person of ['anna', 'carla']) {
    await page.getByLabel('Person to add').fill(`${person}@example.com`);
    await page.getByRole('button', { name: 'Add person' }).click();
    await expect(page.getByText(`${person}@example.com`)).toBeVisible();
  }
  await page.goto('/documents/new');
  await page.getByLabel('Person').fill('anna@example.com');
  await page.getByLabel('Title').fill('Permit 7');
  await page.getByLabel('File').setInputFiles(file('permit.txt', 'blank'));
  await page.getByRole('button', { name: 'Upload and assign' }).click();
  await expect(page.getByRole('heading', { name: 'Permit 7', level: 1 })).toBeVisible();

  await page.goto(`/users/${anna}/delete`);
  await expect(page.getByRole('heading', { name: '1 open document' })).toBeVisible();
  await expect(page.getByText('takes part directly')).toBeVisible();
  await look('settle');
  await page.getByLabel('To', { exact: true }).fill('carla@example.com');
  await page.getByRole('button', { name: 'Reassign' }).click();
  await expect(page.getByRole('heading', { name: 'Delete Anna Berg' })).toBeVisible();
  await expect(page.getByText('1 open document')).toHaveCount(0);
  await page.getByRole('button', { name: 'Take Anna Berg out of the workflows and delete' }).click();
  await expect(page.getByRole('heading', { name: 'Anna Berg', level: 1 })).toBeVisible();

  await page.goto(`/users/${ben}/delete`);
  await expect(page.getByText('They have administrative rights')).toBeVisible();
  await look('administrator');
  await page.getByRole('link', { name: 'Change the role of Ben Berg' }).click();
  await expect(page).toHaveURL(new RegExp(`/users/${ben}/edit`));
});

test('the same person entered anew is offered for restore, and somebody is erased at once', async ({ signedIn: page, muster, look }) => {
  const anna = add(muster, 'Anna');
  muster.run('users', 'delete', 'anna@example.com');
  await page.goto('/users/new');
  await page.getByLabel('First name').fill('Anna');
  await page.getByLabel('E-mail', { exact: true }).fill('anna@example.com');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByText('This may be somebody who was deleted')).toBeVisible();
  await look('offered');
  await page.getByRole('button', { name: 'Restore Anna Berg' }).click();
  await expect(page).toHaveURL(new RegExp(`/users/${anna}$`));
  muster.run('users', 'delete', 'anna@example.com');
  await page.goto(`/users/deleted/${anna}`);
  await page.getByLabel(/to confirm/).fill('Anna');
  await page.getByRole('button', { name: 'Erase for good' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await look('not-confirmed');
  await page.getByLabel(/to confirm/).fill('Anna Berg');
  await page.getByRole('button', { name: 'Erase for good' }).click();
  await expect(async () => {
    await page.goto('/users/deleted');
    await expect(page.getByText('Anna Berg')).toHaveCount(0, { timeout: 500 });
  }).toPass();
});
