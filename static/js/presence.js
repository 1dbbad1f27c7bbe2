// A page in use keeps its session; a session closed takes away what every tab of this browser shows.

const PAS = 5 * 60_000; // milliseconds between two signs of use, as the server notes them
const canal = new BroadcastChannel("cio-session");
const alerte = document.querySelector("[data-cio-presence]");
let vue = Date.now();
let saisie = false;

/** To the sign-in page, which leads back here; what is being written stays, with a word. */
function quitter() {
  if (!saisie) return location.replace(location.href);
  alerte.hidden = false;
}

async function signaler() {
  if (Date.now() - vue < PAS) return;
  vue = Date.now();
  canal.postMessage("en-usage");
  try {
    const reponse = await fetch(alerte.dataset.cioPresence, { redirect: "manual" });
    if (!reponse.ok) quitter();
  } catch {
    // The network is away for a moment: the next sign will do.
  }
}

function surveiller() {
  const delai = Number(alerte.dataset.cioInactivite) * 60_000;
  for (const geste of ["input", "keydown", "pointerdown", "scroll"]) {
    document.addEventListener(geste, signaler, { passive: true });
  }
  document.addEventListener("input", (evenement) => {
    saisie ||= evenement.target.form?.method === "post";
  });
  canal.addEventListener("message", ({ data }) => {
    if (data === "fermee") quitter();
    else vue = Date.now();
  });
  setInterval(() => {
    if (Date.now() - vue > delai) quitter();
  }, 30_000);
}

if (alerte) surveiller();
// The sign-in page: nobody is signed in any more in this browser.
else canal.postMessage("fermee");
