extension Explanation {
  /// What the page does: shows the step where the walk is, with what is known there.
  static let script = #"""
    "use strict";
    const pass = JSON.parse(document.getElementById("pass").textContent);
    const count = pass.steps.length;
    const element = id => document.getElementById(id);
    const [slider, where] = [element("place"), element("where")];
    // Places 0 to count - 1 go forward; the rest goes back, the last operation first, where anything learns.
    const last = Math.max(0, (pass.goesBack ? 2 : 1) * count - 1);
    slider.max = last;
    const stepAt = place => place < count ? place : 2 * count - 1 - place;
    const isBack = place => place >= count;

    function make(kind, text, className) {
      const made = document.createElement(kind);
      if (text !== undefined) made.textContent = text;
      if (className) made.className = className;
      return made;
    }
    const shown = value => value === null || value === undefined ? "not finite"
      : Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value)
      : Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6 ? String(Number(value.toPrecision(5)))
      : value.toExponential(3);
    const sizes = tensor => "[" + tensor.shape.join(", ") + "]";
    const time = seconds => seconds < 1e-3 ? (seconds * 1e6).toFixed(1) + " µs" : (seconds * 1e3).toFixed(2) + " ms";
    const memory = bytes => bytes < 1024 ? bytes + " B"
      : bytes < 1048576 ? (bytes / 1024).toFixed(1) + " KiB" : (bytes / 1048576).toFixed(1) + " MiB";

    element("title").textContent = pass.title;
    element("facts").textContent = "Loss " + shown(pass.loss) + ", " + pass.parameterCount.toLocaleString("en")
      + (pass.goesBack ? " numbers that learn, " : " numbers, of which none learns here, ") + count
      + " operations; forward " + time(pass.forwardSeconds)
      + (pass.goesBack ? ", backward " + time(pass.backwardSeconds) : ", no way back,") + " with everything looked at.";

    // The graph: modules that open level by level, and the operations in them, in the order in which they run.
    const producer = new Map();
    pass.steps.forEach((step, index) => step.outputs.forEach(output => producer.set(output, index)));
    const buttons = [];
    function build() {
      const open = [{ path: "", holder: element("graph") }];
      pass.steps.forEach((step, index) => {
        const parts = step.modulePath ? step.modulePath.split(".") : [];
        let depth = 1;
        while (depth < open.length && depth <= parts.length && open[depth].name === parts[depth - 1]) depth += 1;
        open.length = depth;
        for (let level = depth; level <= parts.length; level += 1) {
          const details = make("details");
          details.open = count <= 40 || level === 1;
          const path = parts.slice(0, level).join(".");
          const inside = pass.steps.filter(other => (other.modulePath + ".").startsWith(path + ".")).length;
          const summary = make("summary", parts[level - 1] + " " + (pass.modules[path] || "") + " ");
          summary.append(make("small", inside + (inside === 1 ? " operation" : " operations")));
          details.append(summary);
          open[level - 1].holder.append(details);
          open.push({ name: parts[level - 1], holder: details });
        }
        const button = make("button", undefined, "op");
        button.append(make("span", "", "mark"), make("span", step.name + " "));
        const result = step.outputs.length ? sizes(pass.tensors[step.outputs[0]]) : "";
        button.append(make("small", result));
        button.addEventListener("click", () => go(isBack(+slider.value) ? 2 * count - 1 - index : index));
        open[open.length - 1].holder.append(button);
        buttons.push(button);
      });
    }

    const nameOf = number => {
      const tensor = pass.tensors[number];
      if (tensor.name) return tensor.name;
      if (producer.has(number)) {
        const step = producer.get(number);
        return "result of " + pass.steps[step].name + " (" + (step + 1) + ")";
      }
      return tensor.shape.length ? "a tensor of the program" : "a number of the program";
    };

    function histogram(summary) {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const highest = Math.max(1, ...summary.bins);
      svg.setAttribute("viewBox", "0 0 " + summary.bins.length + " 10");
      svg.setAttribute("preserveAspectRatio", "none");
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", "How the values lie, from " + shown(summary.least) + " to " + shown(summary.most));
      summary.bins.forEach((bin, place) => {
        const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        const height = bin === 0 ? 0 : Math.max(0.4, 10 * bin / highest);
        for (const [key, value] of [["x", place + 0.08], ["width", 0.84], ["y", 10 - height], ["height", height]])
          bar.setAttribute(key, value);
        svg.append(bar);
      });
      return svg;
    }

    // A small tensor's rows; the first numbers of another.
    function numbers(tensor, summary) {
      const all = tensor.shape.reduce((product, size) => product * size, 1);
      const list = summary.first;
      if (list.length < all) return list.map(shown).join("  ") + "  …";
      const width = tensor.shape.length ? tensor.shape[tensor.shape.length - 1] : 1;
      const rows = [];
      for (let start = 0; start < list.length; start += Math.max(1, width))
        rows.push(list.slice(start, start + Math.max(1, width)).map(shown).join("  "));
      return rows.join("\n");
    }

    function summaryOf(tensor, summary, title, className) {
      const box = make("div", undefined, className);
      box.append(make("p", title));
      if (summary.bins.length > 1 && summary.first.length > 8) box.append(histogram(summary));
      if (summary.bins.length && summary.first.length > 2)
        box.append(make("p", "from " + shown(summary.least) + " to " + shown(summary.most) + ", mean "
          + shown(summary.mean) + ", deviation " + shown(summary.deviation), "lies"));
      if (summary.nonFinite) box.append(make("p", summary.nonFinite + " values are not finite", "lies"));
      const text = make("p", numbers(tensor, summary), "numbers");
      text.style.whiteSpace = "pre-wrap";
      box.append(text);
      return box;
    }

    function tensorBox(number, label, place) {
      const tensor = pass.tensors[number];
      const box = make("div", undefined, "tensor");
      const title = make("p");
      title.append(make("strong", label), " " + nameOf(number) + " " + sizes(tensor) + " " + tensor.dtype);
      if (tensor.kind === "learned") title.append(", learns");
      box.append(title);
      const pair = make("div", undefined, "pair");
      const known = !producer.has(number) || isBack(place) || producer.get(number) <= place;
      pair.append(known ? summaryOf(tensor, tensor.values, "Values", "values")
        : make("p", "Not computed yet.", "unknown"));
      if (tensor.gradient && arrived(number, place))
        pair.append(summaryOf(tensor, tensor.gradient, "Gradient of the loss", "gradient"));
      else if (tensor.gradient) pair.append(make("p", "Its gradient comes on the way back.", "unknown"));
      box.append(pair);
      return box;
    }

    // A gradient is whole once every operation that read the tensor was passed on the way back.
    const readers = new Map();
    pass.steps.forEach((step, index) => step.inputs.forEach(input => {
      if (!readers.has(input)) readers.set(input, index);
    }));
    function arrived(number, place) {
      if (!isBack(place)) return false;
      return !readers.has(number) || readers.get(number) >= stepAt(place);
    }

    function list(title, lines, holder) {
      if (!lines.length) return;
      holder.append(make("h3", title));
      const items = make("ol", undefined, "worked");
      lines.forEach(line => items.append(make("li", line)));
      holder.append(items);
    }

    function formula(markup) {
      const holder = make("div", undefined, "formula");
      holder.tabIndex = 0;
      holder.innerHTML = markup;
      return holder;
    }

    function show(place) {
      const index = stepAt(place);
      const step = pass.steps[index];
      const back = isBack(place);
      document.body.classList.toggle("backward", back);
      where.textContent = (back ? "Backward, step " + (place - count + 1) : "Forward, step " + (place + 1)) + " of "
        + count + ": " + step.name + (step.modulePath ? " in " + step.modulePath : "");
      buttons.forEach((button, other) => {
        const isHere = other === index;
        button.firstChild.textContent = isHere ? "▶" : back && other > index ? "▲" : back || other < index ? "●" : "○";
        if (isHere) button.setAttribute("aria-current", "step"); else button.removeAttribute("aria-current");
        for (let parent = isHere ? button.parentElement : null; parent; parent = parent.parentElement)
          if (parent.tagName === "DETAILS") parent.open = true;
      });
      drawEdges(index);
      const detail = element("detail");
      detail.replaceChildren(make("h2", step.name));
      const facts = [step.modulePath || "outside of modules", ...step.attributes, time(step.seconds) + " forward",
        memory(step.bytes) + " of results"];
      detail.append(make("p", facts.join("; "), "lies"));
      if (step.equation) detail.append(make("p", "What it computes", "rule"), formula(step.equation));
      if (step.gradients.length) {
        detail.append(make("p", "Its gradients (g is the gradient of its result, L the loss)", "rule"));
        step.gradients.forEach(markup => detail.append(formula(markup)));
      }
      if (back) list("The chain rule, in numbers", step.backwardNumbers, detail);
      else list("In numbers", step.forwardNumbers, detail);
      detail.append(make("h3", "What it reads"));
      step.inputs.forEach((number, place_) => detail.append(tensorBox(number, step.inputNames[place_], place)));
      detail.append(make("h3", "What it gives"));
      step.outputs.forEach((number, which) =>
        detail.append(tensorBox(number, step.outputs.length > 1 ? "result " + (which + 1) : "result", place)));
    }

    function go(place) {
      slider.value = Math.min(Math.max(0, place), last);
      show(+slider.value);
    }
    slider.addEventListener("input", () => show(+slider.value));
    element("back").addEventListener("click", () => go(+slider.value - 1));
    element("on").addEventListener("click", () => go(+slider.value + 1));
    if (count) {
      build();
      const asked = parseInt(location.hash.slice(1), 10);
      go(Number.isNaN(asked) ? 0 : asked - 1);
    }
    """#
}
