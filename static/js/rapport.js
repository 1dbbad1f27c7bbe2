/** The preview follows what is typed; the button « Actualiser l’aperçu » does the same without this script. */

const ATTENTE = 600; // milliseconds after the last key
const formulaire = document.querySelector("[data-rapport-apercu]");
const feuille = document.querySelector("[data-rapport-feuille]");
const etat = document.querySelector("[data-rapport-etat]");
let minuterie, demande;

async function actualiser() {
  demande?.abort();
  demande = new AbortController();
  try {
    const reponse = await fetch(formulaire.dataset.rapportApercu, {
      method: "POST",
      body: new FormData(formulaire),
      signal: demande.signal,
    });
    if (!reponse.ok || reponse.redirected) throw new Error(reponse.status);
    const { scrollTop } = feuille;
    feuille.innerHTML = await reponse.text();
    feuille.scrollTop = scrollTop;
    etat.textContent = "Aperçu actualisé.";
  } catch (erreur) {
    if (erreur.name !== "AbortError") etat.textContent = "L’aperçu n’a pas pu être actualisé.";
  }
}

formulaire.addEventListener("input", () => {
  clearTimeout(minuterie);
  minuterie = setTimeout(actualiser, ATTENTE);
});

formulaire.querySelector("[name=apercu]").addEventListener("click", (evenement) => {
  evenement.preventDefault();
  clearTimeout(minuterie);
  actualiser();
});
