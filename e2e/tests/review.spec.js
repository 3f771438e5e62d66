// A messy spreadsheet is set right on the page: by kind of problem, value by value, cell by cell, and in a
// spreadsheet program.
import { readFileSync } from 'node:fs';
import { expect, goToStep, test } from '../support/test.js';

const staff = `Name,Email,Phone,Groups,Title
Ada Berg,ada.example.com,+27821111111,Night,Fitter
Ben Cole,ben@example.com,+27822222222,Day,fitter
Cai Dorn,cai.example.com,+27823333333,Day,Welder
Dee Evans,dee@example.com,12,Day,Fitter
Eli Fox,eli@example.com,,Day,
Eli Fox,eli@example.com,+27824444444,Day,Turner
Fay Gold,fay@example.com,+27825555555,Day,Turner,extra
`;

test('sets a messy spreadsheet right before it is imported', async ({ signedIn: page, look }) => {
  await test.step('upload', async () => {
    await page.goto('/imports/new');
    await page.locator('input[type=file]').setInputFiles({ name: 'staff.csv', mimeType: 'text/csv', buffer: Buffer.from(staff) });
    await page.getByRole('button', { name: 'Upload and look' }).click();
    await expect(page).toHaveURL(/\/(map|review)/);
    if (page.url().includes('/map')) {
      await page.getByRole('button', { name: 'Check the rows' }).click();
    }
    await goToStep(page, 'review');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('5 rows cannot be imported');
  });

  await test.step('replace values of a problem', async () => {
    await page.getByRole('link', { name: /Not an e-mail address/ }).click();
    await expect(page.getByRole('heading', { name: 'Fix these 2 rows' })).toBeVisible();
    await look('review-fix');
    await page.getByLabel('Replace ada.example.com by').fill('ada@example.com');
    await page.getByLabel('Replace cai.example.com by').fill('cai@example.com');
    await page.getByRole('button', { name: 'Preview the replacements' }).click();
    await expect(page.getByText('the values of 2 could then be imported')).toBeVisible();
    await look('edit-preview');
    await page.getByRole('button', { name: 'Change 2 values' }).click();
    await expect(page.getByText('2 changes in 2 rows')).toBeVisible();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('3 rows cannot be imported');
  });

  await test.step('undo it, and do it again', async () => {
    await page.getByRole('button', { name: 'Undo this' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('5 rows cannot be imported');
    const id = page.url().match(/imports\/([^/]+)/)[1];
    await page.goto(`/imports/${id}/changes`);
    await look('changes');
    await page.getByRole('button', { name: 'Redo change 1' }).click();
    await expect(page.getByRole('button', { name: 'Undo change 1' })).toBeVisible();
    await page.getByRole('link', { name: 'Review' }).last().click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('3 rows cannot be imported');
  });

  await test.step('duplicates side by side', async () => {
    await page.getByRole('link', { name: /E-mail address is in the file more than once/ }).click();
    await page.getByRole('link', { name: 'Look at them side by side' }).click();
    await expect(page.getByRole('heading', { name: 'eli@example.com' })).toBeVisible();
    await look('duplicates');
    await page.getByRole('button', { name: 'Fill the first from the others' }).click();
    await page.getByRole('button', { name: 'Leave out or change 2 rows' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('2 rows cannot be imported');
  });

  await test.step('find and replace', async () => {
    await page.locator('summary', { hasText: 'Look for rows' }).click();
    await page.getByLabel('In', { exact: true }).selectOption('Title');
    await page.getByLabel('Text').fill('fitter');
    await page.getByRole('button', { name: 'Look' }).click();
    await expect(page.getByRole('heading', { name: /^Rows found/ })).toBeVisible();
    await page.getByRole('button', { name: 'Find and replace' }).click();
    await look('replace');
    await page.getByLabel('Find', { exact: true }).fill('fitter');
    await page.getByLabel('Replace by').fill('Mechanic');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('button', { name: 'Change 3 values' }).click();
    await expect(page.getByText('3 changes in 3 rows')).toBeVisible();
  });

  await test.step('one row', async () => {
    await page.getByRole('link', { name: /too many columns/ }).click();
    await page.getByRole('link', { name: '8', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Row 8');
    await look('row');
    await page.getByRole('button', { name: 'Take the line as it is' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 row cannot be imported');
  });

  await test.step('in a spreadsheet program', async () => {
    await page.locator('summary', { hasText: 'Correct them in a spreadsheet' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'CSV', exact: true }).click();
    const text = readFileSync(await (await download).path(), 'utf8');
    expect(text).toContain('muster_row,error');
    await page.getByLabel('The corrected rows').setInputFiles({
      name: 'corrected.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(text.replace(',12,', ',+27826666666,')),
    });
    await page.getByRole('button', { name: 'Take the corrected rows' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Every row can be imported');
    await expect(page.getByText('1 row of the file belong to this import')).toBeVisible();
    await look('review-good');
  });

  await test.step('import', async () => {
    await page.getByRole('button', { name: 'To the plan' }).click();
    await page.getByRole('button', { name: /^Start/ }).click();
    await expect(page).toHaveURL(/\/results/, { timeout: 20_000 });
    await expect(page.getByRole('group', { name: /6 new/ })).toBeVisible();
  });
});

// Uploads rows and has them checked.
async function review(page, rows) {
  await page.goto('/imports/new');
  await page.locator('input[type=file]').setInputFiles({ name: 'staff.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
  await page.getByRole('button', { name: 'Upload and look' }).click();
  await expect(page).toHaveURL(/\/(map|review)/);
  if (page.url().includes('/map')) {
    await page.getByRole('button', { name: 'Check the rows' }).click();
  }
  await goToStep(page, 'review');
}

test('works on selected rows and on all rows of a filter', async ({ signedIn: page, look, javaScriptEnabled }) => {
  await review(page, staff);
  await page.getByRole('group').getByRole('link', { name: /rows/ }).first().click();
  await expect(page.getByRole('heading', { name: /^All rows, rows 2 to 8/ })).toBeVisible();

  await test.step('a value is set in ticked rows', async () => {
    await page.getByLabel('Select row 3', { exact: true }).check();
    await page.getByLabel('Select row 5', { exact: true }).check();
    if (javaScriptEnabled !== false) {
      await expect(page.getByText('2 rows selected').first()).toBeVisible();
    }
    await look('selected');
    await page.getByLabel('In', { exact: true }).last().selectOption('Title');
    await page.getByLabel('New value').fill('Driver');
    await page.getByRole('button', { name: 'Set value' }).click();
    await page.getByRole('button', { name: 'Change 2 values' }).click();
    await expect(page.getByText('2 changes in 2 rows')).toBeVisible();
  });

  await test.step('ticked rows are taken away', async () => {
    await page.getByLabel('Select row 3', { exact: true }).check();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV of these' }).click();
    const text = readFileSync(await (await download).path(), 'utf8');
    expect(text).toContain('Ben Cole,ben@example.com,"+27822222222",Day,Driver,i1r3');
    expect(text.trim().split('\n')).toHaveLength(2);
  });

  await test.step('all rows of a filter are skipped and taken back', async () => {
    await page.getByRole('link', { name: /Not an e-mail address/ }).click();
    await page.getByLabel('Select all 2 rows of this filter').check();
    await page.getByRole('button', { name: 'Skip', exact: true }).click();
    await expect(page.getByText(/Leave out rows with “Email: Not an e-mail address”/)).toBeVisible();
    await page.getByRole('button', { name: 'Leave out or change 2 rows' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('3 rows cannot be imported');
    await page.getByRole('group').getByRole('link', { name: /skipped/i }).click();
    await page.getByLabel('Select all 2 rows of this filter').check();
    await page.getByRole('button', { name: 'Un-skip' }).click();
    await page.getByRole('button', { name: 'Take 2 rows back in' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('5 rows cannot be imported');
  });
});

test('sorts rows, chooses columns and turns pages', async ({ signedIn: page, look, javaScriptEnabled }) => {
  const rows = Array.from({ length: 120 }, (_, row) => `Person ${String(row).padStart(3, '0')},p${row}${row % 50 ? '@' : '.'}example.com,${120 - row},x`);
  await review(page, `Name,Email,Title,Room\n${rows.join('\n')}\n`);
  const first = page.locator('table.rows tbody tr').first();
  await page.getByRole('group').getByRole('link', { name: /^120 rows/ }).click();

  await test.step('pages', async () => {
    await page.getByRole('link', { name: 'Next', exact: true }).click();
    await expect(first).toContainText('Person 050');
    await page.getByRole('link', { name: 'Next', exact: true }).click();
    await expect(first).toContainText('Person 100');
    await expect(page.getByRole('link', { name: 'Next', exact: true })).toHaveCount(0);
    await page.getByRole('link', { name: 'Previous' }).click();
    await expect(first).toContainText('Person 050');
    await page.getByRole('link', { name: 'Next problem' }).click();
    await expect(first).toContainText('Person 100');
    await page.getByRole('link', { name: 'Problem before' }).click();
    await expect(first).toContainText('Person 050');
  });

  await test.step('order', async () => {
    await page.getByRole('columnheader', { name: 'Title' }).getByRole('link').click();
    await expect(page.getByRole('columnheader', { name: 'Title' })).toHaveAttribute('aria-sort', 'ascending');
    await expect(first).toContainText('Person 119');
    await page.getByRole('link', { name: 'Next', exact: true }).click();
    await expect(first).toContainText('Person 069');
    await expect(first).toHaveAttribute('aria-rowindex', '52');
    await look('sorted');
    await page.getByRole('columnheader', { name: 'Title' }).getByRole('link').click();
    await expect(page.getByRole('columnheader', { name: 'Title' })).toHaveAttribute('aria-sort', 'descending');
    await expect(first).toContainText('Person 000');
    await page.getByRole('columnheader', { name: 'Title' }).getByRole('link').click();
    await expect(page.getByRole('columnheader', { name: 'Row', exact: true })).toHaveAttribute('aria-sort', 'ascending');
  });

  await test.step('columns', async () => {
    await page.locator('summary', { hasText: 'Columns shown' }).click();
    await page.getByRole('link', { name: 'Only columns with problems' }).click();
    await expect(page.getByRole('columnheader', { name: 'Email' })).toBeVisible();
    await expect(page.getByRole('columnheader', { name: 'Room' })).toHaveCount(0);
    if (javaScriptEnabled === false || !(await page.getByLabel('Name', { exact: true }).isVisible())) {
      await page.locator('summary', { hasText: 'Columns shown' }).click();
    }
    await page.getByLabel('Email', { exact: true }).uncheck();
    await page.getByLabel('Room', { exact: true }).check();
    await page.getByRole('button', { name: 'Show these' }).click();
    await expect(page.getByRole('columnheader', { name: 'Room' })).toHaveAttribute('aria-colindex', '7');
    await expect(page.getByRole('columnheader', { name: 'Email' })).toHaveCount(0);
    await expect(page).toHaveURL(/show=3/);
    await look('columns');
  });
});

test('undoes and redoes the last change, and takes a suggestion', async ({ signedIn: page, look }) => {
  await review(page, 'Name,Email,Role\nAda Berg,ada@example.com,Manger\nBen Cole,ben.example.com,User\n');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('2 rows cannot be imported');
  await page.getByRole('link', { name: /Not an e-mail address/ }).click();
  await page.getByRole('link', { name: '3', exact: true }).click();
  await page.getByLabel(/^Email/).fill('ben@example.com');
  await page.getByRole('button', { name: 'Save', exact: true }).last().click();
  await expect(page.getByText('Row 3 is now OK. 0 rows left in this group.').first()).toBeVisible();
  await page.getByRole('button', { name: 'Undo last change' }).click();
  await expect(page.getByText('Undone: Correct row 3').first()).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('2 rows cannot be imported');
  await look('undone');
  await page.getByRole('button', { name: 'Redo', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 row cannot be imported');
  await page.getByRole('link', { name: /Unknown role/ }).click();
  await page.getByRole('link', { name: '2', exact: true }).click();
  await look('row-with-choices');
  await expect(page.locator('datalist option')).not.toHaveCount(0);
  await page.getByRole('button', { name: 'Use “manager”' }).click();
  await expect(page.getByText('Row 2 is now OK. 0 rows left in this group.').first()).toBeVisible();
});

test('values are no longer fixed for the visitor, and are again', async ({ signedIn: page, look }) => {
  await review(page, 'Name,Email\n  Ada   Berg ,ADA@EXAMPLE.COM\nBen Cole,ben@example.com\n');
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText('Every row can be imported');
  await page.locator('.problems a:has(.level-fixed)', { hasText: 'Name' }).click();
  await look('fixed-for-you');
  await page.getByRole('button', { name: 'Do not fix them for me' }).click();
  await expect(heading).toHaveText('1 row cannot be imported');
  await page.locator('.problems a', { hasText: 'Name' }).first().click();
  await look('not-fixed');
  await page.getByRole('button', { name: 'Fix such values for me again' }).click();
  await expect(heading).toHaveText('Every row can be imported');
});
