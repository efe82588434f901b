"use strict";
// After htmx has taken the forms over: it listens for the same event and comes first.
document.addEventListener("DOMContentLoaded", () => {
  const one = (query, from = document) => from.querySelector(query);
  const all = (query, from = document) => [...from.querySelectorAll(query)];
  const csrf = one("meta[name=csrf]")?.content ?? "";

  let hush;
  const say = (text) => {
    const box = one("#say");
    box.textContent = text;
    box.classList.add("on");
    clearTimeout(hush);
    hush = setTimeout(() => box.classList.remove("on"), 3500);
  };

  document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRF-Token"] = csrf; });
  document.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.responseText || "没有成功，请重试。"));
  document.addEventListener("htmx:sendError", () => say("连不上页面服务，处理意见没有保存。"));

  // ---- files in
  const drop = one("[data-upload]");
  const queue = [];
  let sending = 0;
  const list = () => one("#uploads");
  const enqueue = (file, shown) => {
    const row = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = shown || file.name;
    const bar = document.createElement("progress");
    bar.max = 1; bar.value = 0;
    const state = document.createElement("span");
    state.textContent = "等待";
    row.append(name, bar, state);
    list().append(row);
    queue.push({ file, row, bar, state });
    pump();
  };
  const pump = () => {
    while (sending < 2 && queue.length) {
      const job = queue.shift();
      sending += 1;
      const data = new FormData();
      data.append("file", job.file, job.file.name);
      const request = new XMLHttpRequest();
      request.open("POST", "/files");
      request.setRequestHeader("X-CSRF-Token", csrf);
      request.upload.onprogress = (event) => { if (event.lengthComputable) job.bar.value = event.loaded / event.total; };
      const finish = (text, bad) => {
        sending -= 1;
        job.bar.remove();
        job.state.textContent = text;
        job.row.classList.toggle("bad", bad);
        if (!bad) setTimeout(() => job.row.remove(), 4000);
        if (!bad && !queue.length && !sending) document.body.dispatchEvent(new Event("step"));
        pump();
      };
      request.onload = () => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch { answer = { error: request.responseText }; }
        if (request.status !== 200) return finish(answer.error || "没有收下", true);
        if (answer.decisions) {
          const rest = answer.unmatched ?? [];
          finish([answer.decisions, ...rest].join("；"), rest.length > 0);
          return;
        }
        finish("已收下", false);
      };
      request.onerror = () => finish("没有传上去，请重试", true);
      request.send(data);
    }
  };
  const walk = (entry, path) => {
    if (entry.isFile) entry.file((file) => { if (!file.name.startsWith(".") && !file.name.startsWith("~$")) enqueue(file, path + file.name); });
    else if (entry.isDirectory) {
      const reader = entry.createReader();
      const more = () => reader.readEntries((found) => { found.forEach((inner) => walk(inner, `${path}${entry.name}/`)); if (found.length) more(); });
      more();
    }
  };
  if (drop) {
    all("input[type=file]", drop).forEach((input) => input.addEventListener("change", () => {
      [...input.files].forEach((file) => enqueue(file, file.webkitRelativePath));
      input.value = "";
    }));
    let depth = 0;
    document.addEventListener("dragenter", (event) => { event.preventDefault(); depth += 1; drop.classList.add("over"); });
    document.addEventListener("dragleave", () => { depth -= 1; if (depth <= 0) drop.classList.remove("over"); });
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      depth = 0;
      drop.classList.remove("over");
      const items = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
      if (items.length) items.forEach((entry) => walk(entry, ""));
      else [...(event.dataTransfer?.files ?? [])].forEach((file) => enqueue(file));
    });
    let open = -1;
    const stream = new EventSource("/events");
    stream.addEventListener("step", (event) => {
      const left = Number(event.data);
      document.body.dispatchEvent(new Event("step"));
      if (open > 0 && left === 0 && !sending && !queue.length) setTimeout(() => location.reload(), 600);
      open = left;
    });
    window.addEventListener("pagehide", () => stream.close());
  }

  // ---- one project
  const findings = () => all(".finding").filter((item) => item.offsetParent !== null);
  const current = () => one(".finding.current");
  // Findings being fetched, each with the key pressed before its buttons answered.
  const arriving = new Map();
  const choose = (item, { quiet = false } = {}) => {
    if (!item) return;
    all(".finding.current").forEach((other) => { other.classList.remove("current"); other.removeAttribute("aria-current"); });
    item.classList.add("current");
    item.setAttribute("aria-current", "true");
    if (!quiet) { item.focus({ preventScroll: true }); item.scrollIntoView({ block: "nearest" }); }
    else {
      // At the start only the list scrolls, and only where it is a box of its own.
      const panel = item.closest(".findings");
      if (panel && panel.scrollHeight > panel.clientHeight) panel.scrollTop += item.getBoundingClientRect().top - panel.getBoundingClientRect().top - 60;
    }
    if ("light" in item.dataset) {
      // Of long lists only the first come whole; the others are fetched when somebody turns to them.
      delete item.dataset.light;
      arriving.set(item.dataset.fingerprint, "");
      const page = one(".form-head").dataset;
      htmx.ajax("GET", `/form/finding?d=${encodeURIComponent(page.document)}&f=${page.form}&x=${encodeURIComponent(item.dataset.fingerprint)}`, { target: item, swap: "outerHTML" });
    }
    const number = item.dataset.number;
    all(".mark, td[data-cards]").forEach((mark) => {
      const mine = mark.dataset.cards.split(" ").includes(number);
      mark.classList.toggle("current", mine);
      if (mark.classList.contains("mark")) mark.classList.toggle("faded", !mine);
    });
    const shown = all(".sheet").find((sheet) => !sheet.hidden);
    const mark = shown && all(".mark.current, td.current", shown)[0];
    const place = mark || (shown && item.dataset.page && one(`figure[data-page="${item.dataset.page}"]`, shown));
    if (place) {
      // Only the original scrolls: the finding must stay where the reader's eyes are.
      const there = place.getBoundingClientRect();
      const box = shown.getBoundingClientRect();
      shown.scrollTop += there.top - box.top - Math.max(20, (box.height - there.height) / 2);
      if (there.left < box.left || there.right > box.right) shown.scrollLeft += there.left - box.left - 40;
    }
  };
  const step = (by) => {
    const found = findings();
    if (!found.length) return;
    const at = found.indexOf(current());
    if (by > 0 && at === found.length - 1 && one("[data-more]")) return one("[data-more]").click();
    choose(found[Math.min(found.length - 1, Math.max(0, at < 0 ? 0 : at + by))]);
  };
  const nextOpen = (from) => {
    const found = findings();
    const at = found.findIndex((item) => item.dataset.fingerprint === from);
    return found.slice(at + 1).find((item) => item.classList.contains("open")) || found.find((item) => item.classList.contains("open")) || found[at];
  };
  let decidedByKey = "";
  // After settling: until then htmx gives the new finding the classes of the old one.
  document.addEventListener("htmx:afterSettle", (event) => {
    const fresh = event.target;
    if (!fresh.classList?.contains("finding")) return;
    const print = fresh.dataset.fingerprint;
    const early = arriving.get(print);
    arriving.delete(print);
    if (early) return press(fresh, early);
    const byKey = decidedByKey === print;
    decidedByKey = "";
    if (!byKey && one(".finding.current") && one(".finding.current") !== fresh) return;
    choose(byKey ? nextOpen(print) || fresh : fresh);
    if (!findings().some((other) => other.classList.contains("open")) && !one("[data-more]")) say("这张表处理完了，按 g 去下一张。");
  });
  const press = (item, digit) => {
    const button = one(`[data-digit="${digit}"]`, item);
    if (!button) return;
    if (digit !== "0") decidedByKey = item.dataset.fingerprint;
    button.click();
  };
  const decide = (digit) => {
    const item = current();
    if (!item) return;
    if (arriving.has(item.dataset.fingerprint)) arriving.set(item.dataset.fingerprint, digit);
    else press(item, digit);
  };
  const undo = () => {
    const head = one(".form-head");
    const values = { d: head?.dataset.document ?? "", f: head?.dataset.form ?? "" };
    fetch("/undo", { method: "POST", body: new URLSearchParams(values), headers: { "X-CSRF-Token": csrf } }).then((answer) => {
      if (answer.status === 204) return say("没有可以撤销的。");
      if (!answer.ok) return answer.text().then(say);
      const there = answer.headers.get("hx-redirect");
      if (there) location.assign(there); else location.reload();
    }).catch(() => say("连不上页面服务。"));
  };
  const show = (name) => {
    all("[data-show]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.show === name)));
    all(".sheet").forEach((sheet) => { sheet.hidden = sheet.id !== name; });
    choose(current());
  };
  let zoom = Number(sessionStorage.getItem("zoom") || 100);
  const apply = () => {
    all("#pages figure").forEach((figure) => { figure.style.width = `${zoom}%`; });
    const box = one("#zoom");
    if (box) box.textContent = `${zoom}%`;
    sessionStorage.setItem("zoom", zoom);
  };
  if (one("#pages")) apply();
  if (one("#findings")) {
    const wanted = location.hash && document.getElementById(location.hash.slice(1));
    choose(wanted || findings().find((item) => item.classList.contains("open")) || findings()[0], { quiet: true });
  }
  // What a colleague decides on the same form appears here by itself.
  const head = one(".form-head");
  if (head && one("#findings")) {
    const where = `d=${encodeURIComponent(head.dataset.document)}&f=${head.dataset.form}`;
    const look = async () => {
      if (document.hidden || one(".finding textarea:focus, .finding .htmx-request")) return;
      const answer = await fetch(`/form/stands?${where}`);
      if (!answer.ok || answer.redirected) return;
      const stands = await answer.json();
      for (const item of all(".finding[data-stand]")) {
        const print = item.dataset.fingerprint;
        if (!(print in stands) || stands[print] === item.dataset.stand || item.contains(document.activeElement?.closest("textarea"))) continue;
        const now = item.classList.contains("current");
        await htmx.ajax("GET", `/form/finding?${where}&x=${encodeURIComponent(print)}`, { target: item, swap: "outerHTML" });
        if (!now) document.getElementById(`f-${print}`)?.classList.remove("current");
      }
    };
    setInterval(() => look().catch(() => {}), 10000);
    document.addEventListener("visibilitychange", () => look().catch(() => {}));
  }
  const readyRemark = (cell) => {
    const box = one("#remark");
    if (!box || !cell.dataset.place) return;
    one("#remark-place").value = cell.dataset.place;
    const text = cell.textContent.replace(/^\d+/, "").trim().slice(0, 40);
    one("#remark-subject").value = text ? `“${text}”` : "空白格";
  };

  document.addEventListener("click", (event) => {
    const target = event.target;
    const asked = target.closest("[data-ask]");
    if (asked && !window.confirm(asked.dataset.ask)) { event.preventDefault(); return; }
    if (target.closest("[data-undo]")) return undo();
    const opened = target.closest("[data-open]");
    if (opened) return document.getElementById(opened.dataset.open).showModal();
    const tab = target.closest("[data-show]");
    if (tab) return show(tab.dataset.show);
    const zoomed = target.closest("[data-zoom]");
    if (zoomed) { zoom = Math.min(300, Math.max(50, zoom + 25 * Number(zoomed.dataset.zoom))); return apply(); }
    const used = target.closest("[data-use]");
    if (used) {
      const item = used.closest(".finding");
      const box = one("textarea[name=wording]", item);
      box.value = used.dataset.use;
      box.closest("details").open = true;
      return box.focus();
    }
    const mark = target.closest(".mark, td[data-cards]");
    if (mark) {
      const numbers = mark.dataset.cards.split(" ");
      const now = numbers.indexOf(current()?.dataset.number ?? "");
      choose(one(`.finding[data-number="${numbers[(now + 1) % numbers.length]}"]`));
    }
    const cell = target.closest(".printed td");
    if (cell) readyRemark(cell);
    const item = target.closest(".finding");
    if (item && !item.classList.contains("current")) choose(item);
  });
  document.addEventListener("toggle", (event) => {
    const box = event.target;
    if (box.dataset?.suggest && box.open && !box.dataset.loaded) {
      box.dataset.loaded = "1";
      const inside = one(".suggestions", box);
      inside.textContent = "查找中…";
      fetch(box.dataset.suggest).then((answer) => answer.text()).then((text) => { inside.innerHTML = text; }).catch(() => { inside.textContent = "没有查到。"; });
    }
  }, true);
  one("[data-jump]")?.addEventListener("change", (event) => location.assign(event.target.value));
  one("[data-filters]")?.addEventListener("change", (event) => { if (event.target.tagName === "SELECT") event.target.form.requestSubmit(); });
  one("[data-filters]")?.addEventListener("submit", (event) => {
    all("select, input", event.target).forEach((field) => { if (!field.value || (field.name === "sort" && field.value === "priority")) field.disabled = true; });
  });

  // ---- keyboard
  const rows = () => all("[data-rows] tbody tr");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "Escape" && typing) return typing.blur();
    if (typing || one("dialog[open]")) return;
    const key = event.key;
    const done = () => event.preventDefault();
    if (key === "?") { done(); return one("#keys").showModal(); }
    if (key === "/") { const box = one("#search"); done(); return box ? box.focus() : location.assign("/list#search"); }
    if (key === "u" && one("[data-undo]")) { done(); return undo(); }
    if (one("#findings") || one(".form-head")) {
      if (key === "j" || key === "k") { done(); return step(key === "j" ? 1 : -1); }
      if ("01234".includes(key)) { done(); return decide(key); }
      if (key === "e" && current()) { const words = one("details.words", current()); if (words) { done(); words.open = true; one("textarea", words).focus(); } return; }
      if (key === "m" && one("#remark")) { done(); one("#remark").open = true; return one("#remark textarea").focus(); }
    } else if (rows().length) {
      const found = rows();
      const at = found.findIndex((row) => row.classList.contains("current"));
      if (key === "j" || key === "k") {
        done();
        found[at]?.classList.remove("current");
        const row = found[Math.min(found.length - 1, Math.max(0, at < 0 ? 0 : at + (key === "j" ? 1 : -1)))];
        row.classList.add("current");
        row.scrollIntoView({ block: "nearest" });
        return one("a", row)?.focus({ preventScroll: true });
      }
    }
    const link = one(`a[data-key="${CSS.escape(key)}"]`);
    if (link) { done(); link.click(); }
  });
  if (location.hash === "#search") one("#search")?.focus();
});
