// Two-factor sign-in with the codes of an app, made here as an app makes them (RFC 6238).
import { createHmac } from 'node:crypto';
import { expect, owner, test } from '../support/test.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function bytes(key) {
  let bits = '';
  for (const letter of key.replace(/\s/g, '')) bits += ALPHABET.indexOf(letter).toString(2).padStart(5, '0');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

function code(key, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac('sha1', bytes(key)).update(counter).digest();
  const number = hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

const now = () => Math.floor(Date.now() / 30_000);

async function signIn(page) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail or phone').fill(owner.email);
  await page.getByLabel('Password').fill(owner.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Your code' })).toBeVisible();
}

test('two-factor sign-in is set up, required and used', async ({ signedIn: page, look }) => {
  await page.goto('/settings/security');
  await page.getByLabel('Owners').check();
  await look('required');
  await page.getByRole('group', { name: 'Required of' }).locator('xpath=ancestor::form').getByRole('button', { name: 'Save' }).click();
  // Whoever must have it can do nothing else before.
  await expect(page).toHaveURL(/\/me\/two-factor$/);
  await page.goto('/users');
  await expect(page).toHaveURL(/\/me\/two-factor$/);
  await expect(page.getByText('asks for it')).toBeVisible();
  await look('set-up');
  await page.getByLabel('Your password').fill(owner.password);
  await page.getByRole('button', { name: 'Set up' }).click();
  await expect(page.getByRole('img', { name: 'The key as a QR code' })).toBeVisible();
  await look('key');
  const key = await page.getByLabel('Or type this key').inputValue();
  await page.getByLabel('Code', { exact: true }).fill('12345');
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByText('That is not the code the app shows now.')).toBeVisible();
  let step = now();
  await page.getByLabel('Code', { exact: true }).fill(code(key, step));
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible();
  await look('codes');
  const codes = await page.locator('.recovery-codes li').allTextContents();
  expect(codes).toHaveLength(10);
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).click();
  expect((await saved).suggestedFilename()).toBe('muster-recovery-codes.txt');
  await page.getByRole('link', { name: 'I have kept them' }).click();
  await expect(page).toHaveURL(/\/users/);
  await page.goto('/me/two-factor');
  await expect(page.getByText('cannot be turned off')).toBeVisible();
  await look('on');

  await page.context().clearCookies();
  await signIn(page);
  await look('code');
  await page.getByLabel('Code', { exact: true }).fill(code(key, step));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('was used before')).toBeVisible();
  await look('refused');
  // The next step's code is taken early: clocks differ.
  step += 1;
  await page.getByLabel('Code', { exact: true }).fill(code(key, step));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/users/);

  await page.context().clearCookies();
  await signIn(page);
  await page.getByLabel('Code', { exact: true }).fill(codes[0]);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/users/);
  await page.goto('/notifications');
  await expect(page.getByRole('link', { name: 'A recovery code was used' })).toBeVisible();
});

test('a managed configuration is made for an MDM', async ({ signedIn: page, look }) => {
  await page.goto('/settings');
  await page.getByRole('link', { name: /Managed configuration/ }).click();
  await look('managed');
  await page.getByRole('link', { name: 'Jamf Pro' }).click();
  await expect(page.getByLabel('Placeholder', { exact: true })).toHaveValue('$EMAIL');
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'For Apple (plist)' }).click();
  expect((await saved).suggestedFilename()).toBe('muster.plist');
});
