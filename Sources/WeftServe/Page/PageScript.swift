/// What the page does. What models and servers say is put into it as text, never as markup.
enum PageScript {
  static let text = #"""
    "use strict";
    const $ = id => document.getElementById(id);
    const sections = [...document.querySelectorAll("section[data-ability]")];
    let models = [], talk = [], running = null;

    function headers(body) {
      const all = body instanceof FormData ? {} : {"Content-Type": "application/json"};
      if ($("token").value) all.Authorization = "Bearer " + $("token").value;
      return all;
    }
    function complain(text) { $("error").textContent = text; $("error").hidden = !text; }
    async function ask(path, body, signal) {
      complain("");
      const options = body ? {method: "POST", body: body instanceof FormData ? body : JSON.stringify(body)} : {};
      const answer = await fetch(path, {...options, headers: headers(body), signal});
      if (answer.ok) return answer;
      let text = answer.status + " " + answer.statusText;
      try { const e = (await answer.json()).error; text = answer.status + ": " + (e.message || e); } catch { }
      throw new Error(text);
    }
    const make = (name, text, kind) => {
      const made = document.createElement(name);
      if (text !== undefined) made.textContent = text;
      if (kind) made.className = kind;
      return made;
    };
    const model = () => models.find(m => m.id === $("model").value);

    async function look() {
      try {
        const health = await fetch("/health/ready");
        const state = (await health.json()).status;
        $("state").textContent = state;
        $("state").className = "state " + state;
        const found = (await (await ask("/v1/models")).json()).data;
        if (JSON.stringify(found) !== JSON.stringify(models)) { models = found; showModels(); }
      } catch (e) {
        $("state").textContent = "not reached";
        $("state").className = "state";
        if (models.length === 0) complain(e.message);
      }
    }
    function showModels() {
      const before = $("model").value;
      $("model").replaceChildren(...models.map(m => make("option", m.id)));
      if (models.some(m => m.id === before)) $("model").value = before;
      $("none").hidden = models.length > 0;
      showTabs();
    }
    function showTabs() {
      const able = sections.filter(s => model()?.abilities.includes(s.dataset.ability));
      $("tabs").replaceChildren(...able.map(s => {
        const tab = make("button", s.dataset.title);
        tab.setAttribute("role", "tab");
        tab.onclick = () => select(s);
        return tab;
      }));
      $("tabs").hidden = able.length < 2;
      select(able[0]);
    }
    function select(section) {
      sections.forEach(s => s.hidden = s !== section);
      [...$("tabs").children].forEach(t =>
        t.setAttribute("aria-selected", t.textContent === section?.dataset.title));
      if (section?.dataset.ability === "prediction") example();
      if (section) shell(section.dataset.ability);
    }
    function shell(ability) {
      const name = model()?.id;
      const asks = {
        generation: ["/v1/chat/completions", {model: name, messages: [{role: "user", content: "Hello"}]}],
        embedding: ["/v1/embeddings", {model: name, input: "Hello"}],
        reranking: ["/rerank", {query: "Hello", texts: ["Good day", "Cheese"]}],
        classification: ["/predict", {inputs: "Hello"}],
        completion: ["/v1/completions", {model: name, prompt: "translate English to German: Hello"}],
        transcription: ["/v1/audio/transcriptions", `-F model=${name} -F file=@sound.wav`],
        prediction: ["/v2/models/" + name, null]};
      const [path, body] = asks[ability];
      const data = typeof body === "string" ? " \\\n  " + body : body ? " \\\n  -H 'Content-Type: application/json' \\\n  -d '" + JSON.stringify(body) + "'" : "";
      $("shell").textContent = "curl " + location.origin + path + data;
    }

