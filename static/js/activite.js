// The grid of the counts: arrow keys and Enter move between the cells. Without it, Tab does.

const formulaire = document.getElementById("activite");
const PAS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** The rows that hold cells, each with its cells in order. */
const rangees = [...(formulaire?.querySelectorAll(".activite-table tr") ?? [])]
  .map((rangee) => [...rangee.querySelectorAll("input")])
  .filter((cases) => cases.length > 0);

/** Left and right leave the cell only at the edge of what is typed. */
function resteDansLaCase(champ, colonnes) {
  const bord = colonnes < 0 ? 0 : champ.value.length;
  return colonnes !== 0 && (champ.selectionStart !== champ.selectionEnd || champ.selectionStart !== bord);
}

formulaire?.addEventListener("keydown", (evenement) => {
  const pas = PAS[evenement.key];
  const ligne = rangees.findIndex((cases) => cases.includes(evenement.target));
  if (!pas || ligne < 0 || resteDansLaCase(evenement.target, pas[1])) return;
  const colonne = rangees[ligne].indexOf(evenement.target) + pas[1];
  const voisine = rangees[ligne + pas[0]]?.[colonne];
  evenement.preventDefault();
  voisine?.focus();
});
