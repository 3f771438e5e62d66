// A person's own pages: profile, password, devices; and the way back in for who forgot the password.
import { expect, owner, test } from '../support/test.js';

test('a person changes the password and looks after their devices', async ({ signedIn: page, look, browser, baseURL }) => {
  const elsewhere = await (await browser.newContext({ baseURL })).newPage();
  await elsewhere.goto('/sign-in');
  await elsewhere.getByLabel('E-mail or phone').fill(owner.email);
  await elsewhere.getByLabel('Password').fill(owner.password);
  await elsewhere.getByRole('button', { name: 'Sign in' }).click();
  await expect(elsewhere).toHaveURL(/\/users/);

  await page.goto('/me');
  await look('profile');
  await page.getByRole('link', { name: 'Your devices' }).first().click();
  await expect(page.getByText('This device')).toHaveCount(1);
  await look('devices');
  await page.getByRole('button', { name: /^Sign out .*signed in/ }).click();
  await expect(page.getByRole('row')).toHaveCount(2);
  await elsewhere.goto('/users');
  await expect(elsewhere.getByText('from another of your devices')).toBeVisible();
  await elsewhere.context().close();

  await page.goto('/me');
  await page.getByLabel('Present password').fill('not this one');
  await page.getByLabel('New password').fill('nine-blue-tractors-hum');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('That is not your present password.')).toBeVisible();
  await look('refused');
  await page.getByLabel('Present password').fill(owner.password);
  await page.getByLabel('New password').fill('nine-blue-tractors-hum');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Your password is changed')).toBeVisible();
});

test('a forgotten password is asked about from the sign-in page', async ({ signedIn: page, look }) => {
  await page.goto('/settings/security');
  await look('security');
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await look('forgotten');
  await page.getByLabel('E-mail or phone').fill('nobody@example.com');
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByRole('heading', { name: 'Look for our message' })).toBeVisible();
  await look('sent');
});
