// The Invite wizard: access, device, people, check and send, with nothing but the keyboard, and without scripts.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../support/test.js';

const list = 'Name,Phone,Notes\nThandi Nkosi,+27821234567,Unit 1\nPiet Botha,12,\nAgain,+27821234567,\n';

// Goes to an element by the keyboard, as somebody without a mouse does.
async function reach(page, locator) {
  for (let i = 0; i < 80; i += 1) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`not reached by keyboard: ${locator}`);
}

async function press(page, locator, key = 'Enter') {
  await reach(page, locator);
  await page.keyboard.press(key);
}

async function type(page, label, text) {
  await reach(page, page.getByLabel(label, { exact: true }));
  await page.keyboard.type(text);
}

test('many people get access, by keyboard alone', async ({ signedIn: page, muster, look, javaScriptEnabled }) => {
  muster.run('devices', 'create', 'Main gate');
  muster.run('devices', 'create', 'Back door');
  const file = join(muster.folder, 'people.csv');
  writeFileSync(file, list);

  await page.goto('/invite');
  await look('front');
  await press(page, page.getByRole('button', { name: /^Access/ }));
  await expect(page.getByRole('heading', { name: 'Access', level: 1 })).toBeVisible();
  await look('access');
  await reach(page, page.getByRole('radio').first());
  await page.keyboard.press('Space');
  await press(page, page.getByRole('button', { name: 'Next' }));

  await expect(page.getByRole('heading', { name: 'Device', level: 1 })).toBeVisible();
  if (javaScriptEnabled !== false) {
    await press(page, page.getByRole('button', { name: 'Next' }));
    await expect(page.getByText('Tick at least one device').first()).toBeVisible();
  }
  await press(page, page.getByRole('checkbox', { name: 'Main gate' }), 'Space');
  await press(page, page.getByRole('checkbox', { name: 'Back door' }), 'Space');
  await look('device');
  await press(page, page.getByRole('button', { name: 'Next' }));

  await expect(page.getByText('Nobody yet')).toBeVisible();
  await look('nobody');
  await press(page, page.getByRole('link', { name: 'New Person' }));
  await type(page, 'Name', 'Anna Meyer');
  await type(page, 'Phone', '34');
  await press(page, page.getByRole('button', { name: 'Add person' }));
  await expect(page.locator('#phone-error')).toBeVisible();
  await look('person-refused');
  await page.getByLabel('Phone', { exact: true }).fill('+27821234568');
  await press(page, page.getByRole('button', { name: 'Add person' }));
  await expect(page.getByRole('checkbox', { name: 'Select Anna Meyer' })).toBeVisible();

  await press(page, page.getByRole('link', { name: 'CSV' }));
  await page.locator('input[type=file]').setInputFiles(file);
  await look('file');
  await press(page, page.getByRole('button', { name: 'Upload' }));
  await expect(page.getByText('2 rows were skipped')).toBeVisible();
  await press(page, page.getByText('Which rows, and why'));
  await expect(page.getByText('Row 2 of this list has the same number.')).toBeVisible();
  await look('people');

  await press(page, page.getByRole('link', { name: 'Paste' }));
  await reach(page, page.getByLabel('One person on each line: name, number, notes'));
  await page.keyboard.type('Sipho Dube, +27821234569, Unit 3');
  await press(page, page.getByRole('button', { name: 'Look at these lines' }));
  await expect(page.getByText('they are not added yet')).toBeVisible();
  await look('pasted');
  await press(page, page.getByRole('button', { name: 'Add 1 person' }));
  await expect(page.getByRole('checkbox', { name: 'Select Sipho Dube' })).toBeVisible();

  await press(page, page.getByRole('link', { name: 'Edit Anna Meyer' }));
  await expect(page.getByRole('heading', { name: 'Anna Meyer' })).toBeVisible();
  await look('card');
  await page.getByLabel('Notes (optional)').fill('Unit 9');
  await press(page, page.getByRole('button', { name: 'Save' }));
  await expect(page.getByText('Unit 9')).toBeVisible();
  await press(page, page.getByRole('button', { name: 'Remove Sipho Dube' }));
  await expect(page.getByRole('checkbox', { name: 'Select Sipho Dube' })).toHaveCount(0);

  await press(page, page.getByRole('link', { name: 'Check & send' }).last());
  await expect(page.getByRole('heading', { name: 'Check and send' })).toBeVisible();
  await look('check');
  await press(page, page.getByRole('button', { name: 'Send Invites to 2 people' }));
  await expect(page).toHaveURL(/\/sent$/);
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('heading', { name: 'Sent', level: 1 })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await expect(page.getByText('Thandi Nkosi', { exact: true })).toBeVisible();
  await expect(page.getByText('Pending').first()).toBeVisible();
  await look('sent');
  await page.goto('/invite');
  await look('front-again');
});
