extension LivePage {
  static let script = #"""
    "use strict";
    // Everything that comes from the daemon is set as text, never as markup.
    const $ = id => document.getElementById(id);
    const made = (tag, name, text) => {
      const node = document.createElement(tag);
      if (name) node.className = name;
      if (text !== undefined) node.textContent = text;
      return node;
    };
    const minute = 60_000, shownConversions = 25, keptConversions = 200, patience = 10_000;
    const number = new Intl.NumberFormat("en", {maximumFractionDigits: 1});
    const compact = new Intl.NumberFormat("en", {notation: "compact", maximumFractionDigits: 1});
    const short = value => value < 10_000 ? number.format(value) : compact.format(value);
    let past = [], kept = [], lastHeard = Date.now();

    function state(kind, text) {
      $("state").dataset.state = kind;
      if ($("state").textContent !== text) $("state").textContent = text;
    }

    function seconds(value) {
      return value < 1 ? `${number.format(value * 1000)} ms` : `${number.format(value)} s`;
    }

    // The upper bound of the bucket in which the quantile of what is new lies.
    function quantile(now, then, bounds, share) {
      const counts = now.map((count, index) => count - (then ? then[index] : 0));
      const all = counts.reduce((sum, count) => sum + count, 0);
      if (!all) return null;
      let below = 0;
      for (let index = 0; index < counts.length; index++) {
        below += counts[index];
        if (below >= all * share) return index < bounds.length ? bounds[index] : Infinity;
      }
      return Infinity;
    }

    function figures(now) {
      const at = Date.now();
      // After a restart of the daemon its counters begin anew.
      if (past.length && now.records < past[past.length - 1].now.records) past = [];
      past.push({at, now});
      while (past.length > 1 && at - past[0].at > minute) past.shift();
      const then = past[0], recent = past[Math.max(0, past.length - 6)];
      const span = (at - recent.at) / 1000;
      $("records").textContent = span ? short((now.records - recent.now.records) / span) : "–";
      $("conversions").textContent = short(now.conversions - then.now.conversions);
      $("lag").textContent = short(now.lag);
      $("journeys").textContent = short(now.journeys);
      $("dead-letters").textContent = short(now.deadLetters);
      const parts = ["intake", "journeys"].map(stage => now.latency[stage] &&
        quantile(now.latency[stage], then.now.latency[stage], now.bounds, 0.99));
      const known = parts.filter(part => part !== null && part !== undefined);
      const sum = known.reduce((sum, part) => sum + part, 0);
      $("latency").textContent = !known.length ? "–"
        : sum === Infinity ? "> 1 h" : `≤ ${seconds(sum)}`;
    }

    function head(now) {
      $("who").textContent = `${now.application} · instance ${now.instance} · ${now.version}`;
      document.title = `${now.reasons.length ? "not ready" : "Afterclick"} · ${now.instance}`;
      state(now.reasons.length ? "waiting" : "good", now.reasons.length ? "not ready" : "at work");
      $("reasons").hidden = !now.reasons.length;
      $("reasons").replaceChildren(...now.reasons.map(text => made("li", "", text)));
    }

    function partitions(now) {
      const kinds = {live: "good", ahead: "waiting", replaying: "waiting", restoring: "waiting"};
      const topics = new Map();
      for (const entry of now.partitions) {
        if (!topics.has(entry.topic)) topics.set(entry.topic, []);
        topics.get(entry.topic).push(entry);
      }
      const nodes = [];
      for (const [topic, entries] of topics) {
        nodes.push(made("p", "topic", topic));
        const cells = made("div", "cells");
        for (const entry of entries) {
          const more = entry.state === "live" ? "" : ` ${entry.state}`;
          const cell = made("span", "cell", `${entry.partition}${more}`);
          cell.dataset.state = kinds[entry.state];
          cell.title = `partition ${entry.partition}: ${entry.state}`
            + (entry.lag === undefined ? "" : `, ${short(entry.lag)} records to read`)
            + (entry.remaining ? `, ${short(entry.remaining)} to read again` : "");
          cells.append(cell);
        }
        nodes.push(cells);
      }
      if (now.morePartitions) nodes.push(made("p", "note", `and ${now.morePartitions} more`));
      if (!nodes.length) nodes.push(made("p", "note", "None assigned."));
      $("partitions").replaceChildren(...nodes);
    }

