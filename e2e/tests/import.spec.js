// The whole journey of one spreadsheet, as somebody makes it who has just installed Muster.
import { expect, goToStep, owner, spreadsheet, test } from '../support/test.js';

test('imports a spreadsheet from set-up to undo', async ({ page, look }) => {
  await test.step('set up', async () => {
    await page.goto('/');
    await expect(page).toHaveURL(/\/setup$/);
    await look('set-up');
    await page.getByLabel('Organisation').fill(owner.account);
    await page.getByLabel('Your name').fill(owner.name);
    await page.getByLabel('Your e-mail').fill(owner.email);
    await page.getByLabel('Password').fill(owner.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByText(owner.account).first()).toBeVisible();
    await look('home');
  });

  await test.step('sign out and in', async () => {
    await page.locator('summary', { hasText: 'Your menu' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(/\/sign-in/);
    await look('sign-in');
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await look('sign-in-refused');
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByLabel('Password').fill(owner.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText(owner.account).first()).toBeVisible();
  });

  await test.step('look around in an empty account', async () => {
    await page.getByRole('link', { name: 'Imports', exact: true }).first().click();
    await expect(page.getByRole('heading', { name: 'Import your first people' })).toBeVisible();
    await look('imports-empty');
  });

  await test.step('upload', async () => {
    await page.getByRole('link', { name: 'New import' }).first().click();
    await expect(page.getByRole('heading', { level: 1, name: 'Import people' })).toBeVisible();
    await look('upload');
    await page.locator('input[type=file]').setInputFiles(spreadsheet('duplicates.csv'));
    await page.getByRole('button', { name: 'Upload and look' }).click();
  });

  await test.step('map', async () => {
    await goToStep(page, 'map');
    await expect(page.getByLabel('Field for the column Email')).toHaveValue('email');
    await expect(page.getByLabel('Field for the column Phone')).toHaveValue('phone');
    await look('map');
    await page.getByRole('button', { name: 'Check the rows' }).click();
  });

  await test.step('review', async () => {
    await expect(page).toHaveURL(/\/review/, { timeout: 20_000 });
    const equation = page.getByRole('group', { name: /6 rows/ });
    await expect(equation).toBeVisible();
    await look('review');
    await page.getByRole('link', { name: /E-mail address is in the file more than once/ }).click();
    await expect(page.getByRole('row').filter({ hasText: 'Lind' })).toBeVisible();
    await look('review-one-problem');
    await page.getByRole('button', { name: 'To the plan' }).click();
  });

  await test.step('plan', async () => {
    await expect(page).toHaveURL(/\/plan/);
    await expect(page.getByText('What you read here is exactly what will happen.')).toBeVisible();
    await look('plan');
    await page.getByRole('button', { name: /Start import/ }).click();
  });

  await test.step('run and results', async () => {
    await expect(page).toHaveURL(/\/results/, { timeout: 30_000 });
    await expect(page.getByRole('group', { name: /6 rows = 2 new/ })).toBeVisible();
    await look('results');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Rows not imported (CSV)' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
  });

  await test.step('the people are there', async () => {
    await page.getByRole('link', { name: 'Its people' }).click();
    await expect(page.getByRole('link', { name: 'Anna Berg' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Dan Ek' })).toBeVisible();
    await look('users-of-the-import');
    await page.getByRole('link', { name: 'Anna Berg' }).click();
    await expect(page.getByRole('heading', { name: 'Anna Berg' })).toBeVisible();
    await look('user');
    await page.getByRole('link', { name: /Notifications/ }).click();
    await expect(page.getByText(/duplicates/).first()).toBeVisible();
    await look('notifications');
  });

  await test.step('undo', async () => {
    await page.goto('/imports');
    await look('imports');
    await page.getByRole('link', { name: /duplicates/ }).first().click();
    await page.getByRole('link', { name: 'Undo' }).click();
    await expect(page.getByText(/^2 .*removed$/)).toBeVisible();
    await look('undo');
    await page.getByRole('button', { name: 'Undo the import' }).click();
    await expect(async () => {
      await page.goto('/users');
      await expect(page.getByRole('link', { name: 'Anna Berg' })).toHaveCount(0, { timeout: 500 });
    }).toPass({ timeout: 20_000 });
    await expect(page.getByRole('heading', { name: 'No people yet' })).toBeVisible();
    await look('users-after-undo');
  });
});
