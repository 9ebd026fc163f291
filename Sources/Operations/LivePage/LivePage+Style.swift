extension LivePage {
  static let style = """
    :root { --ground: #fbfaf7; --card: #fff; --ink: #1d2328; --soft: #5f6b73; --line: #e3e0d8;
      --first: #3b6fb5; --last: #c9762b; --good: #2c7a4b; --wait: #a86a00; --bad: #b3372f; }
    @media (prefers-color-scheme: dark) {
      :root { --ground: #14181b; --card: #1c2226; --ink: #e8ebed; --soft: #9aa6ad; --line: #2e363b;
        --first: #7fb0ee; --last: #eda25e; --good: #6cc48f; --wait: #e0b04c; --bad: #f0857d; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--ink);
      font: 16px/1.45 system-ui, "Liberation Sans", sans-serif; overflow-wrap: anywhere; }
    header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem;
      padding: 1rem clamp(.75rem, 3vw, 2rem); border-bottom: 1px solid var(--line); }
    h1 { font-size: 1.25rem; margin: 0; } h2 { font-size: 1rem; margin: 0 0 .25rem; }
    p { margin: 0; } #who, .note, .unit { color: var(--soft); font-size: .875rem; }
    #state { margin-left: auto; font-weight: 600; }
    #state::before { content: "●"; margin-right: .4em; }
    [data-state=good] { color: var(--good); } [data-state=waiting] { color: var(--wait); }
    [data-state=bad] { color: var(--bad); }
    #reasons { margin: 0; padding: .6rem clamp(.75rem, 3vw, 2rem) .6rem 2.5rem; color: var(--wait);
      border-bottom: 1px solid var(--line); }
    main { display: grid; gap: 1rem; padding: 1rem clamp(.75rem, 3vw, 2rem); max-width: 90rem;
      margin: auto; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); }
    main > section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
      padding: 1rem; min-width: 0; }
    main > #tiles { grid-column: 1 / -1; display: grid; gap: 1rem;
      grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); }
    dl { margin: 0; } dt { color: var(--soft); font-size: .875rem; } dd { margin: 0; }
    dd:not(.unit) { font-size: 1.6rem; font-weight: 600; font-variant-numeric: tabular-nums; }
    .legend { font-size: .875rem; margin: .25rem 0 .5rem; }
    .legend span::before { content: "■"; margin-right: .3em; }
    .legend .first::before { color: var(--first); } .legend .last::before { color: var(--last); }
    .channel { display: grid; grid-template-columns: 9rem 1fr; gap: .1rem .6rem; margin: .45rem 0;
      font-size: .9rem; align-items: center; }
    .channel .name { grid-row: span 2; }
    .bar { display: flex; align-items: center; gap: .4rem; font-variant-numeric: tabular-nums;
      font-size: .8rem; color: var(--soft); }
    .bar i { height: .6rem; border-radius: .2rem; min-width: 2px; flex: none; }
    .bar.first i { background: var(--first); } .bar.last i { background: var(--last); }
    ol { list-style: none; margin: .5rem 0 0; padding: 0; }
    #feed li { border-top: 1px solid var(--line); padding: .5rem 0; }
    #feed .head { display: flex; flex-wrap: wrap; gap: .1rem .7rem; font-size: .875rem;
      color: var(--soft); }
    #feed .head b { color: var(--ink); } #feed .worth { margin-left: auto; color: var(--ink);
      font-variant-numeric: tabular-nums; }
    .path { display: flex; flex-wrap: wrap; gap: .3rem; margin-top: .25rem; font-size: .875rem; }
    .step { border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .6rem; }
    .step em { font-style: normal; color: var(--soft); margin-left: .4em;
      font-variant-numeric: tabular-nums; }
    .step small { color: var(--soft); margin-left: .4em; }
    .step.credited { border-color: var(--last); }
    select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
      border-radius: .3rem; max-width: 100%; }
    .topic { margin: .5rem 0 .25rem; font-size: .875rem; color: var(--soft); }
    .cells { display: flex; flex-wrap: wrap; gap: .3rem; }
    .cell { border: 1px solid currentColor; border-radius: .3rem; padding: .05rem .4rem;
      font-size: .8rem; min-width: 2.2rem; text-align: center; font-variant-numeric: tabular-nums; }
    """
}
