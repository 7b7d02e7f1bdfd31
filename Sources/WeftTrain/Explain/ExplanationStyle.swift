extension Explanation {
  /// How the page looks: readable in grey, on a telephone, and in the dark.
  static let style = """
    :root { --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --page: #ffffff; --panel: #f6f8fa;
      --forward: #0b5cad; --backward: #b34700; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e6edf3; --soft: #9aa4ae; --line: #3d444d; --page: #0d1117; --panel: #161b22;
        --forward: #6cb6ff; --backward: #ffa657; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; color: var(--ink); background: var(--page); line-height: 1.45;
      font: 15px/1.45 system-ui, "Segoe UI", "Helvetica Neue", "DejaVu Sans", Arial, sans-serif; }
    header { position: sticky; top: 0; z-index: 1; padding: 12px 20px; background: var(--page);
      border-bottom: 1px solid var(--line); }
    h1 { margin: 0; font-size: 20px; overflow-wrap: anywhere; }
    h2 { margin: 0 0 4px; font-size: 18px; }
    h3 { margin: 20px 0 6px; font-size: 15px; }
    #facts, #where { margin: 2px 0; color: var(--soft); }
    #where { color: var(--ink); font-weight: 600; }
    .walk { display: flex; gap: 8px; align-items: center; margin: 6px 0; }
    .walk input { flex: 1; min-width: 0; height: 28px; accent-color: var(--forward); }
    body.backward .walk input { accent-color: var(--backward); }
    button { font: inherit; color: var(--ink); background: var(--panel); border: 1px solid var(--line);
      border-radius: 6px; padding: 6px 14px; cursor: pointer; }
    button:focus-visible, summary:focus-visible, input:focus-visible { outline: 2px solid var(--forward);
      outline-offset: 2px; }
    main { display: grid; grid-template-columns: minmax(260px, 1fr) 2fr; gap: 20px; padding: 16px 20px; }
    nav { position: relative; min-width: 0; padding-right: 46px; align-self: start; }
    #edges { position: absolute; top: 0; right: 0; width: 46px; }
    #edges path { fill: none; stroke: var(--soft); stroke-width: 1.2; }
    #edges .here { stroke: var(--ink); stroke-width: 2.6; }
    details { margin: 2px 0 2px 2px; padding-left: 12px; border-left: 2px solid var(--line); }
    summary { padding: 4px 0; cursor: pointer; font-weight: 600; overflow-wrap: anywhere; }
    summary small, .op small { color: var(--soft); font-weight: 400; }
    .op { display: block; width: 100%; margin: 3px 0; padding: 5px 8px; text-align: left; overflow-wrap: anywhere; }
    .op[aria-current="step"] { border: 2px solid var(--forward); font-weight: 600; }
    body.backward .op[aria-current="step"] { border-color: var(--backward); border-style: dashed; }
    .mark { display: inline-block; width: 1.3em; }
    #detail { min-width: 0; padding: 14px 18px; background: var(--panel); border: 1px solid var(--line);
      border-radius: 8px; align-self: start; }
    .formula { overflow-x: auto; max-width: 100%; }
    math { font-size: 1.15em; margin: 6px 0; width: max-content; min-width: 100%; padding-right: 4px; }
    mtd { text-align: left; padding: 1px 6px; }
    .rule { margin: 6px 0 2px; color: var(--soft); }
    .tensor { margin: 10px 0; padding: 8px 10px; background: var(--page); border: 1px solid var(--line);
      border-radius: 6px; }
    .tensor p { margin: 2px 0; }
    .pair { display: flex; flex-wrap: wrap; gap: 16px; }
    .pair > div { flex: 1 1 220px; min-width: 0; }
    .numbers, .worked li { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 13px;
      overflow-wrap: anywhere; }
    .worked { margin: 4px 0; padding-left: 20px; }
    .worked li { margin: 4px 0; }
    .lies { color: var(--soft); font-size: 13px; }
    svg { display: block; width: 100%; max-width: 320px; height: 52px; }
    svg rect { fill: var(--forward); }
    .gradient svg rect { fill: var(--backward); }
    .unknown { color: var(--soft); font-style: italic; }
    a { color: var(--forward); }
    footer { padding: 0 20px 24px; color: var(--soft); }
    @media (max-width: 760px) {
      main { grid-template-columns: 1fr; padding: 12px; }
      #detail { order: -1; }
      header, footer { padding-left: 12px; padding-right: 12px; }
    }
    """
}
