/// How the page looks, on a desk and on a telephone, by day and by night.
enum PageStyle {
  static let css = """
    :root { color-scheme: light dark; --back: #f5f5f2; --card: #fff; --text: #1c1c1a; --soft: #66665f;
      --line: #dcdcd5; --mark: #1f5f8b; --own: #e4eef5; --bad: #a3262a; }
    @media (prefers-color-scheme: dark) { :root { --back: #161614; --card: #20201e; --text: #ecece6; --soft: #a3a39a;
      --line: #3a3a36; --mark: #7ab8e0; --own: #22323d; --bad: #f08a8d; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
    header, main { max-width: 58rem; margin: 0 auto; padding: 0 1rem; }
    header { display: flex; align-items: center; gap: 1rem; padding-top: 1rem; }
    h1 { font-size: 1.5rem; margin: 0; letter-spacing: .02em; }
    nav { margin-left: auto; display: flex; gap: 1rem; }
    a { color: var(--mark); }
    .state { padding: .1rem .6rem; border-radius: 1rem; border: 1px solid var(--line); color: var(--soft);
      font-size: .875rem; }
    .state.ready { color: #fff; background: #2e7d4f; border-color: #2e7d4f; }
    .card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem;
      margin: 1rem 0; }
    .card > p:first-child { margin-top: 0; }
    .card > div > p:last-child { margin-bottom: 0; }
    .bar, .row { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; }
    .row { margin-top: .75rem; }
    label { display: flex; flex-direction: column; gap: .2rem; color: var(--soft); font-size: .875rem; flex: 1 1 12rem; }
    .row label { flex: 0 1 9rem; }
    input, select, textarea { font: inherit; font-size: 1rem; color: var(--text); background: var(--back); width: 100%;
      border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .6rem; }
    input, select { height: 2.6rem; }
    input[type=file] { padding: .3rem; }
    input[type=file]::file-selector-button { font: inherit; }
    textarea { display: block; resize: vertical; }
    label + textarea { margin-top: .75rem; }
    #talk:not(:empty) { margin-bottom: .75rem; }
    .code, pre { font: .875rem/1.45 ui-monospace, monospace; }
    pre { overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0 0; }
    button { font: inherit; padding: .5rem 1.1rem; border-radius: .4rem; border: 1px solid var(--mark);
      background: var(--mark); color: var(--card); cursor: pointer; }
    button.quiet { background: none; color: var(--mark); }
    button:disabled { opacity: .45; cursor: default; }
    :focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
    #tabs { display: flex; flex-wrap: wrap; gap: .5rem; }
    #tabs button[aria-selected=false] { background: none; color: var(--mark); }
    #talk { display: flex; flex-direction: column; gap: .6rem; max-height: 55vh; overflow-y: auto; }
    .said { white-space: pre-wrap; overflow-wrap: anywhere; padding: .5rem .8rem; border-radius: .6rem;
      border: 1px solid var(--line); max-width: 90%; align-self: flex-start; }
    .said.user { align-self: flex-end; background: var(--own); }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; margin-top: 1rem; font-size: .9rem; }
    th, td { padding: .4rem .6rem; border: 1px solid var(--line); text-align: right; font-variant-numeric: tabular-nums; }
    th { text-align: left; font-weight: 500; max-width: 16rem; }
    .meter { display: grid; grid-template-columns: minmax(8rem, 1fr) 2fr 4rem; gap: .6rem; align-items: center;
      margin-top: .5rem; }
    .meter i { display: block; height: .7rem; background: var(--mark); border-radius: .35rem; min-width: 2px; }
    .error { color: var(--bad); border: 1px solid var(--bad); border-radius: .6rem; padding: .6rem 1rem; }
    [hidden] { display: none !important; }
    @media (max-width: 36rem) { .row button { flex: 1 1 6rem; } .meter { grid-template-columns: 1fr 4rem; }
      .meter div { grid-row: 2; grid-column: 1 / 3; } }
    """
}
