// A workflow is made, a document goes from the inbox to completion, and its status is looked at.
import { expect, owner, test } from '../support/test.js';

const file = (name, text) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

test('a document goes from the inbox to completion', async ({ signedIn: page, look }) => {
  await page.goto('/workflows');
  await look('no-workflows');
  await page.getByLabel('Name').fill('Work permits');
  await page.getByRole('button', { name: 'Make workflow' }).click();
  await expect(page.getByRole('heading', { name: 'Work permits', level: 1 })).toBeVisible();
  await page.getByLabel('Kind').selectOption('submit');
  await page.getByLabel('Name of the step').fill('Hand to the authority');
  await page.getByRole('button', { name: 'Add step' }).click();
  await page.getByLabel('Person to add').fill(owner.email);
  await page.getByRole('button', { name: 'Add person' }).click();
  await expect(page.getByRole('cell', { name: 'Directly' })).toBeVisible();
  await look('workflow');
  await page.getByRole('link', { name: '2. Hand to the authority' }).click();
  await look('step');

  await page.goto('/documents/new');
  await page.getByLabel('Person').fill('nobody@example.com');
  await page.getByLabel('File').setInputFiles(file('permit.txt', 'blank'));
  await page.getByRole('button', { name: 'Upload and assign' }).click();
  await expect(page.getByText('Nothing was uploaded')).toBeVisible();
  await look('upload-refused');
  await page.getByLabel('Person').fill(owner.email);
  await page.getByLabel('Title').fill('Permit 7');
  await page.getByLabel('File').setInputFiles(file('permit.txt', 'blank'));
  await page.getByRole('button', { name: 'Upload and assign' }).click();
  await expect(page.getByRole('heading', { name: 'Permit 7', level: 1 })).toBeVisible();
  await look('document');

  await page.goto('/me/documents');
  await look('inbox');
  await page.getByRole('link', { name: 'Permit 7' }).click();
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByLabel('New version of the file').setInputFiles(file('filled.txt', 'filled in'));
  await page.getByRole('button', { name: 'Upload new version' }).click();
  await expect(page.getByText('2. filled.txt')).toBeVisible();
  await look('draft');
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page.getByText('The document was submitted.')).toBeVisible();
  await page.getByRole('link', { name: /To hand on/ }).click();
  await page.getByRole('link', { name: 'Permit 7' }).click();
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByRole('link', { name: /Completed/ }).click();
  await expect(page.getByRole('link', { name: 'Permit 7' })).toBeVisible();
  await look('completed');

  await page.goto('/documents');
  await expect(page.getByText('Completed').first()).toBeVisible();
  await look('status');
});
