// Missions of a PsyEN: live totals, arrow keys, publics of what is entrusted only.
// The page is a plain form: everything below is comfort, the server checks and computes again.

const formulaire = document.getElementById("missions");
const champs = [...formulaire.querySelectorAll("input[data-place]")];
const PAS = 0.25;

/** « 0,75 », « 30 % », « » → {nombre, pourcentage}; null when it is no number. */
function lire(texte) {
  const lu = /^(?:([0-9]{1,6})(?:[.,]([0-9]{1,2}))?\s*(%)?)?$/.exec(texte.trim());
  return lu && { nombre: Number(`${lu[1] ?? 0}.${lu[2] ?? 0}`), pourcentage: Boolean(lu[3]) };
}

const montrer = (nombre) => String(Math.round(nombre * 100) / 100).replace(".", ",");

/** As the server does: percentages together, by quarters, never above what they add up to. */
function somme(siens, capacite) {
  const lus = siens.map((champ) => lire(champ.value)).filter(Boolean);
  const total = (choisis) => choisis.reduce((cumul, lu) => cumul + lu.nombre, 0);
  const pourcentages = total(lus.filter((lu) => lu.pourcentage));
  const exact = (pourcentages * capacite) / 100;
  return total(lus.filter((lu) => !lu.pourcentage)) + Math.floor(exact / PAS + 1e-9) * PAS;
}

function calculer() {
  for (const total of formulaire.querySelectorAll("output[data-total]")) {
    const capacite = lire(total.dataset.capacite).nombre;
    const siens = champs.filter((champ) => champ.dataset.place === total.dataset.total);
    const confie = somme(siens, capacite);
    total.firstElementChild.textContent = montrer(confie);
    total.classList.toggle("est-debordee", confie > capacite);
    total.classList.toggle("est-pleine", confie === capacite);
  }
}

/** Publics and precisions are asked only of what is entrusted. */
function montrerPrecisions() {
  for (const details of formulaire.querySelectorAll(".missions-precisions")) {
    const blocs = [...details.querySelectorAll("[data-case]")];
    for (const bloc of blocs) {
      bloc.hidden = !document.getElementById(`d-${bloc.dataset.case}`).value.trim();
    }
    details.querySelector(".missions-sans-case").hidden = blocs.some((bloc) => !bloc.hidden);
  }
}

function actualiser() {
  calculer();
  montrerPrecisions();
}

// --- Keyboard ---------------------------------------------------------------------------------------

const VERTICAUX = { ArrowUp: -1, ArrowDown: 1, Enter: 1 };
const HORIZONTAUX = { ArrowLeft: -1, ArrowRight: 1 };

/** The next field of the same place, or of the same mission when the caret is at the edge of the text. */
function voisin(champ, touche) {
  if (touche in VERTICAUX) {
    const siens = champs.filter((autre) => autre.dataset.place === champ.dataset.place);
    return siens[siens.indexOf(champ) + VERTICAUX[touche]];
  }
  const bord = touche === "ArrowLeft" ? champ.selectionStart === 0 : champ.selectionEnd === champ.value.length;
  if (!(touche in HORIZONTAUX) || !bord) return undefined;
  const ligne = [...champ.closest("tr").querySelectorAll("input[data-place]")];
  return ligne[ligne.indexOf(champ) + HORIZONTAUX[touche]];
}

formulaire.addEventListener("keydown", (evenement) => {
  const champ = evenement.target;
  if (!champ.matches("input[data-place]") || evenement.ctrlKey || evenement.metaKey || evenement.altKey) return;
  const suivant = voisin(champ, evenement.key);
  if (suivant || evenement.key === "Enter") evenement.preventDefault();
  if (suivant) {
    suivant.focus();
    suivant.select();
  }
});

formulaire.addEventListener("input", (evenement) => {
  if (evenement.target.matches("input[data-place]")) actualiser();
});

for (const aide of document.querySelectorAll(".missions-clavier")) aide.hidden = false;
actualiser();
