// What is not sent yet stays on this device, under a name drawn from the link, and leaves it once sent.
// Without script, or where the browser keeps nothing, the sheet is sent all the same.

const PREFIXE = "enquete-";
const EN_ROUTE = "enquete-en-route";

/** The storage of the browser, or nothing when it refuses (private mode, full). */
function essayer(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

const oublier = (cle) => essayer(() => localStorage.removeItem(PREFIXE + cle));

function lire(formulaire) {
  return [...new FormData(formulaire)].filter(([, valeur]) => valeur !== "");
}

function remplir(formulaire, reponses) {
  for (const [nom, valeur] of reponses) {
    const champ = formulaire.elements.namedItem(nom);
    const champs = champ instanceof RadioNodeList ? [...champ] : [champ];
    for (const un of champs.filter(Boolean)) {
      if (un.type === "radio" || un.type === "checkbox") un.checked ||= un.value === valeur;
      else if (!un.value) un.value = valeur;
    }
  }
}

const formulaire = document.querySelector("[data-enquete-brouillon]");
if (formulaire) {
  const cle = formulaire.dataset.enqueteBrouillon;
  const garde = essayer(() => JSON.parse(localStorage.getItem(PREFIXE + cle)));
  // After a refused sheet the page already holds the answers: what is kept only completes it.
  if (garde) remplir(formulaire, garde);
  const mention = formulaire.querySelector("[data-enquete-garde]");
  mention.hidden = essayer(() => localStorage.setItem(PREFIXE + "essai", "1")) === null;
  oublier("essai");
  formulaire.addEventListener("input", () =>
    essayer(() => localStorage.setItem(PREFIXE + cle, JSON.stringify(lire(formulaire)))),
  );
  formulaire.addEventListener("submit", () => essayer(() => sessionStorage.setItem(EN_ROUTE, cle)));
  formulaire.querySelector("[data-enquete-effacer]").addEventListener("click", () => {
    oublier(cle);
    formulaire.reset();
  });
}

// Sent: the page of thanks, or that of a link used up, clears what the sheet had left here.
if (document.querySelector("[data-enquete-envoyee]")) {
  const cle = essayer(() => sessionStorage.getItem(EN_ROUTE));
  if (cle) oublier(cle);
  essayer(() => sessionStorage.removeItem(EN_ROUTE));
}
const finie = document.querySelector("[data-enquete-finie]");
if (finie) oublier(finie.dataset.enqueteFinie);
