import { chromium } from '@playwright/test';
import { execFileSync } from 'node:child_process';
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium' });
const base = 'http://127.0.0.1:8124';
async function login(email, password) {
  const p = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await p.goto(base + '/sign-in'); await p.fill('#email', email); await p.fill('#password', password); await p.click('button.primary');
  await p.waitForURL(u => !u.pathname.includes('sign-in'));
  return p;
}
const shot = (p, n) => p.screenshot({ path: `/tmp/s-${n}.png`, fullPage: true });
const pw = 'welcome to muster';
const a = await login('demo@example.com', pw);
const b = await login('demo@example.com', pw);
await a.goto(base + '/imports/new');
await a.locator('input[type=file]').setInputFiles('/tmp/wt/me/fixtures/import/duplicates.csv');
await a.getByRole('button', { name: 'Upload and look' }).click();
await a.waitForURL(/\/(map|review|format)$/);
const id = a.url().split('/').at(-2);
await a.waitForTimeout(2000); console.log(a.url());
if (!a.url().includes('review')) { await a.goto(`${base}/imports/${id}/map`); const b2 = a.getByRole('button', { name: /Check|Save/ }).last(); await b2.click(); await a.waitForTimeout(3000); }
await a.goto(`${base}/imports/${id}/review`);
await b.goto(`${base}/imports/${id}/rows/2`); await shot(b, 'presence');
await a.goto(`${base}/imports/${id}/rows/3`);
const field = a.locator('form input[name^=c]').first();
await field.fill('Changed Name'); await a.locator('form button.primary').first().click(); await a.waitForTimeout(700);
await b.locator('form input[name^=c]').first().fill('Other Name'); await b.locator('form button.primary').first().click(); await b.waitForTimeout(700);
await shot(b, '409'); console.log(b.url(), await b.locator('h1').innerText());
// out of date plan
await a.goto(`${base}/imports/${id}/plan`); await a.waitForTimeout(300); await shot(a, 'plan');
execFileSync('/tmp/wt/me/target/debug/muster', ['--data', '/tmp/demo2', 'fields', 'create', 'Locker'], { stdio: 'inherit' });
await a.goto(`${base}/imports/${id}/plan`); await shot(a, 'stale'); console.log(await a.locator('main').innerText().then(t => t.slice(0, 600)));
await browser.close();
