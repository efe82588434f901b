(function () {
  var root = document.documentElement;
  var views = Array.prototype.slice.call(document.querySelectorAll(".view"));
  var fields = ["q", "severity", "rule", "unit", "grade"];
  root.classList.add("js");

  function element(id) { return document.getElementById(id); }

  // The part of the address behind #: a view or a place in one, and what is searched for.
  function address() {
    var parts = location.hash.slice(1).split("?");
    return { place: decodeURIComponent(parts[0] || "overview"), query: new URLSearchParams(parts.slice(1).join("?")) };
  }

  function open() {
    var at = address();
    var target = element(at.place) || element("overview");
    var view = target.closest(".view") || element("overview");
    views.forEach(function (item) { item.classList.toggle("open", item === view); });
    document.querySelectorAll("nav a").forEach(function (link) {
      link.classList.toggle("here", link.getAttribute("href") === "#" + view.id);
    });
    if (at.query.toString()) {
      fields.forEach(function (name) { element(name).value = at.query.get(name) || ""; });
      filter();
    }
    if (view.classList.contains("form")) { align(view); }
    if (target === view) { window.scrollTo(0, 0); } else { target.scrollIntoView({ block: "center" }); }
  }

  function plain(text) { return text.normalize("NFKC").toLowerCase().replace(/\s+/g, ""); }

  // A row may stand for several places: what they are is written one a line.
  function matches(row, wanted) {
    var other = ["severity", "rule", "unit", "grade"].some(function (name) {
      return wanted[name] && row.dataset[name].split("\n").indexOf(wanted[name]) < 0;
    });
    if (other) { return false; }
    if (!wanted.q) { return true; }
    if (row.plainText === undefined) { row.plainText = plain(row.textContent); }
    return wanted.q.every(function (word) { return row.plainText.indexOf(word) >= 0; });
  }

  // Long lists are shown a page at a time; filters and sorting take them whole.
  var SIZE = 100;
  var pages = {};

  function turn(name, step) {
    var rows = Array.prototype.filter.call(element(name).querySelectorAll("tbody tr"), function (row) { return !row.hidden; });
    var last = Math.max(0, Math.ceil(rows.length / SIZE) - 1);
    var page = pages[name] = Math.min(last, Math.max(0, (pages[name] || 0) + step));
    rows.forEach(function (row, number) { row.classList.toggle("off", Math.floor(number / SIZE) !== page); });
    var pager = element(name).querySelector(".pager");
    pager.hidden = last === 0;
    pager.querySelector("span").textContent = "第 " + (page + 1) + " / " + (last + 1) + " 页";
    pager.querySelector("[data-step='-1']").disabled = page === 0;
    pager.querySelector("[data-step='1']").disabled = page === last;
  }

  ["findings", "forms"].filter(element).forEach(function (name) {
    element(name).addEventListener("sorted", function () { pages[name] = 0; turn(name, 0); });
    element(name).querySelectorAll(".pager button").forEach(function (button) {
      button.addEventListener("click", function () {
        turn(name, Number(button.dataset.step));
        element(name).scrollIntoView();
      });
    });
  });

  function filter() {
    var wanted = {};
    fields.forEach(function (name) { wanted[name] = element(name).value; });
    var words = wanted.q.trim().split(/\s+/).map(plain).filter(Boolean);
    wanted.q = words.length ? words : null;
    ["findings", "forms"].filter(element).forEach(function (name) {
      var rows = element(name).querySelectorAll("tbody tr");
      var shown = 0, places = 0;
      rows.forEach(function (row) {
        row.hidden = !matches(row, wanted);
        if (!row.hidden) { shown += 1; places += Number(row.dataset.places || 1); }
      });
      pages[name] = 0;
      turn(name, 0);
      element("shown-" + name).textContent = shown === rows.length ? "共 " + shown + " 条" : shown + " / " + rows.length + " 条";
      if (places > shown) { element("shown-" + name).textContent += "（" + places + " 处）"; }
      element(name).querySelector(".none").hidden = shown > 0;
    });
  }

  // Each finding beside its cell, as far as those above leave room.
  function align(view) {
    var side = view.querySelector(".finding-side");
    if (!side || window.innerWidth <= 900) { return; }
    var floor = side.getBoundingClientRect().top;
    var items = Array.prototype.slice.call(side.querySelectorAll(".finding"));
    items.forEach(function (item) { item.style.marginTop = ""; });
    var placed = items.map(function (item) {
      var mark = element("c-" + item.id);
      return { item: item, top: mark ? mark.getBoundingClientRect().top : floor };
    });
    placed.sort(function (one, other) { return one.top - other.top; });
    placed.forEach(function (entry) {
      side.appendChild(entry.item);
      var gap = entry.top - entry.item.getBoundingClientRect().top;
      if (gap > 4) { entry.item.style.marginTop = gap + "px"; }
    });
  }

  function show() {
    var view = document.querySelector(".view.open");
    if (view && (view.id === "overview" || view.id === "rules" || view.classList.contains("form"))) {
      location.hash = element("findings") ? "#findings" : "#forms";
    }
  }

  // The filter stands in the address, so that a link shows what was looked for.
  function remember() {
    var query = new URLSearchParams();
    fields.forEach(function (name) { if (element(name).value) { query.set(name, element(name).value); } });
    var place = address().place;
    if (place === "findings" || place === "forms") {
      history.replaceState(null, "", "#" + place + (query.toString() ? "?" + query : ""));
    }
  }

  element("filter").addEventListener("input", function () { filter(); show(); window.setTimeout(remember, 0); });
  element("filter").addEventListener("submit", function (event) { event.preventDefault(); });
  element("filter").addEventListener("reset", function () {
    window.setTimeout(function () {
      if (location.hash.indexOf("?") > 0) { location.hash = location.hash.split("?")[0]; }
      filter();
    }, 0);
  });
  sortable(document.querySelectorAll("section > table.list > thead th"));
  document.querySelectorAll("button.print").forEach(function (button) {
    button.addEventListener("click", function () { window.print(); });
  });
  window.addEventListener("hashchange", open);
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll(".finding").forEach(function (item) { item.style.marginTop = ""; });
    document.querySelectorAll("details.places").forEach(function (item) { item.open = true; });
  });
  filter();
  open();
})();
