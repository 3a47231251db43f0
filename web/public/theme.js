// Before the first paint, so that a dark room stays dark: a file of its own, for the policy allows no inline script.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("quoth-theme");
  } catch {
    // Storage may be forbidden; the system's theme it is.
  }
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
