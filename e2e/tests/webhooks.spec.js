// Webhooks with a receiver that listens: what is sent, what fails, and what is shown of it.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { expect, test } from '../support/test.js';

// A receiver that answers as it is told and remembers what came.
async function receiver() {
  const seen = [];
  const told = { status: 204 };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => { body += part; });
    request.on('end', () => {
      seen.push({ headers: request.headers, body, event: JSON.parse(body) });
      response.writeHead(told.status).end();
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { seen, told, url: `http://127.0.0.1:${server.address().port}/hook`, close: () => server.close() };
}

function isSigned(secret, { headers, body }) {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
  return headers['webhook-signature'].split(' ').includes(expected);
}

test('a webhook is made, told, fails, and is looked after', async ({ signedIn: page, muster, look }) => {
  const hook = await receiver();
  await page.goto('/settings');
  await page.getByRole('link', { name: 'Webhooks' }).click();
  await look('none');
  await page.getByLabel('Name').fill('Door system');
  await page.getByLabel('Address').fill('https://169.254.169.254/latest');
  await page.getByRole('button', { name: 'Make webhook' }).click();
  await expect(page.getByRole('alert')).toContainText('private network');
  await look('refused');
  await page.getByLabel('Address').fill(hook.url);
  await page.getByRole('button', { name: 'Make webhook' }).click();
  const secret = await page.getByLabel('The secret').inputValue();
  expect(secret).toMatch(/^whsec_/);
  await look('secret');
  await page.getByRole('link', { name: 'I have copied it' }).click();

  await page.getByRole('button', { name: 'Send a test event' }).click();
  await expect.poll(() => hook.seen.map(({ event }) => event.type)).toContain('webhook.test');
  expect(hook.seen.every((one) => isSigned(secret, one))).toBe(true);
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('row', { name: /webhook\.test.*Delivered/ })).toBeVisible();
  }).toPass();

  hook.told.status = 500;
  muster.run('groups', 'create', 'Harbour');
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('row', { name: /group\.create.*Waiting.*Status 500/ })).toBeVisible();
  }).toPass();
  await look('failing');
  hook.told.status = 204;
  await page.getByRole('button', { name: /Send now.*group\.create/ }).click();
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('row', { name: /group\.create.*Delivered/ })).toBeVisible();
  }).toPass();

  await page.getByText('New secret', { exact: true }).click();
  await page.getByRole('button', { name: 'Make a new secret' }).click();
  const newer = await page.getByLabel('The secret').inputValue();
  await page.getByRole('link', { name: 'I have copied it' }).click();
  await page.getByRole('button', { name: 'Send a test event' }).click();
  await expect.poll(() => hook.seen.at(-1)?.event.type).toBe('webhook.test');
  await expect.poll(() => isSigned(newer, hook.seen.at(-1)) && isSigned(secret, hook.seen.at(-1))).toBe(true);
  await page.getByRole('button', { name: 'Switch off' }).click();
  await expect(page.getByRole('button', { name: 'Switch on' })).toBeVisible();
  await look('off');
  await page.goto('/settings/webhooks');
  await look('list');
  await page.setViewportSize({ width: 320, height: 640 });
  for (const path of ['/settings/webhooks', await page.getByRole('link', { name: 'Door system' }).getAttribute('href')]) {
    await page.goto(path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(width, `${path} is wider than the window`).toBeLessThanOrEqual(320);
    await look('narrow');
    await page.emulateMedia({ colorScheme: 'dark' });
    await look('narrow-dark');
    await page.emulateMedia({ colorScheme: 'light' });
  }
  hook.close();
});