    function say(who, text) {
      const made = make("div", text, "said " + who);
      $("talk").append(made);
      $("talk").scrollTop = $("talk").scrollHeight;
      return made;
    }
    $("chat").onsubmit = async event => {
      event.preventDefault();
      if (running) return;
      const text = $("message").value;
      $("message").value = "";
      talk.push({role: "user", content: text});
      say("user", text);
      const place = say("assistant", "…");
      running = new AbortController();
      $("stop").disabled = false;
      let said = "";
      try {
        const answer = await ask("/v1/chat/completions", {
          model: $("model").value, messages: talk, stream: true, temperature: Number($("temperature").value),
          max_completion_tokens: Number($("most").value)}, running.signal);
        for await (const piece of events(answer.body)) {
          if (piece.error) throw new Error(piece.error.message);
          said += piece.choices[0]?.delta.content || "";
          place.textContent = said || "…";
          $("talk").scrollTop = $("talk").scrollHeight;
        }
      } catch (e) { if (e.name !== "AbortError") complain(e.message); }
      if (said) talk.push({role: "assistant", content: said});
      else { talk.pop(); place.remove(); }
      running = null;
      $("stop").disabled = true;
    };
    async function* events(body) {
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      let held = "";
      while (true) {
        const {value, done} = await reader.read();
        if (done) return;
        held += value;
        const parts = held.split("\n\n");
        held = parts.pop();
        for (const part of parts) {
          const data = part.replace(/^data: /, "");
          if (data === "[DONE]") return;
          yield JSON.parse(data);
        }
      }
    }
    $("message").onkeydown = event => {
      if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); $("chat").requestSubmit(); }
    };
    $("stop").onclick = () => running?.abort();
    $("clear").onclick = () => { running?.abort(); talk = []; $("talk").replaceChildren(); complain(""); };

    const lines = id => $(id).value.split("\n").map(t => t.trim()).filter(t => t);
    const onAsk = (id, body) => $(id).onsubmit = async event => {
      event.preventDefault();
      try { await body(); } catch (e) { complain(e.message); }
    };
    onAsk("embed", async () => {
      const texts = lines("texts");
      const data = (await (await ask("/v1/embeddings", {model: $("model").value, input: texts})).json()).data;
      const table = make("table");
      data.forEach((row, i) => {
        const line = make("tr");
        line.append(make("th", texts[i]));
        data.forEach(other => {
          const near = row.embedding.reduce((sum, x, k) => sum + x * other.embedding[k], 0);
          const cell = make("td", near.toFixed(3));
          cell.style.background = `color-mix(in srgb, var(--mark) ${Math.max(0, near * 55).toFixed(0)}%, transparent)`;
          line.append(cell);
        });
        table.append(line);
      });
      $("near").replaceChildren(table, make("p", data[0].embedding.length + " numbers for each text"));
    });
    function meters(id, items) {
      $(id).replaceChildren(...items.map(([name, share]) => {
        const line = make("div", undefined, "meter"), bar = make("div"), fill = make("i");
        fill.style.width = (100 * Math.max(0, Math.min(1, share))).toFixed(1) + "%";
        bar.append(fill);
        line.append(make("span", name), bar, make("span", share.toFixed(3)));
        return line;
      }));
    }
    onAsk("rerank", async () => {
      const body = {model: $("model").value, query: $("query").value, texts: lines("answers"), return_text: true};
      meters("ranked", (await (await ask("/rerank", body)).json()).map(r => [r.text, r.score]));
    });
    onAsk("classify", async () => {
      const body = {model: $("model").value, inputs: $("sample").value};
      meters("classes", (await (await ask("/predict", body)).json()).map(r => [r.label, r.score]));
    });
    async function example() {
      try {
        const about = await (await ask("/v2/models/" + $("model").value)).json();
        $("tensors").value = JSON.stringify({inputs: about.inputs.map(input => {
          const shape = input.shape.map(size => size < 0 ? 1 : size);
          const count = shape.reduce((a, b) => a * b, 1);
          return {name: input.name, datatype: input.datatype, shape, data: Array(Math.min(count, 4096)).fill(0)};
        })});
      } catch (e) { complain(e.message); }
    }
    onAsk("infer", async () => {
      const path = "/v2/models/" + $("model").value + "/infer";
      const answer = await ask(path, JSON.parse($("tensors").value));
      $("results").textContent = JSON.stringify((await answer.json()).outputs, null, 1);
    });
    onAsk("complete", async () => {
      const body = {model: $("model").value, prompt: $("source").value, temperature: 0, max_tokens: 256};
      $("written").textContent = (await (await ask("/v1/completions", body)).json()).choices[0].text;
    });
    onAsk("transcribe", async () => {
      const form = new FormData();
      form.append("model", $("model").value);
      form.append("file", $("sound").files[0]);
      if ($("language").value) form.append("language", $("language").value);
      $("heard").textContent = (await (await ask("/v1/audio/transcriptions", form)).json()).text;
    });
    $("model").onchange = showTabs;
    $("token").onchange = look;
    look();
    setInterval(look, 5000);
    """#
}
