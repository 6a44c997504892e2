// Before anything is drawn: the reader's colours, so that a dark page does not begin white.
(function () {
  var chosen = localStorage.getItem("trustex-colors");
  var dark =
    chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
