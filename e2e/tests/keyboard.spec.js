// The journey without a mouse: everything is reached with Tab, and what has the focus can be seen.
import { expect, goToStep, spreadsheet, test } from '../support/test.js';

// Presses Tab until the wanted element has the focus; every stop on the way must be visible.
async function tabTo(page, wanted) {
  for (let stops = 0; stops < 150; stops += 1) {
    await page.keyboard.press('Tab');
    const hidden = await page.evaluate(obscured);
    expect(hidden, 'an element with the focus is hidden').toBe('');
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      return;
    }
  }
  throw new Error(`Tab never reaches ${wanted}`);
}

// Runs in the page: the element with the focus if nothing of it can be seen (WCAG 2.2, 2.4.11).
function obscured() {
  const element = document.activeElement;
  if (!element || element === document.body) {
    return '';
  }
  // A visually hidden input shows its focus on its label.
  const shown = [element, ...(element.labels ?? [])].some((part) => {
    const box = part.getBoundingClientRect();
    const points = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.8]].map(([x, y]) => [box.left + box.width * x, box.top + box.height * y]);
    return box.width > 1 && points.some(([x, y]) => {
      const top = document.elementFromPoint(x, y);
      return top !== null && (part.contains(top) || top.contains(part));
    });
  });
  return shown ? '' : element.outerHTML.slice(0, 200);
}

