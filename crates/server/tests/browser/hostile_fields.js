// Runs within a screen of a console: types one hostile value after the other into the fields of its form, presses Save each time,
// and tells what came of it; or into a search, and waits for its answer. Values are set as a paste sets them: nobody types
// 100,000 keys.
const [wish, done] = arguments;

const TEXTS = [
    '<script>window.ran = 1</script>"><img src=x onerror="window.ran = 2">',
    'a\u0000b\u0007c',
    'x'.repeat(100000),
    '\u202eтест 😀 مرحبا',
    '../../x',
    'javascript:window.ran=3',
    ' \t ',
];
const NUMBERS = ['-1', '1e309', '99999999999999999999', 'letters', '9007199254740993', '1.5', '   '];
const DAYS = ['0001-01-01', '275760-09-13', '9999-12-31'];
const PATIENCE_MS = 60000;

const byId = (id) => document.getElementById(id);
const sleep = (ms) => new Promise((go) => setTimeout(go, ms));
const pathOf = () => location.pathname;
const saveBar = () => document.querySelector('.adm-save');
const alertOf = (around) => around?.querySelector('[role=alert]')?.textContent ?? '';
const isBusy = () => byId('save')?.hasAttribute('aria-busy');

async function until(wanted) {
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await sleep(15)) {
        const found = wanted();
        if (found) return found;
    }
    return null;
}

// Whatever goes wrong meanwhile is told with the rest.
function watch() {
    if (window.trouble) return;
    window.trouble = [];
    window.answered = [];
    addEventListener('error', (event) => window.trouble.push(`error: ${event.message}`));
    addEventListener('unhandledrejection', (event) => window.trouble.push(`rejection: ${event.reason}`));
    const [fetched, logged] = [window.fetch, console.error];
    window.fetch = async (...request) => {
        const url = String(request[0].url ?? request[0]);
        try {
            const answer = await fetched(...request);
            if (answer.status >= 500) window.trouble.push(`${answer.status} of ${url.slice(0, 300)}`);
            return answer;
        } finally {
            window.answered.push(url);
        }
    };
    console.error = (...words) => {
        window.trouble.push(`console: ${words.join(' ').slice(0, 300)}`);
        logged(...words);
    };
}

function type(field, value) {
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
}

function fieldsOfTheForm() {
    const all = byId('save').closest('form').querySelectorAll('input[type=text], input[type=password], textarea');
    return [...all].filter((field) => !field.disabled).map((field) => field.id);
}

const payload = (field) => (field.inputMode === 'numeric' ? NUMBERS : TEXTS)[wish.round];

function agree() {
    const dialog = document.querySelector('dialog[open]');
    const button = [...(dialog?.querySelectorAll('.pn-dialog-actions button') ?? [])].pop();
    if (button && !button.hasAttribute('aria-disabled')) button.click();
    return dialog;
}

// What stands at the field, as somebody reads it who cannot see it.
function errorAt(field) {
    if (field?.getAttribute('aria-invalid') !== 'true') return '';
    const described = (field.getAttribute('aria-describedby') ?? '').split(' ');
    return byId(described[0])?.textContent ?? '';
}

async function saved() {
    byId('save').click();
    const isOver = () => {
        if (agree() || isBusy()) return null;
        if (!saveBar()) return 'gone';
        if (alertOf(saveBar())) return 'refused';
        return saveBar().classList.contains('adm-save-dirty') ? null : 'accepted';
    };
    return (await until(isOver)) ?? 'stuck';
}

function report(id, typed, outcome) {
    const field = byId(id);
    const one = { id, typed: typed.slice(0, 60), outcome, at: errorAt(field), said: alertOf(saveBar()) };
    one.numeric = field?.inputMode === 'numeric';
    one.kept = outcome !== 'refused' || field?.value === typed;
    return one;
}

async function takeBack(id, before) {
    [...saveBar().querySelectorAll('button')].at(-2).click();
    const isBack = () => !saveBar().classList.contains('adm-save-dirty') && byId(id)?.value === before;
    return (await until(isBack)) !== null;
}

