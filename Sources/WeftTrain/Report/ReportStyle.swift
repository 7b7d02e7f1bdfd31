extension RunReport {
  /// How the page looks: readable in grey, on a telephone, in the dark and on paper.
  static let style = """
    :root { --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --page: #ffffff; --panel: #f6f8fa; --mark: 200, 80, 0; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e6edf3; --soft: #9aa4ae; --line: #3d444d; --page: #0d1117; --panel: #161b22;
        --mark: 255, 166, 87; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; padding: 12px 20px 32px; color: var(--ink); background: var(--page);
      font: 15px/1.45 system-ui, "Segoe UI", "Helvetica Neue", "DejaVu Sans", Arial, sans-serif; }
    h1 { margin: 4px 0; font-size: 22px; overflow-wrap: anywhere; }
    h2 { margin: 0 0 4px; font-size: 19px; overflow-wrap: anywhere; }
    h3 { margin: 22px 0 6px; font-size: 16px; }
    p { margin: 4px 0; }
    p, li { overflow-wrap: anywhere; }
    .soft, caption, small { color: var(--soft); }
    .runs { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 20px; }
    article { min-width: 0; padding: 14px 16px; background: var(--panel); border: 1px solid var(--line);
      border-radius: 8px; }
    .charts { display: flex; flex-wrap: wrap; gap: 12px; margin: 8px 0; }
    .charts figure { flex: 1 1 280px; max-width: 480px; margin: 0; min-width: 0; }
    .charts svg { display: block; width: 100%; height: auto; border: 1px solid var(--line); border-radius: 6px;
      font-family: system-ui, "Segoe UI", "Helvetica Neue", "DejaVu Sans", Arial, sans-serif; }
    .wide { overflow-x: auto; max-width: 100%; margin: 6px 0; }
    table { border-collapse: collapse; font-size: 14px; }
    caption { text-align: left; padding: 2px 0; }
    th, td { padding: 3px 8px; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
    th[scope=row], thead th:first-child { text-align: left; font-weight: 600; }
    .settings { width: 100%; }
    .settings th, .settings td { text-align: left; vertical-align: top; white-space: normal; overflow-wrap: anywhere; }
    .settings td { min-width: 9em; }
    .settings tbody th { overflow-wrap: normal; }
    td.own { font-weight: 700; outline: 2px solid var(--soft); outline-offset: -2px; }
    .confusion thead th:not(:first-child) { writing-mode: vertical-rl; text-align: left; }
    .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(96px, 1fr)); gap: 10px; }
    .pictures figure { margin: 0; font-size: 13px; overflow-wrap: anywhere; }
    .pictures img { display: block; width: 100%; image-rendering: pixelated; border: 1px solid var(--line); }
    pre { margin: 6px 0; padding: 10px; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--page);
      border: 1px solid var(--line); border-radius: 6px; font: 13px/1.4 ui-monospace, "DejaVu Sans Mono", monospace; }
    summary { padding: 6px 0; cursor: pointer; }
    @media (max-width: 600px) { body { padding: 8px 10px 24px; } article { padding: 10px; } }
    @media print { article { break-inside: avoid-page; } }
    """
}
