// The web chat: shows what the stream says and posts what the visitor says. No build step.
"use strict";

const words = document.body.dataset;
const log = document.getElementById("log");
const form = document.getElementById("form");
const question = document.getElementById("question");
const state = document.getElementById("state");
const welcome = document.getElementById("welcome");
const shown = new Map(); // reference -> article
const passing = new Map(); // reference of a question -> article that its answer will replace
const time = new Intl.DateTimeFormat(words.language, { hour: "numeric", minute: "2-digit" });

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function say(text, bad = false) {
  state.textContent = text;
  state.classList.toggle("bad", bad);
}

function nearEnd() {
  return log.scrollHeight - log.scrollTop - log.clientHeight < 120;
}

let atEnd = true; // what was seen last was the end: it stays in sight when the window changes

function place(article, follow) {
  if (!article.isConnected) log.append(article);
  if (follow) log.scrollTop = log.scrollHeight;
}

log.addEventListener("scroll", () => { atEnd = nearEnd(); });
new ResizeObserver(() => {
  if (atEnd) log.scrollTop = log.scrollHeight;
}).observe(log);

function post(path, body) {
  return fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Form-Token": words.token },
    body: JSON.stringify(body),
  });
}

async function sent(response) {
  if (response.ok) return true;
  if (response.status === 429) say(words.slow, true);
  else if (response.status === 403) say(words.reload, true);
  else say(words.unsent, true);
  return false;
}

function button(entry, spec) {
  if (spec.url) {
    return element("a", { href: spec.url, target: "_blank", rel: "noopener noreferrer" }, spec.label);
  }
  const made = element("button", { type: "button" }, spec.label);
  if (spec.style) made.className = spec.style;
  if (spec.title) made.setAttribute("aria-label", spec.title);
  made.addEventListener("click", async () => {
    made.disabled = true;
    try {
      if (await sent(await post("/chat/presses", { ref: entry.ref, data: spec.data }))) {
        if (spec.once) spec.once(made);
      }
    } catch {
      say(words.unsent, true);
    }
    setTimeout(() => { made.disabled = Boolean(spec.once); }, 800);
  });
  return made;
}

function feedback(entry) {
  const once = (pressed) => {
    pressed.parentElement.querySelectorAll("button").forEach((other) => { other.disabled = true; });
    say(words.thanks);
  };
  return [
    { label: "👍", title: words.useful, data: `fb:up:${entry.feedback}`, once },
    { label: "👎", title: words.useless, data: `fb:down:${entry.feedback}`, once },
  ];
}

function fill(article, entry) {
  article.replaceChildren();
  article.removeAttribute("aria-hidden");
  article.className = entry.mine ? "mine" : "";
  article.setAttribute("aria-label", entry.mine ? words.you : words.assistant);
  if (entry.mine) {
    article.append(entry.text);
  } else {
    // The server makes this HTML from Markdown in which everything from outside is only text.
    article.insertAdjacentHTML("beforeend", entry.html);
    // A few buttons flow in one row; more keep the rows they came in.
    const few = entry.buttons.flat().length <= 5;
    const rows = few && entry.buttons.length ? [entry.buttons.flat()] : [...entry.buttons];
    if (entry.files.length) rows.push(entry.files.map((file) => ({ label: file.name, url: file.url })));
    if (entry.feedback) rows.push(feedback(entry));
    for (const row of rows) {
      article.append(element("div", { class: "row" }, ...row.map((spec) => button(entry, spec))));
    }
  }
  article.append(element("time", { class: "time", datetime: entry.at }, time.format(new Date(entry.at))));
}

function message(entry) {
  const follow = nearEnd() || entry.mine;
  const waiting = entry.to ? passing.get(entry.to) : undefined;
  passing.delete(entry.to);
  const article = shown.get(entry.ref) || waiting || element("article");
  shown.set(entry.ref, article);
  fill(article, entry);
  if (entry.mine) welcome.hidden = true;
  place(article, follow);
  if (!entry.mine && !passing.size) say("");
}

function pass(entry) {
  const follow = nearEnd();
  let article = passing.get(entry.to);
  if (!article) {
    article = element("article", { class: "passing dots", "aria-hidden": "true" });
    passing.set(entry.to, article);
  }
  if (entry.type === "piece") {
    article.classList.remove("dots");
    article.innerHTML = entry.html; // made by the server, as the answer is
  } else {
    say(words.working);
  }
  place(article, follow);
}

function toast(entry) {
  say(new DOMParser().parseFromString(entry.html, "text/html").body.textContent.trim());
}

function listen() {
  const stream = new EventSource("/chat/events");
  let lost;
  stream.onopen = () => { clearTimeout(lost); lost = undefined; if (state.textContent === words.offline) say(""); };
  stream.onerror = () => {
    lost ??= setTimeout(() => say(words.offline, true), 3000);
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  };
  stream.onmessage = (event) => {
    const entry = JSON.parse(event.data);
    if (entry.type === "message") message(entry);
    else if (entry.type === "toast") toast(entry);
    else pass(entry);
  };
}

function giveBack(entry) {
  if (question.value) return;
  question.value = entry.text; // to be sent again from there
  grow();
  shown.get(entry.ref).remove();
  shown.delete(entry.ref);
}

async function send(text) {
  const id = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2) + Date.now();
  const entry = { type: "message", ref: `m-${id}`, mine: true, text, at: new Date().toISOString() };
  message(entry);
  say(words.working);
  for (const pause of [0, 1500, 4000]) {
    await new Promise((resume) => { setTimeout(resume, pause); });
    try {
      const response = await post("/chat/messages", { id, text });
      if (response.status === 503) continue;
      if (!(await sent(response))) giveBack(entry);
      return;
    } catch {
      // The connection was lost; the same id makes a repeat harmless.
    }
  }
  say(words.unsent, true);
  giveBack(entry);
}

function grow() {
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight + 2}px`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = question.value.trim();
  if (!text) return;
  question.value = "";
  grow();
  send(text);
});
question.addEventListener("input", grow);
question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
for (const prompt of document.querySelectorAll(".prompt")) {
  prompt.addEventListener("click", () => { send(prompt.textContent.trim()); question.focus(); });
}
listen();
