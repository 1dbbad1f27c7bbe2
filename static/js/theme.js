// Runs before the first paint: without it a person who chose the dark theme sees a white flash.
let choix = null;
try {
  choix = localStorage.getItem("scheme");
} catch {
  // Storage refused by the browser: the system's theme is used.
}
const sombre = choix === "dark" || (choix !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
document.documentElement.dataset.frTheme = sombre ? "dark" : "light";