test('imports a spreadsheet with the keyboard alone', async ({ signedIn: page, look }) => {
  await page.goto('/');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await look('skip-link');

  await page.goto('/imports/new');
  const chooser = page.waitForEvent('filechooser');
  await tabTo(page, page.locator('input[type=file]'));
  await page.keyboard.press('Space');
  await (await chooser).setFiles(spreadsheet('duplicates.csv'));
  await tabTo(page, page.getByRole('button', { name: 'Upload and look' }));
  await look('upload');
  await page.keyboard.press('Enter');

  await goToStep(page, 'map');
  await tabTo(page, page.getByLabel('Field for the column Phone'));
  await page.keyboard.type('Pho');
  await expect(page.getByLabel('Field for the column Phone')).toHaveValue('phone');
  await tabTo(page, page.getByRole('button', { name: 'Check the rows' }));
  await page.keyboard.press('Enter');

  await expect(page).toHaveURL(/\/review/);
  await expect(page.getByRole('group', { name: /6 rows/ })).toBeVisible({ timeout: 20_000 });
  await tabTo(page, page.getByRole('link', { name: /E-mail address is in the file more than once/ }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\?/);
  await tabTo(page, page.getByRole('button', { name: 'To the plan' }));
  await look('review');
  await page.keyboard.press('Enter');

  await expect(page).toHaveURL(/\/plan/);
  await tabTo(page, page.getByRole('button', { name: /Start import/ }));
  await look('plan');
  await page.keyboard.press('Enter');

  await expect(page).toHaveURL(/\/results/, { timeout: 30_000 });
  await tabTo(page, page.getByRole('link', { name: 'Undo' }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/undo/);
  await tabTo(page, page.getByRole('button', { name: 'Undo the import' }));
  await look('undo');
  await page.keyboard.press('Enter');
  // The page of the run leads on by itself; leaving it meanwhile would be two ways at once.
  await expect(page).toHaveURL(/\/results/, { timeout: 30_000 });
  await page.goto('/users');
  await expect(page.getByRole('link', { name: 'Anna Berg' })).toHaveCount(0);
});

// Uploads rows and has them checked; gives back how to find a cell by its row and column.
async function review(page, rows) {
  await page.goto('/imports/new');
  await page.locator('input[type=file]').setInputFiles({ name: 'staff.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
  await page.getByRole('button', { name: 'Upload and look' }).click();
  await expect(page).toHaveURL(/\/(map|review)/);
  if (page.url().includes('/map')) {
    await page.getByRole('button', { name: 'Check the rows' }).click();
  }
  await goToStep(page, 'review');
  return (place) => page.locator(`td[data-cell="${place}"]`);
}

const faulty = 'Name,Email\nAda Berg,ada.example.com\nBen Cole,ben.example.com\nCai Dorn,cai@example.com\n';

test('selects rows in the grid with the keyboard alone', async ({ signedIn: page, look }) => {
  const cell = await review(page, faulty);
  await page.getByRole('link', { name: /^3 rows/ }).click();
  await expect(cell('4 1')).toBeVisible();
  const status = page.locator('#status');
  await cell('2 1').focus();
  await page.keyboard.press('Space');
  await expect(status).toHaveText('1 row selected');
  await expect(page.getByRole('row', { selected: true })).toHaveCount(1);
  await page.keyboard.press('Shift+ArrowDown');
  await expect(status).toHaveText('2 rows selected');
  await expect(cell('3 1')).toBeFocused();
  await page.keyboard.press('Shift+ArrowUp');
  await expect(status).toHaveText('1 row selected');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+Space');
  await expect(status).toHaveText('3 rows selected');
  await page.keyboard.press('Space');
  await expect(status).toHaveText('2 rows selected');
  await page.keyboard.press('Control+a');
  await expect(status).toHaveText('3 rows selected, all of the file');
  await look('all-selected');
  await page.keyboard.press('Escape');
  await expect(page.getByLabel('Select all 3 rows of the file')).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: 'Skip', exact: true }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Leave out or change 3 rows' })).toBeVisible();
});

test('single letters stop being keys when they are switched off', async ({ signedIn: page }) => {
  const cell = await review(page, faulty);
  await cell('2 1').focus();
  await page.keyboard.press('?');
  await expect(page.locator('#shortcuts summary')).toBeFocused();
  await page.getByLabel(/Single letters are shortcuts/).uncheck();
  await cell('2 1').focus();
  await page.keyboard.press('n');
  await expect(cell('2 1')).toBeFocused();
  await page.reload();
  await cell('2 1').focus();
  await page.keyboard.press('s');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('2 rows cannot be imported');
  await page.getByText('Keys in the table').click();
  await page.getByLabel(/Single letters are shortcuts/).check();
  await cell('2 1').focus();
  await page.keyboard.press('n');
  await expect(cell('3 1')).toBeFocused();
});

test('corrects cells in the grid with the keyboard alone', async ({ signedIn: page }) => {
  const cell = await review(page, faulty);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('2 rows cannot be imported');
  // The grid is one stop of the tab key, at its first fault.
  await expect(page.locator('td[data-cell][tabindex="0"]')).toHaveCount(1);
  await cell('2 1').focus();
  await page.keyboard.press('n');
  await expect(cell('3 1')).toBeFocused();
  await page.keyboard.press('p');
  await page.keyboard.press('Enter');
  await page.keyboard.type('ada@example.com');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 row cannot be imported');
  await page.locator('td[data-cell="3 1"]').focus();
  await page.keyboard.press('F2');
  await page.keyboard.type('nonsense');
  await page.keyboard.press('Escape');
  await expect(cell('3 1')).toHaveText(/ben\.example\.com/);
  await page.keyboard.press('s');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Every row can be imported');
});

test('turns pages, goes from fault to fault and undoes with the keyboard alone', async ({ signedIn: page }) => {
  const rows = Array.from({ length: 120 }, (_, row) => `Person ${row},p${row}${row % 58 ? '@' : '.'}example.com`);
  const cell = await review(page, `Name,Email\n${rows.join('\n')}\n`);
  await page.getByRole('link', { name: /^120 rows/ }).click();
  await expect(cell('51 1')).toBeVisible();
  const status = page.locator('#status');
  await cell('4 0').focus();
  await page.keyboard.press('PageDown');
  await expect(cell('54 0')).toBeFocused();
  await page.keyboard.press('PageUp');
  await expect(cell('4 0')).toBeFocused();
  await page.keyboard.press('PageUp');
  await expect(status).toHaveText('This is the first page.');
  await page.keyboard.press('Control+Home');
  await expect(cell('2 1')).toBeFocused();
  await page.keyboard.press('n');
  await expect(cell('60 1')).toBeFocused();
  await page.keyboard.press('n');
  await expect(cell('118 1')).toBeFocused();
  await page.keyboard.press('n');
  await expect(status).toHaveText('This is the last problem.');
  await page.keyboard.press('p');
  await expect(cell('60 1')).toBeFocused();

  await page.keyboard.press('Enter');
  await page.keyboard.type('p58@example.com');
  await page.keyboard.press('Enter');
  await expect(status).toContainText('Row 60 is now OK.');
  await expect(cell('61 1')).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect(status).toContainText('Undone: Correct row 60');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('3 rows cannot be imported');
  await expect(cell('61 1')).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect(status).toHaveText('There is nothing to undo.');
  await page.keyboard.press('Control+Shift+Z');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('2 rows cannot be imported');
  await expect(status).toContainText('Correct row 60');
});

test('takes a suggestion and sorts with the keyboard alone', async ({ signedIn: page, look }) => {
  const cell = await review(page, 'Name,Email,Role\nZoe Berg,zoe@example.com,Manger\nBen Cole,ben@example.com,User\n');
  await expect(cell('2 2')).toHaveAttribute('tabindex', '0');
  await expect(cell('2 2')).toHaveAccessibleName(/Manger ?, invalid: Unknown role, suggestion manager/);
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '3');
  await cell('2 2').focus();
  await page.keyboard.press('Alt+ArrowDown');
  const list = page.getByRole('listbox', { name: 'Suggestions: Row 2, Role' });
  await expect(list).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(cell('2 2')).toBeFocused();
  await page.keyboard.press('Alt+ArrowDown');
  await expect(list).toBeFocused();
  await look('suggestions');
  await page.keyboard.press('Home');
  await page.keyboard.type('m');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Every row can be imported');

  await page.getByRole('link', { name: /^2 rows/ }).click();
  await expect(cell('3 0')).toBeVisible();
  await cell('2 0').focus();
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('link', { name: 'Name', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(page.locator('table.rows tbody tr').first()).toContainText('Ben Cole');
});
