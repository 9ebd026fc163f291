// Alerts, funnels and assists on the live page.
extension LivePage {
  static let insightsBody = """
    <section id="alerts" aria-live="polite" hidden>
    <h2>Alerts</h2>
    <ol id="open-alerts"></ol>
    <p id="no-alerts" class="note">None is open.</p>
    <details id="closed" hidden><summary></summary><ol id="closed-alerts"></ol></details>
    <p id="watched" class="note"></p>
    </section>
    <section id="funnels" hidden>
    <h2>Funnels</h2>
    <p class="note">Those who came to each step, and of those expected by now how many did.
    The line is the last two hours; dotted is as usual.</p>
    <div id="funnel-list"></div>
    <svg id="pen" hidden></svg>
    </section>
    <section id="assists" hidden>
    <h2>Assists</h2>
    <p class="note">Conversions that a channel helped with, against those that it closed.</p>
    <p class="legend"><span class="first">assisted</span> <span class="last">last touch</span></p>
    <div id="assist-list"></div>
    </section>
    """

  static let insightsStyle = """
    main > #alerts, main > #funnels { grid-column: 1 / -1; }
    #alerts[data-open=yes] { border-color: var(--bad); border-width: 2px; }
    #open-alerts li { border-left: .3rem solid var(--soft); padding: .1rem .75rem;
      margin: .6rem 0; }
    #open-alerts li[data-severity=critical] { border-color: var(--bad); }
    #open-alerts li[data-severity=warning] { border-color: var(--wait); }
    #open-alerts .sentence { font-weight: 600; }
    #open-alerts .facts { display: flex; flex-wrap: wrap; gap: .1rem 1rem; font-size: .875rem;
      color: var(--soft); }
    #open-alerts .severity { text-transform: uppercase; letter-spacing: .04em; font-weight: 700; }
    [data-severity=critical] .severity { color: var(--bad); }
    [data-severity=warning] .severity { color: var(--wait); }
    #open-alerts .loss { color: var(--ink); font-weight: 600; }
    #closed { font-size: .875rem; color: var(--soft); margin: .5rem 0; }
    #closed summary { cursor: pointer; } #closed li { margin: .3rem 0; }
    .funnel { margin: .75rem 0 0; } .funnel h3 { font-size: .95rem; margin: 0 0 .3rem; }
    .funnel h3 .note { font-weight: 400; margin-left: .5rem; }
    .stage { display: grid; grid-template-columns: 8rem minmax(6rem, 1fr) 4.5rem 11rem 10rem;
      gap: 0 .75rem; align-items: center; font-size: .9rem; padding: .15rem 0; }
    .stage .track { background: color-mix(in srgb, var(--line) 45%, transparent);
      border-radius: .2rem; }
    .stage .track i { display: block; height: 1.1rem; border-radius: .2rem; min-width: 2px;
      background: var(--first); }
    .stage[data-pace=bad] .track i { background: var(--bad); }
    .stage[data-pace=waiting] .track i { background: var(--wait); }
    .stage .count, .stage .rate { font-variant-numeric: tabular-nums; }
    .stage .count { text-align: right; } .stage .rate small { color: var(--soft); }
    .stage[data-pace=bad] .rate b { color: var(--bad); }
    .stage[data-pace=waiting] .rate b { color: var(--wait); }
    #pen { display: none; }
    .spark { width: 100%; height: 2.4rem; display: block; overflow: visible; }
    .spark .usual { stroke: var(--soft); stroke-dasharray: 2 3; stroke-width: 1; opacity: .7; }
    .spark .line { fill: none; stroke: var(--first); stroke-width: 1.6; stroke-linejoin: round; }
    .stage[data-pace=bad] .line, .spark.down .line { stroke: var(--bad); }
    .spark line, .spark path { vector-effect: non-scaling-stroke; }
    @media (max-width: 46rem) {
      .stage { grid-template-columns: 1fr auto; padding: .4rem 0; }
      .stage .name { grid-column: 1; } .stage .count { grid-column: 2; grid-row: 1; }
      .stage .track { grid-column: 1 / -1; } .stage .rate { grid-column: 1; }
      .stage .spark { grid-column: 2; width: 8rem; }
    }
    """

  static let insightsScript = #"""

    const drawing = (tag, attributes) => {
      const node = document.createElementNS($("pen").namespaceURI, tag);
      for (const name in attributes) node.setAttribute(name, attributes[name]);
      return node;
    };
    const percent = share => `${number.format(share * 100)} %`;
    // How far from what is usual is worth a colour; whether it is chance is for alerts to say.
    const bad = 0.7, unusual = 0.9;

    function openAlert(alert) {
      const item = made("li"), facts = made("div", "facts");
      item.dataset.severity = alert.severity;
      facts.append(made("span", "severity", alert.severity),
        made("span", "", alert.kind.replaceAll("_", " ")));
      if (alert.lost >= 1 && alert.kind !== "data_quality") {
        const verb = {tracking_outage: "unseen", slow_step: "late"}[alert.kind] ?? "lost";
        const worth = alert.value && verb === "lost"
          ? `, worth ${whole.format(alert.value)} ${alert.currency ?? ""}` : "";
        facts.append(made("span", "loss", `${whole.format(alert.lost)} ${verb}${worth}`));
      }
      if (alert.suspects.length) {
        facts.append(made("span", "", `suspect ${alert.suspects.join(", ")}`));
      }
      if (alert.also.length) facts.append(made("span", "", `also ${alert.also.join(", ")}`));
      item.append(made("div", "sentence", alert.summary), facts);
      return item;
    }
    const closedAlert = alert => {
      const until = alert.until.slice(0, 16).replace("T", " ");
      return made("li", "", `${until} UTC, ${alert.severity}: ${alert.summary}`);
    };
    const whole = new Intl.NumberFormat("en", {maximumFractionDigits: 0});

