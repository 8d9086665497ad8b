// The chat with the coach: sends a question and shows the answer as it comes. What comes is text and is shown as text.
// Without this module the same forms post, and the page comes back with the answer.

const STREAM = "application/x-ndjson";

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
  }

  async ask(question) {
    if (this.asking || !question) return;
    this.asking = new AbortController();
    this.begin(question);
    try {
      await this.answer(question);
    } catch (error) {
      this.fail(error.name === "AbortError" ? "" : error.told || this.root.dataset.failed, question);
    } finally {
      this.asking = null;
      this.article.removeAttribute("aria-busy");
      this.stop.hidden = true;
      this.send.hidden = false;
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
    this.send.hidden = true;
    this.stop.hidden = false;
    if (this.field.value.trim() === question) this.field.value = "";
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
      throw Object.assign(new Error("no stream"), { told: response.status === 429 ? this.root.dataset.wait : "" });
    }
    let last = {};
    for await (const line of linesOf(response)) {
      if (line.error) throw Object.assign(new Error("refused"), { told: line.error });
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
  fail(told, question) {
    const kept = this.said.textContent;
    if (told && kept === "…") this.article.remove();
    else if (kept === "…") this.said.remove();
    if (told && !this.field.value) this.field.value = question;
    if (!told) this.source.textContent = this.root.dataset.stopped;
    this.tell(told);
  }

  tell(error) {
    this.error.textContent = error;
    this.error.hidden = !error;
  }
}

const root = document.getElementById("chat");
if (root) new Chat(root);
