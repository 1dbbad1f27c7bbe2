// Drag and drop over the perimeter editor. It ticks the boxes and sends the form that works without it.

const formulaire = document.querySelector("#placer");
const destination = formulaire.elements.destination;
const annonce = formulaire.querySelector("[data-annonce]");
const compte = formulaire.querySelector("[data-compte]");
const cases = () => [...document.querySelectorAll('input[name="ecoles"]')];
const cochees = () => cases().filter((boite) => boite.checked);
const CLE = "cio-perimetre-defilement";
let prise = null;

function compter() {
  const nombre = cochees().length;
  formulaire.classList.toggle("placer--repos", nombre === 0);
  compte.textContent =
    nombre === 0
      ? "Cochez des établissements, ou faites-les glisser vers un réseau"
      : `${nombre} établissement${nombre > 1 ? "s" : ""} à déplacer`;
}

function nomDe(ecole) {
  return ecole.querySelector("label").textContent.trim();
}

function viser(zone) {
  document.querySelector(".depot--vise")?.classList.remove("depot--vise");
  zone?.classList.add("depot--vise");
}

function prendre(ecole) {
  prise = ecole;
  ecole.classList.add("ecole--prise");
  for (const zone of document.querySelectorAll("[data-destination]")) {
    if (!zone.contains(ecole)) zone.classList.add("depot--possible");
  }
  annonce.textContent = `${nomDe(ecole)} est pris. Déposez-le sur un réseau.`;
}

function lacher() {
  prise?.classList.remove("ecole--prise");
  prise = null;
  viser(null);
  for (const zone of document.querySelectorAll(".depot--possible")) zone.classList.remove("depot--possible");
}

// A school that is dragged alone moves alone; one of several ticked schools takes the others with it.
function deposer(zone) {
  const boite = prise.querySelector("input");
  if (!boite.checked) for (const autre of cochees()) autre.checked = false;
  boite.checked = true;
  destination.value = zone.dataset.destination;
  annonce.textContent = `Déplacement de ${nomDe(prise)} vers ${zone.dataset.nom}.`;
  sessionStorage.setItem(CLE, String(window.scrollY));
  lacher();
  formulaire.requestSubmit();
}

for (const ecole of document.querySelectorAll("[data-jeton]")) {
  ecole.draggable = true;
  ecole.addEventListener("dragstart", (evenement) => {
    evenement.dataTransfer.setData("text/plain", nomDe(ecole));
    evenement.dataTransfer.effectAllowed = "move";
    prendre(ecole);
  });
  ecole.addEventListener("dragend", lacher);
}

for (const zone of document.querySelectorAll("[data-destination]")) {
  const accepte = () => prise && !zone.contains(prise);
  zone.addEventListener("dragover", (evenement) => {
    if (!accepte()) return;
    evenement.preventDefault();
    viser(zone);
  });
  zone.addEventListener("dragleave", (evenement) => {
    if (!zone.contains(evenement.relatedTarget)) zone.classList.remove("depot--vise");
  });
  zone.addEventListener("drop", (evenement) => {
    if (!accepte()) return;
    evenement.preventDefault();
    deposer(zone);
  });
}

document.addEventListener("change", (evenement) => {
  if (evenement.target.name === "ecoles") compter();
});
compter();

// After a drop the page comes back where the hand was.
const defilement = sessionStorage.getItem(CLE);
if (defilement !== null) {
  sessionStorage.removeItem(CLE);
  window.scrollTo(0, Number(defilement));
}
