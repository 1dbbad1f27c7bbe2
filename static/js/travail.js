// Moves the progress bar of a long job; the page is read again when the job is over.

const DELAI = 1500; // milliseconds between two questions
const bloc = document.querySelector("[data-cio-travail]");
const barre = bloc.querySelector("progress");
const message = bloc.querySelector("[data-cio-message]");

async function demander() {
  try {
    const reponse = await fetch(bloc.dataset.cioTravail, { headers: { Accept: "application/json" } });
    if (!reponse.ok || reponse.redirected) return location.reload();
    const etat = await reponse.json();
    if (etat.fini) return location.reload();
    barre.value = etat.pourcentage;
    barre.parentElement.querySelector("[aria-hidden]").textContent = `${etat.pourcentage} %`;
    // Said again only when it changes: a screen reader would repeat it.
    if (message.textContent !== etat.message) message.textContent = etat.message;
  } catch {
    // The network is away for a moment: ask again later.
  }
  setTimeout(demander, DELAI);
}

setTimeout(demander, DELAI);
