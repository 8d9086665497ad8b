// The chat with the coach: sends a question and shows the answer as it comes. What comes is text and is shown as text.
// Without this module the same forms post, and the page comes back with the answer.

const STREAM = "application/x-ndjson";
const LOOK_AGAIN_MS = 1000;

// What a response says line by line, each a JSON object.
async function* linesOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    const pieces = (rest + (value ?? "")).split("\n");
    rest = done ? "" : pieces.pop();
    for (const piece of pieces) {
      if (piece) yield JSON.parse(piece);
    }
    if (done) return;
  }
}

function paragraph(kind, text) {
  const made = document.createElement("p");
  made.className = kind;
  made.textContent = text;
  return made;
}

// What the site refuses, with the way on where there is one.
class Refused extends Error {
  constructor(told, { way, way_name } = {}) {
    super(told);
    this.told = told;
    this.way = way && Object.assign(document.createElement("a"), { href: way, textContent: way_name });
  }
}

class Chat {
  constructor(root) {
    this.root = root;
    this.log = root.querySelector(".chat-log");
    this.form = root.querySelector(".chat-form");
    this.field = this.form.elements.question;
    this.suggested = root.querySelector(".chat-suggested");
    this.send = root.querySelector(".chat-ask");
    this.stop = root.querySelector(".chat-stop");
    this.forget = root.querySelector(".chat-forget");
    this.error = root.querySelector(".chat-error");
    this.asking = null;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask(this.field.value.trim());
    });
    this.suggested.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask(event.submitter.value);
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.form.requestSubmit();
      }
    });
    this.stop.addEventListener("click", () => this.asking?.abort());
    if (!location.hash) this.log.lastElementChild?.scrollIntoView({ block: "start" });
    this.awaitOthers();
  }

  // What another tab asked, or this page before it was reloaded, is looked for until it is answered.
  async awaitOthers() {
    while (this.log.querySelector("[data-awaited]")) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      const response = await fetch(location.pathname).catch(() => null);
      if (!response?.ok || response.redirected) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const article of this.log.querySelectorAll("[data-awaited]")) {
        const now = page.getElementById(article.id);
        if (!now) article.remove();
        else if (!("awaited" in now.dataset)) article.replaceWith(now);
      }
    }
  }

  async ask(question) {
    if (this.asking || !question) return;
    this.asking = new AbortController();
    this.begin(question);
    try {
      await this.answer(question);
    } catch (error) {
      this.fail(error.name === "AbortError" ? "" : error.told || this.root.dataset.failed, question, error.way);
    } finally {
      this.asking = null;
      this.article.removeAttribute("aria-busy");
      this.turn(this.stop, this.send);
      this.forget.hidden = !this.log.childElementCount;
    }
  }

  begin(question) {
    this.tell("");
    this.article = document.createElement("article");
    this.article.setAttribute("aria-busy", "true");
    this.said = paragraph("chat-answer", "…");
    this.source = paragraph("soft chat-source", "");
    this.article.append(paragraph("chat-question", question), this.said, this.source);
    this.log.append(this.article);
    this.article.scrollIntoView({ block: "nearest" });
    this.turn(this.send, this.stop);
    if (this.field.value.trim() === question) this.field.value = "";
  }

  // One button gives way to the other, with the focus where it would else be lost. No question is offered meanwhile.
  turn(from, to) {
    to.hidden = false;
    if (document.activeElement === from || this.suggested.contains(document.activeElement)) to.focus();
    from.hidden = true;
    for (const button of this.suggested.querySelectorAll("button")) button.disabled = to === this.stop;
  }

  async answer(question) {
    const body = new FormData(this.form);
    body.set("question", question);
    const response = await fetch(this.form.action, {
      method: "POST",
      body,
      headers: { Accept: STREAM },
      signal: this.asking.signal,
    });
    if (!(response.headers.get("Content-Type") ?? "").startsWith(STREAM)) {
      const told = { 403: this.root.dataset.stale, 429: this.root.dataset.wait };
      throw new Refused(told[response.status]);
    }
    let last = {};
    for await (const line of linesOf(response)) {
      if (line.error) throw new Refused(line.error, line);
      if (line.text) this.said.textContent = line.text;
      last = line;
    }
    if (!last.done) throw new Error("cut off");
    this.source.textContent = last.source;
    this.offer(last.suggested);
  }

  offer(questions) {
    const token = this.suggested.elements.csrfmiddlewaretoken;
    const buttons = questions.map((question) => {
      const button = document.createElement("button");
      button.name = "question";
      button.value = button.textContent = question;
      return button;
    });
    this.suggested.replaceChildren(token, ...buttons.flatMap((button) => [button, " "]));
  }

  // Stopped, or failed: what was asked goes back into the field where it would be lost.
  fail(told, question, way) {
    const kept = this.said.textContent;
    if (told && kept === "…") this.article.remove();
    else if (kept === "…") this.said.remove();
    if (told && !this.field.value) this.field.value = question;
    if (!told) this.source.textContent = this.root.dataset.stopped;
    this.tell(told, way);
  }

  tell(error, way) {
    this.error.replaceChildren(error, ...(way ? [" ", way] : []));
    this.error.hidden = !error;
  }
}

const root = document.getElementById("chat");
if (root) new Chat(root);
