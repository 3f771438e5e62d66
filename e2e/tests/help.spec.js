// The guides in the product: found from every page, searched, read, and left again.
import { expect, test } from '../support/test.js';

test('help is in the top bar, and a search leads to a place in a guide', async ({ signedIn: page, look }) => {
  await page.getByRole('link', { name: 'Help', exact: true }).click();
  await expect(page).toHaveURL(/\/help$/);
  await expect(page.getByRole('heading', { name: 'For administrators' })).toBeVisible();
  await look('index');
  await page.getByLabel('Words to look for in the guides').fill('leading zeros');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page).toHaveURL(/q=leading/);
  await look('found');
  await page.getByRole('link', { name: /Import cookbook › Staff numbers/ }).click();
  await expect(page).toHaveURL(/\/help\/cookbook#staff-numbers/);
  await expect(page.getByRole('heading', { name: 'Staff numbers that lost their leading zeros' })).toBeInViewport();
  await page.goto('/help?q=zyzzyva');
  await expect(page.getByText('Nothing was found')).toBeVisible();
});

test('a page leads to what a guide says about it', async ({ signedIn: page, look }) => {
  await page.goto('/imports');
  await page.getByRole('link', { name: 'About importing' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Importing people' })).toBeVisible();
  await page.getByRole('navigation', { name: 'On this page' }).getByRole('link', { name: 'Undo' }).click();
  await expect(page.getByRole('heading', { name: 'Undo', exact: true })).toBeInViewport();
  await page.goto('/help/administering');
  const picture = page.getByRole('img', { name: /The plan/ });
  await picture.scrollIntoViewIfNeeded();
  await expect.poll(() => picture.evaluate((image) => image.naturalWidth)).toBeGreaterThan(320);
  await look('guide');
});

test('the guides are read with the keyboard alone', async ({ signedIn: page }) => {
  await page.goto('/users');
  const help = page.getByRole('link', { name: 'Help', exact: true });
  for (let presses = 0; presses < 60 && !(await help.evaluate((link) => link === document.activeElement)); presses += 1) {
    await page.keyboard.press('Tab');
  }
  await expect(help).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/help$/);
  await page.goto('/help/cli');
  const table = page.getByRole('region', { name: /^Table 1:/ });
  await table.focus();
  await expect(table).toBeFocused();
});
