// Cards: added, looked at, shown, paused, issued to many and revoked.
import { expect, owner, test } from '../support/test.js';

test('a card is added, seen, paused and revoked', async ({ signedIn: page, look }) => {
  await page.goto('/cards');
  await expect(page.getByRole('heading', { name: 'No cards yet' })).toBeVisible();
  await page.getByRole('link', { name: 'Add a card' }).click();
  await look('new');
  await page.getByLabel('Who gets it').fill(owner.email);
  await page.getByLabel('Type').selectOption('qr');
  await page.getByLabel('Number').fill('1234567890');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByText('••••7890').first()).toBeVisible();
  await look('card');
  await page.getByRole('button', { name: 'Show number' }).click();
  await expect(page.getByText('1234567890').first()).toBeVisible();
  await expect(page.getByRole('img', { name: 'The card number as a QR code' })).toBeVisible();
  await look('shown');
  await page.getByRole('link', { name: 'Hide' }).click();
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText('Paused').first()).toBeVisible();

  await page.getByRole('link', { name: 'Cards', exact: true }).first().click();
  await look('list');
  await page.getByLabel('Card ••••7890 of').check();
  await page.getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByRole('heading', { name: 'Revoke 1 card?' })).toBeVisible();
  await look('revoke');
  await page.getByRole('button', { name: 'Revoke 1 card' }).click();
  await page.getByRole('link', { name: /^Revoked/ }).click();
  await expect(page.getByText('••••7890')).toBeVisible();

  await page.goto('/cards/issue');
  await look('issue');
  await page.goto('/settings/cards');
  await look('settings');
});