    function spark(history) {
      const width = 100, height = 36, most = 1.4;
      const svg = drawing("svg", {class: "spark", viewBox: `0 0 ${width} ${height}`,
        preserveAspectRatio: "none", role: "img"});
      svg.setAttribute("aria-label", "how many came of those expected, over time");
      const y = value => height - height * Math.min(most, Math.max(0, value)) / most;
      svg.append(drawing("line", {class: "usual", x1: 0, x2: width, y1: y(1), y2: y(1)}));
      let path = "", isDrawing = false;
      history.forEach((value, index) => {
        // Where too few were due to say, there is a gap.
        if (value === null) { isDrawing = false; return; }
        const x = width * index / Math.max(1, history.length - 1);
        path += `${isDrawing ? "L" : "M"}${x.toFixed(1)} ${y(value).toFixed(1)}`;
        isDrawing = true;
      });
      svg.append(drawing("path", {class: "line", d: path}));
      const last = history[history.length - 1];
      if (last !== null && last < bad) svg.classList.add("down");
      return svg;
    }

    function stage(step, most) {
      const row = made("div", "stage"), track = made("div", "track"), fill = made("i");
      fill.style.width = `${100 * step.reached / most}%`;
      track.append(fill);
      const rate = made("span", "rate");
      if (step.rate !== undefined) {
        rate.append(made("b", "", percent(step.rate)), made("small", "", ` usually ${percent(step.usual)}`));
        row.dataset.pace = step.ratio < bad ? "bad" : step.ratio < unusual ? "waiting" : "good";
      } else if (step.usual !== undefined) {
        rate.append(made("small", "", `too few to say; usually ${percent(step.usual)}`));
      }
      row.append(made("span", "name", step.name), track,
        made("span", "count", short(step.reached)), rate);
      row.append(step.history.some(value => value !== null) ? spark(step.history) : made("span"));
      return row;
    }

    function funnel(one) {
      const part = made("div", "funnel"), heading = made("h3", "", one.name);
      const span = one.minutes === 60 ? "last hour" : `last ${one.minutes / 60} hours`;
      heading.append(made("span", "note",
        one.isYoung ? `${span}; judged after its first day` : span));
      const most = Math.max(1, ...one.steps.map(step => step.reached));
      part.append(heading, ...one.steps.map(step => stage(step, most)));
      return part;
    }

    function assists(report) {
      const most = Math.max(1, ...report.channels.flatMap(one => [one.assisted, one.last]));
      const nodes = [made("p", "topic", `${report.conversion}, since ${report.since.slice(0, 16).replace("T", " ")}`)];
      for (const channel of report.channels) {
        const row = made("div", "channel");
        row.append(made("span", "name", channel.name));
        for (const [kind, count] of [["first", channel.assisted], ["last", channel.last]]) {
          const bar = made("div", `bar ${kind}`), fill = made("i");
          fill.style.width = `${75 * count / most}%`;
          bar.append(fill, made("span", "", short(count)));
          row.append(bar);
        }
        nodes.push(row);
      }
      return nodes;
    }

    // Drawn again only when something has changed, so that nothing moves under anybody's eyes.
    let lastInsights = "";
    function insights(now) {
      const text = JSON.stringify(now.insights ?? null);
      if (text === lastInsights) return;
      lastInsights = text;
      const all = now.insights;
      for (const id of ["alerts", "funnels"]) $(id).hidden = !all;
      $("assists").hidden = !all || !all.reports.some(report => report.channels.length);
      if (!all) return;
      $("open-alerts").replaceChildren(...all.alerts.map(openAlert));
      if (all.moreAlerts) $("open-alerts").append(made("li", "note", `and ${all.moreAlerts} more`));
      $("no-alerts").hidden = all.alerts.length > 0;
      $("alerts").dataset.open = all.alerts.length ? "yes" : "no";
      $("closed").hidden = !all.closedAlerts.length;
      $("closed").querySelector("summary").textContent = `Resolved lately: ${all.closedAlerts.length}`;
      $("closed-alerts").replaceChildren(...all.closedAlerts.map(closedAlert));
      const names = all.funnels.map(one => one.name).join(", ");
      $("watched").textContent = `Watched by this instance: ${names || "nothing yet"}`
        + ` (partition ${all.partitions.join(", ")} of ${now.application}.insights).`
        + " What other partitions hold, other instances show.";
      $("funnel-list").replaceChildren(...all.funnels.map(funnel));
      if (all.moreFunnels) $("funnel-list").append(made("p", "note", `and ${all.moreFunnels} more`));
      $("assist-list").replaceChildren(...all.reports.filter(one => one.channels.length).flatMap(assists));
      $("funnels").hidden = !all.funnels.length;
    }
    """#
}
