"""What must be true of every page, checked in the browser. Each script returns the list of what is wrong."""

# Elements that run, load or lead anywhere, and attributes that do.
ELEMENTS = """
const wrong = [...document.querySelectorAll(
  'script,a,img,iframe,frame,object,embed,link,base,form,input,button,svg,video,audio,source,template,math')];
const attributes = [...document.querySelectorAll('body, body *')].flatMap(e =>
  [...e.attributes].filter(a => /^(on|href$|src|action$|formaction$|srcdoc$|xlink)/.test(a.name)));
return wrong.map(e => 'element ' + e.localName).concat(attributes.map(a => 'attribute ' + a.name));
"""

# One main heading; no level is left out; one of each landmark; headers of tables say what they are for.
STRUCTURE = """
const wrong = [];
const levels = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.localName[1]);
if (levels[0] !== 1 || levels.filter(l => l === 1).length !== 1) wrong.push('headings begin with ' + levels[0]);
levels.forEach((l, i) => { if (i && l > levels[i - 1] + 1) wrong.push('heading ' + l + ' below ' + levels[i - 1]); });
for (const name of ['header', 'main', 'footer']) {
  if (document.querySelectorAll('body > ' + name).length !== 1) wrong.push('landmark ' + name);
}
for (const th of document.querySelectorAll('th')) if (!th.scope) wrong.push('header without scope: ' + th.textContent);
// Narrow pages show cells as blocks. Without a role some browsers take the table for text then.
for (const part of document.querySelectorAll('table, thead, tbody, tr, th, td')) {
  if (!part.getAttribute('role')) wrong.push(part.localName + ' without a role');
}
for (const table of document.querySelectorAll('table')) {
  if (!table.caption && !table.getAttribute('aria-label')) wrong.push('table without a name');
}
if (document.documentElement.lang !== 'en' || !document.title) wrong.push('language or title');
for (const summary of document.querySelectorAll('summary')) {
  summary.focus();
  if (document.activeElement !== summary && summary.checkVisibility()) wrong.push('no focus: ' + summary.textContent);
}
return wrong;
"""

OPEN = "for (const d of document.querySelectorAll('details')) d.open = true;"

# Nothing is wider than the window, also when everything is open.
WIDTH = """
const wrong = [], limit = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth > limit) wrong.push('page is ' + document.documentElement.scrollWidth + ' wide');
for (const e of document.querySelectorAll('body *')) {
  if (e.closest('thead')) continue;
  const box = e.getBoundingClientRect();
  if (box.width && (box.right > limit + 1 || box.left < -1)) wrong.push(e.localName + '.' + e.className + ' ' + Math.round(box.right));
}
return wrong.slice(0, 5);
"""

# Text has a contrast of 4.5 to 1 with what is behind it.
CONTRAST = """
const parts = c => (c.match(/[\\d.]+/g) || []).map(Number);
const light = c => { const [r, g, b] = parts(c).map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
  if (parts(c)[3] !== 0) return c; } return 'rgb(255, 255, 255)'; };
const wrong = new Set();
for (const e of document.querySelectorAll('body *')) {
  if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility()) continue;
  const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
  if ((a + 0.05) / (b + 0.05) < 4.5) wrong.add(e.localName + '.' + e.className + ' ' + ((a + 0.05) / (b + 0.05)).toFixed(2));
}
return [...wrong];
"""

# Paper shows what is closed on the screen, but not long values and not many images.
CLOSED = """
return [...document.querySelectorAll('article:not(.many) details:not(.long)')].filter(d => {
  const last = d.lastElementChild.getBoundingClientRect();
  return last.height === 0 || !d.lastElementChild.checkVisibility({contentVisibilityAuto: true});
}).map(d => 'closed on paper: ' + d.querySelector('summary').textContent.slice(0, 40)).slice(0, 5);
"""
