// Devices and the people who have access to them.
import { expect, owner, test } from '../support/test.js';

// A device with people of each standing; gives back its address.
function furnish(muster) {
  const id = muster.run('devices', 'create', 'Main gate').trim();
  const people = [['Thandi Nkosi', 'thandi', 'full'], ['Ana Silva', 'ana', 'tenant'], ['Ben Olsen', 'ben', 'always'], ['Zoë Fischer', 'zoe', 'always']];
  for (const [name, login, type] of people) {
    muster.run('users', 'add', `first_name=${name.split(' ')[0]}`, `last_name=${name.split(' ')[1]}`, `email=${login}@example.com`);
    muster.run('devices', 'give', 'Main gate', `${login}@example.com`, '--type', type, '--notes', 'Unit 12B');
  }
  muster.run('devices', 'give', 'Main gate', owner.email, '--type', 'repeat', '--schedule', 'Mon-Fri 09:00-17:00');
  muster.run('devices', 'revoke', 'Main gate', 'zoe@example.com');
  return `/devices/${id}`;
}

test('access to a device is changed, taken away and looked through', async ({ signedIn: page, muster, look }) => {
  await page.goto('/devices');
  await look('none');
  await page.getByLabel('Name').fill('Side door');
  await page.getByRole('button', { name: 'Add device' }).click();
  await expect(page.getByRole('heading', { name: 'Side door', exact: true })).toBeVisible();
  await look('nobody');
  const gate = furnish(muster);
  await page.goto('/devices');
  await look('list');
  await page.getByRole('link', { name: 'Main gate' }).click();
  await expect(page.getByRole('row')).toHaveCount(5);
  await look('users');

  await page.getByRole('link', { name: 'Change access of Ben Olsen' }).click();
  await page.getByRole('radio', { name: /^Repeat/ }).check();
  await look('change');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Say on which days and hours')).toBeVisible();
  await look('refused');
  await page.getByLabel('Days and hours, for Repeat').fill('weekdays 8-18');
  await page.getByLabel('Notes').fill('Cleaner');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('It counts from now on.')).toBeVisible();
  await expect(page.getByRole('row', { name: /Ben Olsen/ })).toContainText('Mon-Fri 08:00-18:00');

  await page.getByRole('link', { name: 'Revoke access of Ana Silva' }).click();
  await look('revoke');
  await page.getByRole('button', { name: 'Revoke access of Ana Silva' }).click();
  await expect(page.getByRole('row', { name: /Ana Silva/ })).toHaveCount(0);
  await page.getByRole('link', { name: /^Revoked 2/ }).click();
  await expect(page.getByRole('row', { name: /Ana Silva/ })).toContainText('by Olga Owner');
  await look('revoked');

  await page.goto(`${gate}/settings`);
  await page.getByLabel('Guests of tenants stay for at most').selectOption({ label: '2 hours' });
  await look('settings');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('The settings are saved.')).toBeVisible();
  await page.goto(`${gate}/transfer`);
  await page.getByLabel('E-mail or phone').fill('ben@example.com');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByText('User not found')).toBeVisible();
  await page.getByLabel('E-mail or phone').fill(owner.email);
  await page.getByRole('button', { name: 'Go on' }).click();
  await look('hand-over');
  await page.getByRole('button', { name: 'Hand over to Olga Owner' }).click();
  await expect(page.getByText('The device has a new owner.')).toBeVisible();
  await page.goto('/me');
  await look('portal');
  await page.getByRole('link', { name: 'Main gate' }).click();
  await expect(page).toHaveURL(/\/me\/access\//);
  await page.goto(`${gate}/delete`);
  await look('delete');
  await page.getByRole('button', { name: 'Delete Main gate' }).click();
  await expect(page.getByText('The device is deleted')).toBeVisible();
});

test('the pages of a device fit a telephone and the dark', async ({ signedIn: page, muster, look, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false, 'the layout is the same without scripts');
  const gate = furnish(muster);
  const person = JSON.parse(muster.run('users', 'show', 'ben@example.com', '--json')).id;
  const pages = ['/devices', gate, `${gate}?status=revoked`, `${gate}/users/${person}`, `${gate}/users/${person}/revoke`, `${gate}/settings`, `${gate}/transfer`, `${gate}/delete`, `/users/${person}`, '/me'];
  await page.setViewportSize({ width: 320, height: 640 });
  for (const [at, path] of pages.entries()) {
    await page.goto(path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(width, `${path} is wider than the window`).toBeLessThanOrEqual(320);
    await look(`narrow-${at}`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'dark' });
  for (const [at, path] of pages.entries()) {
    await page.goto(path);
    await look(`dark-${at}`);
  }
});

test('access is taken away with the keyboard alone', async ({ signedIn: page, muster, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false, 'the keyboard is the same without scripts');
  await page.goto(furnish(muster));
  const press = async (name) => {
    for (let tries = 0; tries < 60; tries += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => document.activeElement.textContent.trim());
      if (focused === name) {
        return page.keyboard.press('Enter');
      }
    }
    throw new Error(`${name} is not reached`);
  };
  await press('Revoke access of Thandi Nkosi');
  await expect(page.getByRole('heading', { name: /Take the access of Thandi Nkosi away/ })).toBeVisible();
  await press('Revoke access of Thandi Nkosi');
  await expect(page.getByText('The access is taken away.')).toBeVisible();
});
