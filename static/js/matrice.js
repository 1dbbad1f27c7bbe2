// The grid of « Qui fait quoi ? »: keyboard, capitals, what is not saved yet.
// The page is a plain form: everything below is comfort.

const formulaire = document.getElementById("matrice");
const etat = document.getElementById("etat");
const champs = [...formulaire.querySelectorAll("input[id^=c-]")];
const lignes = [...formulaire.querySelectorAll("tr[id]")].map((ligne) => [...ligne.querySelectorAll("input[id^=c-]")]);
const place = new Map();
lignes.forEach((ligne, rang) => ligne.forEach((champ, colonne) => place.set(champ, { rang, colonne })));
let envoyee = false;

const rendueApresRefus = "modifiee" in formulaire.dataset;
const changees = () => champs.filter((champ) => champ.value.trim().toUpperCase() !== champ.defaultValue);

function direEtat() {
  const nombre = changees().length;
  const pluriel = nombre > 1 ? "s" : "";
  etat.textContent = nombre
    ? `${nombre} modification${pluriel} non enregistrée${pluriel}`
    : rendueApresRefus
      ? "Cette saisie n’est pas encore enregistrée"
      : "Tout est enregistré";
}

/** The cell `lignesPlus` below and `colonnesPlus` to the right; beyond the edge, nothing. */
function deplacer(champ, lignesPlus, colonnesPlus) {
  const { rang, colonne } = place.get(champ);
  const cible = lignes[rang + lignesPlus]?.[colonne + colonnesPlus];
  cible?.focus();
  cible?.select();
}

const TOUCHES = {
  ArrowUp: (champ) => deplacer(champ, -1, 0),
  ArrowDown: (champ) => deplacer(champ, 1, 0),
  ArrowLeft: (champ) => deplacer(champ, 0, -1),
  ArrowRight: (champ) => deplacer(champ, 0, 1),
  Enter: (champ) => deplacer(champ, 1, 0),
  Escape: (champ) => {
    champ.value = champ.defaultValue;
    marquer(champ);
  },
};

function marquer(champ) {
  champ.classList.toggle("est-changee", champ.value.trim().toUpperCase() !== champ.defaultValue);
  direEtat();
}

formulaire.addEventListener("keydown", (evenement) => {
  const { target: champ, key: touche } = evenement;
  if (!place.has(champ) || evenement.ctrlKey || evenement.metaKey || evenement.altKey || !(touche in TOUCHES)) return;
  evenement.preventDefault();
  TOUCHES[touche](champ);
});
formulaire.addEventListener("focusin", ({ target }) => place.has(target) && target.select());
formulaire.addEventListener("input", ({ target }) => place.has(target) && marquer(target));
formulaire.addEventListener("submit", () => {
  envoyee = true;
});
window.addEventListener("beforeunload", (evenement) => {
  if (!envoyee && (rendueApresRefus || changees().length)) evenement.preventDefault();
});

document.querySelector(".matrice-clavier").hidden = false;
direEtat();