async function edit() {
    const told = [];
    for (const id of wish.only ?? fieldsOfTheForm()) {
        const field = byId(id);
        if (!field || field.disabled) continue;
        const before = field.value;
        type(field, payload(field));
        const typed = field.value;
        await sleep(30);
        const idle = byId('save').getAttribute('aria-disabled') === 'true';
        const one = report(id, typed, idle ? 'unchanged' : await saved());
        if (one.outcome === 'refused') one.restored = await takeBack(id, before);
        if (one.outcome === 'unchanged') type(field, before);
        // A password is never shown again.
        if (one.outcome === 'accepted' && field.type !== 'password') one.shown = typed.trim();
        told.push(one);
    }
    return told;
}

async function goTo(path) {
    history.pushState(null, '', path);
    dispatchEvent(new PopStateEvent('popstate'));
    // A form with something typed asks first.
    await until(() => !agree() && pathOf() === path);
}

let made = 0;

async function freshForm() {
    await goTo(wish.list);
    await until(() => !byId('save') && !document.querySelector('.pn-skeleton'));
    await goTo(wish.path);
    await until(() => byId('save'));
    await sleep(30);
}

async function create() {
    const told = [];
    await freshForm();
    for (const id of fieldsOfTheForm()) {
        if (pathOf() !== wish.path || !byId(id)) await freshForm();
        made += 1;
        for (const [name, value] of Object.entries(wish.base)) type(byId(name), value.replace('{n}', `${wish.round}-${made}`));
        const field = byId(id);
        const before = field.value;
        type(field, payload(field));
        const typed = field.value;
        await sleep(30);
        byId('save').click();
        const isOver = () => {
            if (isBusy()) return null;
            if (pathOf() !== wish.path || !byId('save')) return 'accepted';
            return alertOf(saveBar()) ? 'refused' : null;
        };
        const one = report(id, typed, (await until(isOver)) ?? 'stuck');
        if (one.outcome === 'accepted' && wish.lands && field.type !== 'password') {
            const there = await until(() => pathOf() !== wish.path && byId(id));
            one.shown = typed.trim();
            one.found = there?.value.trim();
        }
        told.push(one);
        if (one.outcome === 'refused') type(byId(id), before);
    }
    return told;
}

// After a reload: what was accepted stands there as it was typed.
async function find() {
    const told = [];
    for (const [id, shown] of Object.entries(wish.shown)) {
        await until(() => byId(id)?.value.trim() === shown);
        told.push({ id, shown, found: byId(id)?.value.trim() ?? '' });
    }
    return told;
}

const holds = (url, words) => [...new URL(url, location.href).searchParams.values()].includes(words);
const isAnswered = (words) => window.answered.some((url) => holds(url, words));
const isInAddress = (words) => new URL(location.href).searchParams.get(wish.enter) === words;

function enter(field) {
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
}

// What was searched for has been answered, or, where the page itself looks through what it knows, is nowhere.
const isSearched = (words) => (wish.hits ? !document.querySelector(wish.hits) : isAnswered(words));

async function search() {
    const told = [];
    for (const value of byId(wish.id).type === 'date' ? DAYS : TEXTS) {
        window.answered = [];
        type(byId(wish.id), value);
        const words = byId(wish.id).value.trim();
        if (wish.press) byId(wish.press).click();
        // Nobody is asked for nothing.
        const searched = !words || (await until(() => isSearched(words)));
        const one = { id: wish.id, words: words.slice(0, 60), outcome: searched ? 'searched' : 'stuck' };
        // The page writes what it holds into its field a moment later.
        await sleep(50);
        one.kept = byId(wish.id)?.value.trim() === words;
        if (words && wish.enter) {
            window.answered = [];
            // Taken once the names have come that it may be one of.
            const isTaken = () => isInAddress(words) || enter(byId(wish.id));
            if (!(await until(isTaken)) || !(await until(() => isAnswered(words)))) one.outcome = 'not taken';
        }
        told.push(one);
    }
    return told;
}

// Nothing but what has gone wrong since the last look.
const look = async () => [];

watch();
const runs = { edit, create, find, search, look };
runs[wish.run]().then(
    (told) => done({
        told,
        trouble: window.trouble,
        ran: window.ran ?? null,
        planted: document.querySelectorAll('body script:not([type]):not([src]), main img[src=x], h1 img[src=x]').length,
    }),
    (error) => done({ told: [], trouble: [`${error.stack}`], ran: null, planted: 0 }),
);
