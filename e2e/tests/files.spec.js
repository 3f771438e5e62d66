// What the upload page makes of files that need a word with their owner.
import { readFileSync } from 'node:fs';
import { expect, goToStep, spreadsheet, test, upload } from '../support/test.js';

test('says what is wrong with a file that is not a table', async ({ signedIn: page, look }) => {
  await upload(page, 'picture/people.csv');
  await expect(page.getByRole('alert')).toContainText(/picture/i);
  await look('picture');
  await upload(page, 'empty.csv');
  await expect(page.getByRole('alert')).toContainText(/empty/i);
  await upload(page, 'header-only.csv');
  await expect(page.getByRole('alert')).toContainText(/no people|below the header/i);
  await look('header-only');
});

test('imports pasted rows', async ({ signedIn: page, look }) => {
  await page.goto('/imports/new');
  await page.getByText('Or paste rows').click();
  await page.getByLabel(/Rows, copied/).fill('Name\tEmail\nAnna Berg\tanna@example.com\nBo Lind\tbo@example.com\n');
  await look('pasted');
  await page.getByRole('button', { name: 'Upload and look' }).click();
  await goToStep(page, 'review');
  await expect(page.getByRole('group', { name: /2 rows = 2 new/ })).toBeVisible({ timeout: 20_000 });
});

test('lets the operator correct how a file is read', async ({ signedIn: page, look }) => {
  await upload(page, 'preamble-windows-1252.csv');
  await goToStep(page, 'format');
  await expect(page.getByRole('cell', { name: 'Müller' })).toBeVisible();
  await look('format');
  await page.getByLabel('Header row').fill('none');
  await page.getByRole('button', { name: 'Update preview' }).click();
  await expect(page.getByLabel('Header row')).toHaveValue('none');
  await page.getByLabel('Header row').fill('4');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(/\/map/);
  await expect(page.getByLabel('Field for the column E-Mail-Adresse')).toHaveValue('email');
  await look('map');
  await page.getByLabel('Country of phone numbers').fill('DE');
  await page.getByRole('button', { name: 'Check the rows' }).click();
  await expect(page).toHaveURL(/\/review/, { timeout: 20_000 });
  await expect(page.getByRole('group', { name: /3 rows = 3 new/ })).toBeVisible();
});

test('imports only the rows that are wanted', async ({ signedIn: page, look }) => {
  await upload(page, 'team-list.csv');
  await goToStep(page, 'map');
  await page.getByRole('button', { name: 'Check the rows' }).click();
  await expect(page).toHaveURL(/\/review/, { timeout: 20_000 });
  await page.getByRole('group').getByRole('link', { name: /new/ }).click();
  await page.getByLabel('Select row 3', { exact: true }).check();
  await page.getByLabel('Select row 4', { exact: true }).check();
  await page.getByRole('button', { name: 'Import only these' }).click();
  await expect(page.getByRole('group', { name: /2 new/ })).toBeVisible({ timeout: 20_000 });
  await look('two-rows');
  await page.getByRole('button', { name: 'Import all rows' }).click();
  await expect(page.getByRole('group', { name: /5 new/ })).toBeVisible({ timeout: 20_000 });
});

test('takes a file that is dropped on the page', async ({ signedIn: page, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false, 'dropping needs JavaScript; the button does not');
  await page.goto('/imports/new');
  const text = readFileSync(spreadsheet('bom-crlf.csv'), 'utf8');
  const dropped = await page.evaluateHandle((content) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], 'dropped.csv', { type: 'text/csv' }));
    return transfer;
  }, text);
  await page.locator('.dropzone').dispatchEvent('drop', { dataTransfer: dropped });
  await page.getByRole('button', { name: 'Upload and look' }).click();
  await expect(page.getByText('dropped.csv').first()).toBeVisible();
});

test('refuses a change to an import that somebody else has changed', async ({ signedIn: page, context }) => {
  await upload(page, 'team-list.csv');
  await goToStep(page, 'map');
  const map = page.url();
  const other = await context.newPage();
  await other.goto(map);
  await other.getByLabel('Field for the column Group Name').selectOption('');
  await other.getByRole('button', { name: 'Save and leave' }).click();
  await expect(other).toHaveURL(/\/imports$/);
  await page.getByRole('button', { name: 'Save and leave' }).click();
  await expect(page.getByText(/changed by somebody else|changed this import/i).first()).toBeVisible();
});

test('goes on with the rows that an import left', async ({ signedIn: page, look }) => {
  await page.goto('/imports/new');
  await page.getByText('Or paste rows').click();
  await page.getByLabel(/Rows, copied/).fill('Name,Email\nAda Berg,ada@example.com\nBen Cole,ben.example.com\n');
  await page.getByRole('button', { name: 'Upload and look' }).click();
  await goToStep(page, 'review');
  await page.getByRole('button', { name: 'To the plan' }).click();
  await page.getByRole('button', { name: /^Start/ }).click();
  await expect(page).toHaveURL(/\/results/, { timeout: 30_000 });
  await page.getByRole('button', { name: 'Fix the rest' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 row cannot be imported');
  await expect(page.getByText('(the rest)').first()).toBeVisible();
  await look('the-rest');
});