    function channels() {
      const totals = new Map();
      for (const conversion of kept) {
        for (const touchpoint of conversion.touchpoints) {
          const sums = totals.get(touchpoint.channel) ?? {first: 0, last: 0};
          sums.first += touchpoint.credit?.first_touch ?? 0;
          sums.last += touchpoint.credit?.last_touch ?? 0;
          totals.set(touchpoint.channel, sums);
        }
      }
      const most = Math.max(1, ...[...totals.values()].flatMap(sums => [sums.first, sums.last]));
      const sorted = [...totals].sort((a, b) =>
        b[1].first + b[1].last - a[1].first - a[1].last || (a[0] < b[0] ? -1 : 1)).slice(0, 12);
      $("seen").textContent = kept.length;
      $("channels").replaceChildren(...sorted.map(([name, sums]) => {
        const row = made("div", "channel");
        row.append(made("span", "name", name));
        for (const kind of ["first", "last"]) {
          const bar = made("div", `bar ${kind}`), fill = made("i");
          fill.style.width = `${75 * sums[kind] / most}%`;
          bar.append(fill, made("span", "", short(sums[kind])));
          row.append(bar);
        }
        return row;
      }));
    }

    function models() {
      const names = new Set(kept.flatMap(conversion =>
        conversion.touchpoints.flatMap(touchpoint => Object.keys(touchpoint.credit ?? {}))));
      const chosen = $("model").value;
      const sorted = [...names].sort();
      if (sorted.join() === [...$("model").options].map(option => option.value).join()) return;
      $("model").replaceChildren(...sorted.map(name => made("option", "", name)));
      $("model").value = names.has(chosen) ? chosen : names.has("linear") ? "linear" : sorted[0];
    }

    function entry(conversion, model) {
      const item = made("li"), head = made("div", "head"), path = made("div", "path");
      head.append(made("b", "", conversion.conversion),
        made("span", "", conversion.occurred_at.slice(0, 19).replace("T", " ")));
      if (conversion.revision > 1) head.append(made("span", "", `revision ${conversion.revision}`));
      if (conversion.status !== "attributed") head.append(made("span", "", conversion.status));
      if (conversion.worth) head.append(made("span", "worth", conversion.worth));
      const hidden = (conversion.path_length ?? 0) - conversion.touchpoints.length;
      if (hidden > 0) path.append(made("span", "note", `${hidden} before`));
      for (const touchpoint of conversion.touchpoints) {
        const share = touchpoint.credit?.[model] ?? 0;
        const step = made("span", share ? "step credited" : "step", touchpoint.channel);
        if (touchpoint.campaign) step.append(made("small", "", touchpoint.campaign));
        if (share) step.append(made("em", "", `${Math.round(share * 100)} %`));
        path.append(step);
      }
      item.append(head, path);
      return item;
    }

    function feed() {
      const newest = kept.slice(-shownConversions).reverse();
      $("quiet").hidden = newest.length > 0;
      $("feed").replaceChildren(...newest.map(one => entry(one, $("model").value)));
    }

    function show(now) {
      lastHeard = Date.now();
      head(now);
      figures(now);
      partitions(now);
      insights(now);
      if (!now.news.length) return;
      for (const one of now.news) {
        // A revision takes the place of what it revises.
        kept = kept.filter(other => other.conversion_id !== one.conversion_id);
        kept.push(one);
      }
      kept = kept.slice(-keptConversions);
      models();
      channels();
      feed();
    }

    let source;
    function connect() {
      if (source) source.close();
      lastHeard = Date.now();
      source = new EventSource("events");
      source.onmessage = event => show(JSON.parse(event.data));
      source.onerror = () => state("bad", "connection lost, trying again …");
    }
    // A browser gives up where an answer says no; and a line that is dead says nothing at all.
    setInterval(() => {
      if (source.readyState === EventSource.CLOSED || Date.now() - lastHeard > patience) {
        state("bad", "connection lost, trying again …");
        connect();
      }
    }, 3_000);
    $("model").addEventListener("change", feed);
    connect();
    """#
}
