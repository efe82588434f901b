"use strict";
// A click on a heading, or Enter on it, sorts its table; numbers as numbers.
function sortable(headings) {
  function value(row, column) {
    var cell = row.cells[column];
    var text = cell.dataset.value || cell.textContent.trim();
    var number = parseFloat(text.replace(/,/g, ""));
    return /^-?[0-9.,]+%?$/.test(text) && !isNaN(number) ? number : text;
  }

  function sort(heading) {
    var body = heading.closest("table").tBodies[0];
    var down = heading.getAttribute("aria-sort") !== "descending";
    var rows = Array.prototype.slice.call(body.rows).map(function (row) {
      return { row: row, key: value(row, heading.cellIndex) };
    });
    rows.sort(function (one, other) {
      if (one.key === "" || other.key === "") { return (one.key === "") - (other.key === ""); }
      var order = typeof one.key === "number" && typeof other.key === "number" ? one.key - other.key : String(one.key).localeCompare(String(other.key), "zh-CN");
      return down ? -order : order;
    });
    rows.forEach(function (entry) { body.appendChild(entry.row); });
    heading.parentNode.querySelectorAll("th").forEach(function (item) { item.removeAttribute("aria-sort"); });
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.dispatchEvent(new Event("sorted", { bubbles: true }));
  }

  headings.forEach(function (heading) {
    heading.classList.add("sortable");
    heading.tabIndex = 0;
    heading.addEventListener("click", function () { sort(heading); });
    heading.addEventListener("keydown", function (event) { if (event.key === "Enter") { sort(heading); } });
  });
}
