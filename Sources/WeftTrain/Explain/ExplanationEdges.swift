extension Explanation {
  /// What draws, beside the list of operations, which of them reads what another gave: functions that the page's program
  /// calls. An arc that passes others by is a branch; those of the operation that is shown are thicker.
  static let edges = #"""
    // The places of the operations in the list; of one in a closed module the module's.
    function rowsOfSteps(holder) {
      const top = holder.getBoundingClientRect().top;
      return buttons.map(button => {
        let shown = button;
        for (let parent = button.parentElement; parent !== holder; parent = parent.parentElement)
          if (parent.tagName === "DETAILS" && !parent.open) shown = parent.firstChild;
        const box = shown.getBoundingClientRect();
        return Math.round(box.top + box.height / 2 - top);
      });
    }

    // From which place to which, once each, short ones first.
    function edgesOfRows(rows, index) {
      const edges = new Map();
      pass.steps.forEach((step, to) => step.inputs.forEach(input => {
        const from = producer.get(input);
        if (from === undefined || rows[from] === rows[to]) return;
        const key = rows[from] + " " + rows[to];
        const isHere = from === index || to === index || (edges.has(key) && edges.get(key).isHere);
        edges.set(key, { from: rows[from], to: rows[to], isHere });
      }));
      return [...edges.values()].sort((one, other) => (one.to - one.from) - (other.to - other.from));
    }

    function drawEdges(index) {
      const holder = element("graph");
      const space = "http://www.w3.org/2000/svg";
      let picture = element("edges");
      if (!picture) {
        picture = document.createElementNS(space, "svg");
        picture.id = "edges";
        // What an operation reads is said in words as well.
        picture.setAttribute("aria-hidden", "true");
        holder.append(picture);
        holder.addEventListener("toggle", () => drawEdges(stepAt(+slider.value)), true);
        window.addEventListener("resize", () => drawEdges(stepAt(+slider.value)));
      }
      picture.replaceChildren();
      picture.style.height = holder.clientHeight + "px";
      const lanes = [];
      for (const edge of edgesOfRows(rowsOfSteps(holder), index)) {
        // The first lane in which no other passes the same places.
        let lane = 0;
        while ((lanes[lane] || []).some(other => other.from < edge.to && edge.from < other.to)) lane += 1;
        (lanes[lane] = lanes[lane] || []).push(edge);
        const depth = Math.min(54, 12 + 9 * lane);
        const path = document.createElementNS(space, "path");
        const [start, end] = [edge.from + 4, edge.to - 4];
        path.setAttribute("d", "M0 " + start + "C" + depth + " " + start + " " + depth + " " + end + " 7 " + end
          + "M1 " + end + "l7 -4v8z");
        if (edge.isHere) path.setAttribute("class", "here");
        picture.append(path);
      }
    }
    """#
}
