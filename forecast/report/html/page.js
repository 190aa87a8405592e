"use strict";
// A page reads without this. It adds: columns that sort, Escape that closes, focus that comes back.
(() => {
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December"];
  const DAY = /^(\d{1,2}) ([A-Z][a-z]+) (\d{4})$/;
  const ISO = /^(\d{4})-(\d\d)-(\d\d)$/;
  const NUMBER = /^[~×\s]*([<>]?)\s*([+\-−]?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)/;
  const words = new Intl.Collator("en", { numeric: true });

  // A cell as what it sorts by: null where it says nothing, a number where it begins with one, else its words.
  const value = (text) => {
    if (["", "–", "-", "·"].includes(text)) return null;
    let found = ISO.exec(text);
    if (found) return Number(found[1]) * 372 + Number(found[2]) * 31 + Number(found[3]);
    found = DAY.exec(text);
    if (found && MONTHS.includes(found[2])) {
      return Number(found[3]) * 372 + (MONTHS.indexOf(found[2]) + 1) * 31 + Number(found[1]);
    }
    found = NUMBER.exec(text);
    if (!found) return text;
    const size = Number(found[3].replaceAll(",", "")) * (found[2] && found[2] !== "+" ? -1 : 1);
    return size + ({ "<": -1e-9, ">": 1e-9 }[found[1]] || 0);
  };

  const sorted = (rows, column, direction) => {
    const keyed = rows.map((row) => [value(row.cells[column].textContent.trim()), row]);
    const numeric = keyed.every(([key]) => typeof key !== "string");
    const key = ([k, row]) => (numeric || k === null ? k : row.cells[column].textContent.trim());
    return keyed.sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      if (x === null || y === null) return (x === null) - (y === null);
      return direction * (numeric ? x - y : words.compare(x, y));
    }).map(([, row]) => row);
  };

  const status = document.createElement("p");
  status.setAttribute("role", "status");
  status.className = "unseen";
  document.querySelector("footer")?.append(status);

  const sortable = (table) => {
    const body = table.tBodies[0];
    const original = [...(body?.rows ?? [])];
    const sums = original.filter((row) => row.classList.contains("sum"));
    const rows = original.filter((row) => !row.classList.contains("sum"));
    if (rows.length < 3) return;
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if (!head.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      const numeric = rows.every((row) => typeof value(row.cells[column].textContent.trim()) !== "string");
      // Numbers from the largest, words from A; a third press gives the table's own order back.
      const cycle = numeric ? ["descending", "ascending"] : ["ascending", "descending"];
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        const next = now ? cycle[cycle.indexOf(now) + 1] : cycle[0];
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        if (next) head.setAttribute("aria-sort", next);
        const order = next ? sorted(rows, column, next === "ascending" ? 1 : -1) : null;
        body.append(...(order ? [...order, ...sums] : original));
        status.textContent = next ? `Sorted by ${button.textContent}, ${next}.` : "In the original order.";
      });
    });
  };
  document.querySelectorAll("main table").forEach(sortable);

  // Boxes that have nothing to scroll are no stop on the way of the Tab key.
  const boxes = document.querySelectorAll(".scroll");
  const stops = () => boxes.forEach((box) => {
    const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    box.tabIndex = scrolls ? 0 : -1;
  });
  stops();
  addEventListener("resize", stops);

  let opener = null;
  const close = () => {
    location.replace("#closed");
    opener?.focus({ preventScroll: true });
  };
  const mark = () => {
    document.querySelector("a.n.open")?.classList.remove("open");
    if (document.querySelector(".sheet:target")) opener?.classList.add("open");
  };
  addEventListener("hashchange", mark);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    if (link.matches("a.n")) opener = link;
    if (link.matches("a.close")) {
      event.preventDefault();
      close();
    }
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.querySelector(".sheet:target")) close();
  });
})();
