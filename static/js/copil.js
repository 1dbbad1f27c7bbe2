/** « Mode COPIL »: arrows go from an action to the next, three letters reach the gestures. Nothing is sent by a key. */

const CLE = "copil-touches";
const gestes = [...document.querySelectorAll("[data-copil-touche]")];
const active = document.querySelector("[data-copil-touches]");

active.checked = localStorage.getItem(CLE) !== "non";
active.closest("label").hidden = false;
active.addEventListener("change", () => localStorage.setItem(CLE, active.checked ? "oui" : "non"));

function ouvrir(geste) {
  if (geste.tagName !== "DETAILS") {
    geste.focus();
    return;
  }
  for (const autre of gestes) {
    if (autre !== geste && autre.tagName === "DETAILS") autre.open = false;
  }
  geste.open = true;
  geste.querySelector("input:not([type=hidden]), textarea").focus();
}

document.addEventListener("keydown", (evenement) => {
  const saisie = evenement.target.closest("input, textarea, select");
  if (evenement.key === "Escape") {
    const ouvert = gestes.find((geste) => geste.open);
    if (!ouvert) return;
    ouvert.open = false;
    ouvert.querySelector("summary").focus();
    return;
  }
  if (saisie || !active.checked || evenement.ctrlKey || evenement.altKey || evenement.metaKey) return;
  const sens = { ArrowLeft: "prev", ArrowRight: "next" }[evenement.key];
  const lien = sens && document.querySelector(`a[rel=${sens}]`);
  const geste = gestes.find((candidat) => candidat.dataset.copilTouche === evenement.key.toLowerCase());
  if (lien) lien.click();
  else if (geste) {
    evenement.preventDefault();
    ouvrir(geste);
  }
});
