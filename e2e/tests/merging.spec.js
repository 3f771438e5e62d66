// Two people who are the same are made one: looked at side by side, chosen field by field, confirmed by name.
import { expect, test } from '../support/test.js';

const add = (muster, first, more = []) =>
  muster.run('users', 'add', `first_name=${first}`, 'last_name=Berg', `email=${first.toLowerCase()}@example.com`, ...more).trim();

test('somebody who is here twice is made one', async ({ signedIn: page, muster, look }) => {
  muster.run('groups', 'create', 'Night shift');
  const kept = add(muster, 'Anna', ['title=Welder']);
  const gone = add(muster, 'Annie', ['title=Fitter', 'phone=+27821234567', 'groups=Night shift']);
  await page.goto(`/users/${kept}`);
  await page.getByRole('link', { name: 'Merge…' }).click();
  await page.getByLabel('Find the other').fill('Annie');
  await page.getByRole('button', { name: 'Search' }).click();
  await look('search');
  await page.getByRole('link', { name: /Annie Berg/ }).click();
  await expect(page.getByRole('heading', { name: 'Merge Annie Berg into Anna Berg' })).toBeVisible();
  await look('side-by-side');

  await page.getByLabel('Title of who goes: Fitter').check();
  const confirm = page.getByLabel(/To go on, type the name/);
  await confirm.fill('Annie');
  await page.getByRole('button', { name: 'Merge into Anna Berg' }).click();
  await expect(page.getByRole('alert')).toContainText('Nothing was merged');
  // What was chosen is still chosen.
  await expect(page.getByLabel('Title of who goes: Fitter')).toBeChecked();
  await look('not-confirmed');
  await confirm.fill('Annie Berg');
  await page.getByRole('button', { name: 'Merge into Anna Berg' }).click();

  await expect(page).toHaveURL(new RegExp(`/users/${kept}$`));
  await expect(page.getByText('Fitter').first()).toBeVisible();
  await expect(page.getByText('+27821234567').first()).toBeVisible();
  await page.goto(`/users/${kept}/groups`);
  await expect(page.getByText('Night shift').first()).toBeVisible();
  await page.goto('/users?q=annie');
  await expect(page.getByRole('link', { name: 'Annie Berg' })).toHaveCount(0);
  await page.goto(`/users/${gone}`);
  await expect(page.getByRole('link', { name: 'Anna Berg' }).first()).toBeVisible();
  await look('who-went');
  // It cannot be undone: they are not among those who can be restored.
  await page.goto('/users/deleted');
  await expect(page.getByText('Annie Berg')).toHaveCount(0);
});
