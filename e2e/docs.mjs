// The pictures of the guides: MUSTER_BINARY=… node docs.mjs ADDRESS DATA OUT, with a server of `muster demo --data DATA` at ADDRESS.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
const [,, base, data, out] = process.argv;
// A file with something of everything: people who change, new ones, faulty and repeated rows, a misspelt group.
const [header, ...known] = readFileSync(`${data}/samples/people.csv`, 'utf8').trim().split(/\r?\n/).filter((line) => !line.includes('"'));
const changed = known.slice(0, 180).map((line, number) => {
  const cells = line.split(',');
  if (number % 3 === 0) cells[6] = 'Harbour';
  return cells.join(',');
});
const added = ['Lerato', 'Sipho', 'Ingrid', 'Paulo', 'Mei', 'Jonas', 'Amara', 'Noor'].map((name, number) => `E1000000${number},${name},Meyer,${name.toLowerCase()}.meyer@example.com,,Technician,Facilities,en,,employee,${number % 2 ? 'Offce' : 'Office'}`);
const faulty = ['E20000001,Thabo,Maseko,thabo.maseko.example.com,,Supervisor,Field Service,en,,employee,Field', 'E20000002,Erik,Olsen,erik.olsen@example,,Technician,IT,en,,employee,Office',
  'E20000003,Ken,Sato,ken.sato@example.com,2.78E+10,Technician,IT,en,,employee,Office',
  'E20000004,Ana,Silva,ana.silva@example.com,,Technician,IT,pt,,employee,Office', 'E20000005,Ana Maria,Silva,ana.silva@example.com,,Supervisor,IT,pt,,employee,Office'];
writeFileSync(`${data}/samples/spring-update.csv`, [header, ...changed, ...added, ...faulty, ''].join('\n'));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await (await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-GB' })).newPage();
const shot = async (name) => { await page.waitForTimeout(400); await page.screenshot({ path: `${out}/${name}.png` }); console.log(name); };
await page.goto(base + '/sign-in');
await page.fill('#email', 'demo@example.com'); await page.fill('#password', 'welcome to muster'); await page.click('button.primary');
await page.waitForURL(/users/); await shot('users');
await page.goto(base + '/imports/new'); await shot('upload');
await page.locator('input[type=file]').setInputFiles(`${data}/samples/spring-update.csv`);
await page.getByRole('button', { name: 'Upload and look' }).click();
await page.waitForURL(/\/(map|review|format|values)$/); await page.waitForTimeout(4000);
const id = page.url().split('/').at(-2);
const at = (step) => page.goto(`${base}/imports/${id}/${step}`);
await at('map'); await shot('map');
await at('values'); await shot('values');
await at('review'); const link = page.getByRole('link', { name: /Not an e-mail address/ }).first(); if (await link.count()) await link.click(); await shot('review');
await at('duplicates?code=email_duplicate_in_file&field=email'); await shot('duplicates');
await at('plan'); await shot('plan');
const confirm = page.locator('#confirmed'); if (await confirm.count()) { const n = (await page.locator('label[for=confirmed]').innerText()).match(/\d+/)[0]; await confirm.fill(n); }
await page.getByRole('button', { name: /Start import/ }).click(); await page.waitForTimeout(5000);
await at('results'); await shot('results');
await at('undo'); await shot('undo');
await page.goto(base + '/imports'); await shot('imports');
await page.goto(`${base}/invitations/new?import=${id}`); await shot('invite');
await page.getByRole('button', { name: /^Invite \d+/ }).click(); await page.waitForTimeout(6000);
await page.goto(base + '/invitations'); await shot('invitations');
await page.goto(base + '/outbox'); await shot('outbox');
await page.goto(base + '/me/devices'); await shot('devices');
await page.goto(base + '/settings'); await shot('settings');
// A page by itself, and the one behind the first link of a list.
const whole = async (path, name) => { await page.goto(base + path); await shot(name); };
const first = async (path, link, name) => { await page.goto(base + path); await page.goto(base + await page.locator(link).first().getAttribute('href')); await shot(name); };
await first('/users?status=invited&q=a', 'table a.main[href^="/users/"]', 'person');
await page.goto(`${page.url()}/delete`); await shot('delete');
await first('/devices', 'table a[href^="/devices/"]', 'access');
await whole('/cards', 'cards');
await whole('/documents', 'documents');
await whole('/activity', 'activity');
await whole('/reports', 'reports');
await whole('/notifications', 'notifications');
// Some rows may be left.
const muster = (...command) => spawnSync(process.env.MUSTER_BINARY, [...command, '--data', data], { stdio: 'inherit' });
muster('series', 'add', 'HR list');
muster('series', 'push', 'HR list', `${data}/samples/new-starters.csv`);
await first('/imports/series', 'table a[href^="/imports/series/"]', 'series');
await whole('/settings/roles/new?template=site', 'role');
await whole('/help', 'help');
await browser.close();
