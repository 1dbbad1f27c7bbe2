// The grid of a répartition: live totals, keyboard, undo, findings asked to the server as one types.
// The page is a plain form: everything below is comfort, the server checks and computes again.

const formulaire = document.getElementById("grille");
const CHAMPS = "table.grille input:not([type=hidden]), table.grille select";
const HEURES_PAR_DEMI_JOURNEE = 2.7;
const ATTENTE_AVANT_CONTROLE = 500;

const parId = (id) => document.getElementById(id);
const ecrire = (id, texte) => {
  const element = parId(id);
  if (element && element.textContent !== texte) element.textContent = texte;
};

// --- Numbers as they are typed and shown -----------------------------------------------------------

/** « 1,5 », « 1.5 D », « » → {nombre, distance}; null when it is no number. */
function lire(texte) {
  const lu = /^(?:([0-9]{1,6})(?:[.,]([0-9]{1,6}))?\s*(d)?)?$/i.exec(texte.trim());
  return lu && { nombre: Number(`${lu[1] ?? 0}.${lu[2] ?? 0}`), distance: Boolean(lu[3]) };
}

const valeur = (champ) => lire(champ.value)?.nombre ?? 0;
const montrer = (nombre) => String(Math.round(nombre * 100) / 100).replace(".", ",").replace("-", "−");
const demiJournees = (nombre) => `${montrer(nombre)} demi-journée${nombre >= 2 ? "s" : ""}`;
const somme = (champs) => champs.reduce((total, champ) => total + valeur(champ), 0);

// --- What the page holds ---------------------------------------------------------------------------

/** PsyEN → his row and fields; school → its cells; réseau → its schools. Built once. */
function lirePage() {
  const psyens = new Map();
  for (const rangee of formulaire.querySelectorAll("tr[data-psyen]")) {
    const pk = rangee.dataset.psyen;
    const champ = (prefixe) => parId(`${prefixe}-${pk}`);
    psyens.set(pk, {
      rangee,
      nom: parId(`p${pk}`).textContent,
      compte: rangee.dataset.compte === "1",
      cellules: [],
      quotite: champ("q"),
      capacite: champ("k"),
      cio: champ("i"),
    });
  }
  const ecoles = new Map();
  for (const champ of formulaire.querySelectorAll("input[id^=c-]")) {
    const [, psyen, ecole] = champ.id.split("-");
    psyens.get(psyen).cellules.push(champ);
    if (!ecoles.has(ecole)) ecoles.set(ecole, []);
    ecoles.get(ecole).push(champ);
  }
  return { psyens, ecoles, reseaux: lireReseaux() };
}

function lireReseaux() {
  const blocs = [...formulaire.querySelectorAll("[data-reseau]")];
  const titres = [...formulaire.querySelectorAll(".grille--ensemble th[id^=e]")];
  return blocs.map((bloc) => {
    const siens = bloc.colSpan ? titres.splice(0, bloc.colSpan) : [...bloc.querySelectorAll("th[id^=e]")];
    return {
      bloc,
      pk: bloc.dataset.reseau,
      effectif: Number(bloc.dataset.effectif),
      ecoles: siens.map((titre) => titre.id.slice(1)),
    };
  });
}

const page = lirePage();

// --- Totals ----------------------------------------------------------------------------------------

function calculer() {
  const general = { capacite: 0, cio: 0, eple: 0 };
  for (const [pk, psyen] of page.psyens) {
    const bilan = {
      capacite: valeur(psyen.capacite),
      cio: valeur(psyen.cio),
      eple: somme(psyen.cellules),
    };
    for (const nom in general) general[nom] += bilan[nom];
    montrerLigne(pk, psyen, bilan);
  }
  for (const [pk, cellules] of page.ecoles) montrerEcole(pk, somme(cellules));
  page.reseaux.forEach(montrerReseau);
  const reste = general.capacite - general.cio - general.eple;
  for (const [nom, court] of [["capacite", "k"], ["cio", "i"], ["eple", "eple"]]) {
    ecrire(`g-${nom}`, montrer(general[nom]));
    ecrire(`t-${court}`, montrer(general[nom]));
  }
  ecrire("g-reste", montrer(reste));
  ecrire("t-reste", montrer(reste));
}

function montrerLigne(pk, psyen, { capacite, cio, eple }) {
  const total = cio + eple;
  const depasse = total > capacite;
  ecrire(`te-${pk}`, montrer(eple));
  ecrire(`s-${pk}`, montrer(capacite - total));
  const jauge = parId(`v-${pk}`);
  jauge.max = Math.max(capacite, 0.5);
  jauge.value = total;
  psyen.rangee.classList.toggle("est-erreur", depasse);
  const phrase =
    `${psyen.nom} : ${demiJournees(total)} pour une capacité de ${montrer(capacite)} ; ` +
    `retirez-en ${montrer(total - capacite)}.`;
  noter(pk, "capacite_depassee", "erreur", depasse ? phrase : "");
  for (const rappel of formulaire.querySelectorAll(`[data-reste="${pk}"]`)) {
    rappel.textContent = montrer(capacite - total);
    rappel.closest("tr").classList.toggle("est-erreur", depasse);
  }
}

/** A short text under the name, one per kind of finding; empty removes it. */
function noter(pk, code, niveau, texte) {
  const notes = parId(`n-${pk}`);
  const ancienne = notes.querySelector(`[data-code="${code}"]`);
  if ((ancienne?.textContent ?? "") === texte) return;
  ancienne?.remove();
  if (!texte) return;
  const note = document.createElement("span");
  note.className = `grille__note grille__note--${niveau}`;
  note.dataset.code = code;
  note.textContent = texte;
  notes.append(note);
}

function montrerEcole(pk, total) {
  ecrire(`c-${pk}`, montrer(total));
  parId(`c-${pk}`)?.closest("td").classList.toggle("est-vide", !total);
}

/** Coverage: « un stagiaire n’apporte aucune couverture autonome ». */
function montrerReseau({ pk, ecoles, effectif }) {
  const presents = new Set();
  let total = 0;
  for (const champ of ecoles.flatMap((ecole) => page.ecoles.get(ecole) ?? [])) {
    const psyen = champ.id.split("-")[1];
    if (!valeur(champ) || !page.psyens.get(psyen).compte) continue;
    presents.add(psyen);
    total += valeur(champ);
  }
  ecrire(`rn-${pk}`, String(presents.size));
  ecrire(`rt-${pk}`, montrer(total));
  if (effectif) ecrire(`rh-${pk}`, montrer((total * HEURES_PAR_DEMI_JOURNEE * 100) / effectif));
  montrerSousTotaux(pk);
}

// --- What is not saved yet -------------------------------------------------------------------------

const champs = [...formulaire.querySelectorAll(CHAMPS)];
const depart = (champ) =>
  champ.options ? ([...champ.options].find((o) => o.defaultSelected)?.value ?? "") : champ.defaultValue;
const changes = () => champs.filter((champ) => champ.value.trim() !== depart(champ).trim());
// A page shown again after a refusal: what it holds is not saved, whatever its fields say.
const rendueApresRefus = "modifiee" in formulaire.dataset;
let envoyee = false;

function direEtat() {
  const nombre = changes().length;
  const pluriel = nombre > 1 ? "s" : "";
  const texte = nombre
    ? `${nombre} modification${pluriel} non enregistrée${pluriel}`
    : rendueApresRefus
      ? "Cette saisie n’est pas encore enregistrée"
      : "Tout est enregistré";
  ecrire("etat", texte);
  parId("etat").classList.toggle("est-calme", !nombre && !rendueApresRefus);
}

window.addEventListener("beforeunload", (evenement) => {
  if (!envoyee && (rendueApresRefus || changes().length)) evenement.preventDefault();
});
formulaire.addEventListener("submit", () => {
  envoyee = true;
  setTimeout(() => (envoyee = false), 5000);
});

// --- Undo ------------------------------------------------------------------------------------------

const passe = [];
const futur = [];
/** Value of the field when one came into it. */
const arrivee = new WeakMap();

/** Notes what the field became since one came into it; a new quotité brings its capacity along. */
function valider(champ) {
  const avant = arrivee.get(champ);
  if (avant === undefined || avant === champ.value) return;
  const groupe = [{ champ, avant, apres: champ.value }];
  arrivee.set(champ, champ.value);
  const psyen = page.psyens.get(champ.id.split("-")[1]);
  if (champ === psyen?.quotite && lire(champ.value)) {
    const capacite = { champ: psyen.capacite, avant: psyen.capacite.value };
    capacite.apres = montrer(Math.floor(valeur(champ) / 5) / 2);
    psyen.capacite.value = capacite.apres;
    groupe.push(capacite);
  }
  passe.push(groupe);
  futur.length = 0;
  apres();
}

function rejouer(source, destination, cote) {
  const groupe = source.pop();
  if (!groupe) return;
  destination.push(groupe);
  for (const pas of groupe) {
    pas.champ.value = pas[cote];
    arrivee.set(pas.champ, pas[cote]);
  }
  atteindre(groupe[0].champ);
  apres();
}

function annuler() {
  const champ = document.activeElement;
  if (arrivee.has(champ) && champ.value !== arrivee.get(champ)) {
    champ.value = arrivee.get(champ);
    apres();
  } else rejouer(passe, futur, "avant");
}

const retablir = () => rejouer(futur, passe, "apres");

// --- Steps and modalité ----------------------------------------------------------------------------

const estCellule = (champ) => champ?.id.startsWith("c-");

function changer(champ, texte) {
  if (!arrivee.has(champ)) arrivee.set(champ, champ.value);
  champ.value = texte;
  valider(champ);
  champ.select();
}

function ajouter(champ, pas) {
  const lu = lire(champ.value);
  if (!lu || champ.id.startsWith("q-")) return;
  const nombre = Math.min(10, Math.max(0, lu.nombre + pas));
  changer(champ, nombre ? montrer(nombre) + (lu.distance ? " D" : "") : "");
}

function basculerDistance(champ) {
  const lu = lire(champ.value);
  if (!estCellule(champ) || !lu?.nombre) return;
  changer(champ, montrer(lu.nombre) + (lu.distance ? "" : " D"));
}

// --- Keyboard --------------------------------------------------------------------------------------

const visible = (champ) => champ.offsetParent !== null;

function atteindre(champ) {
  if (!visible(champ)) for (const pli of plis) if (pli.ferme) pli.basculer();
  champ.focus();
  champ.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** The field `colonnes` further on the row, or in the same place `lignes` below. */
function deplacer(champ, lignes, colonnes) {
  const rangees = [...champ.closest("tbody").rows];
  const voisins = (rangee) => [...rangee.querySelectorAll("input:not([type=hidden])")];
  const rang = rangees.indexOf(champ.closest("tr"));
  const siens = voisins(rangees[rang]);
  const colonne = siens.indexOf(champ);
  let cible = rangees[rang + lignes] && voisins(rangees[rang + lignes])[colonne + colonnes];
  while (colonnes && cible && !visible(cible)) cible = siens[siens.indexOf(cible) + colonnes];
  if (cible) atteindre(cible);
}

/** Left and right leave the field from its edges only: one may still move inside a number. */
function auBord(champ, sens) {
  const tout = champ.selectionStart === 0 && champ.selectionEnd === champ.value.length;
  return tout || (sens < 0 ? champ.selectionEnd === 0 : champ.selectionStart === champ.value.length);
}

const TOUCHES = {
  ArrowUp: (champ) => deplacer(champ, -1, 0),
  ArrowDown: (champ) => deplacer(champ, 1, 0),
  Enter: (champ) => deplacer(champ, 1, 0),
  ArrowLeft: (champ) => (auBord(champ, -1) ? deplacer(champ, 0, -1) : true),
  ArrowRight: (champ) => (auBord(champ, 1) ? deplacer(champ, 0, 1) : true),
  "+": (champ) => ajouter(champ, 0.5),
  "-": (champ) => ajouter(champ, -0.5),
  d: basculerDistance,
  D: basculerDistance,
  Escape: (champ) => {
    champ.value = arrivee.get(champ) ?? champ.value;
    champ.select();
    apres();
  },
};

formulaire.addEventListener("keydown", (evenement) => {
  const champ = evenement.target;
  const touche = evenement.key;
  if (evenement.ctrlKey || evenement.metaKey) {
    const retour = touche.toLowerCase() === "z" && !evenement.shiftKey;
    const avance = touche.toLowerCase() === "y" || (touche.toLowerCase() === "z" && evenement.shiftKey);
    if (touche.toLowerCase() === "s") formulaire.requestSubmit();
    else if (retour) annuler();
    else if (avance) retablir();
    else return;
    evenement.preventDefault();
    return;
  }
  if (!champ.matches("table.grille input") || evenement.altKey || !(touche in TOUCHES)) return;
  if (["ArrowUp", "ArrowDown", "Enter"].includes(touche)) valider(champ);
  // A gesture that answers true lets the browser do as usual.
  if (TOUCHES[touche](champ) !== true) evenement.preventDefault();
});

formulaire.addEventListener("focusin", ({ target }) => {
  if (!target.matches(CHAMPS)) return;
  arrivee.set(target, target.value);
  dernier = target;
  if (target.select) target.select();
  direDistance();
});
formulaire.addEventListener("focusout", ({ target }) => target.matches(CHAMPS) && valider(target));
formulaire.addEventListener("input", ({ target }) => target.matches(CHAMPS) && apres());
formulaire.addEventListener("change", ({ target }) => target.matches("select") && valider(target));

// --- Buttons ---------------------------------------------------------------------------------------

let dernier = null;
const outils = formulaire.querySelector(".grille-barre__outils");
const bouton = (geste) => outils.querySelector(`[data-geste="${geste}"]`);
const GESTES = {
  annuler,
  retablir,
  plus: () => dernier?.select && ajouter(dernier, 0.5),
  moins: () => dernier?.select && ajouter(dernier, -0.5),
  distance: () => dernier?.select && basculerDistance(dernier),
};
outils.hidden = false;
formulaire.querySelector(".grille-aide__clavier").hidden = false;
// The field keeps the focus, hence the keyboard of a telephone stays open.
outils.addEventListener("mousedown", (evenement) => evenement.preventDefault());
outils.addEventListener("click", ({ target }) => GESTES[target.closest("[data-geste]")?.dataset.geste]?.());

function direDistance() {
  bouton("distance").setAttribute("aria-pressed", String(Boolean(dernier?.select && lire(dernier.value)?.distance)));
}

// --- Folding a réseau of the overview ----------------------------------------------------------------

const plis = [];

/** Hides the columns of a réseau behind one column of sub-totals. */
function poserPli(bloc, premiere) {
  const largeur = bloc.colSpan;
  const commande = bloc.querySelector("[data-pli]");
  const tableau = bloc.closest("table");
  const titres = tableau.tHead.rows[1];
  const rangees = [...tableau.tBodies[0].rows, ...tableau.tFoot.rows];
  // The first column of the body is the name, which spans both rows of the head.
  const bandes = [[titres, premiere - 1], ...rangees.map((rangee) => [rangee, premiere])];
  const pli = { pk: bloc.dataset.reseau, ferme: false, sousTotaux: [] };
  pli.basculer = () => {
    pli.ferme = !pli.ferme;
    for (const sousTotal of pli.sousTotaux.splice(0)) sousTotal.remove();
    for (const [rangee, debut] of bandes) {
      const cellules = [...rangee.cells].filter((c) => !c.matches(".grille__sous-total")).slice(debut, debut + largeur);
      for (const cellule of cellules) cellule.classList.toggle("est-replie", pli.ferme);
      if (!pli.ferme) continue;
      const sousTotal = document.createElement("td");
      sousTotal.className = "grille__sous-total";
      cellules.at(-1).after(sousTotal);
      pli.sousTotaux.push(sousTotal);
    }
    bloc.colSpan = pli.ferme ? 1 : largeur;
    commande.setAttribute("aria-expanded", String(!pli.ferme));
    montrerSousTotaux(pli.pk);
  };
  commande.hidden = false;
  commande.addEventListener("click", pli.basculer);
  plis.push(pli);
}

function montrerSousTotaux(pk) {
  const pli = plis.find((p) => p.pk === pk && p.ferme);
  if (!pli) return;
  const ecoles = new Set(page.reseaux.find((r) => r.pk === pk).ecoles);
  for (const sousTotal of pli.sousTotaux) {
    const rangee = sousTotal.parentElement;
    if (rangee.closest("thead")) continue;
    const cellules = page.psyens.get(rangee.dataset.psyen)?.cellules ?? [...page.ecoles.values()].flat();
    const total = somme(cellules.filter((champ) => ecoles.has(champ.id.split("-")[2])));
    sousTotal.textContent = total ? montrer(total) : "";
  }
}

let colonne = 5;
for (const { bloc } of page.reseaux) {
  if (!bloc.colSpan) break;
  poserPli(bloc, colonne);
  colonne += bloc.colSpan;
}

// --- Findings, asked to the server: its rules are the only ones ------------------------------------

let minuterie = 0;
let demande = null;

async function controler() {
  demande?.abort();
  demande = new AbortController();
  const donnees = new URLSearchParams();
  donnees.set("csrfmiddlewaretoken", formulaire.elements.csrfmiddlewaretoken.value);
  for (const champ of rendueApresRefus ? champs : changes()) donnees.set(champ.name, champ.value);
  try {
    const reponse = await fetch(formulaire.dataset.controle, {
      method: "POST",
      body: donnees,
      signal: demande.signal,
      redirect: "error",
    });
    if (reponse.ok) montrerAlertes(await reponse.text());
  } catch (erreur) {
    // Typed again meanwhile, or no network: the save will tell.
    if (erreur.name !== "AbortError" && erreur.name !== "TypeError") throw erreur;
  }
}

function montrerAlertes(html) {
  parId("alertes-contenu").innerHTML = html;
  parId("alertes-resume").replaceChildren(parId("alertes-resume-nouveau").content);
  for (const champ of champs) {
    champ.classList.remove("est-erreur", "est-avertissement");
    champ.removeAttribute("aria-invalid");
    champ.removeAttribute("aria-describedby");
  }
  for (const note of formulaire.querySelectorAll('.grille__note:not([data-code="capacite_depassee"])')) note.remove();
  for (const alerte of document.querySelectorAll("#alertes-contenu li")) {
    const { ancre, niveau, code, psyen, court, marque } = alerte.dataset;
    if (court && psyen) noter(psyen, code, niveau, court);
    const champ = parId(ancre);
    if (!marque || !alerte.id || !champ?.matches(CHAMPS)) continue;
    champ.classList.add(`est-${niveau}`);
    champ.setAttribute("aria-describedby", alerte.id);
    if (niveau === "erreur") champ.setAttribute("aria-invalid", "true");
  }
}

// A link to a cell brings it under the eyes, unfolded, ready to be corrected.
document.addEventListener("click", (evenement) => {
  const lien = evenement.target.closest('a[href^="#"]');
  const champ = lien && parId(decodeURIComponent(lien.hash.slice(1)));
  if (!champ?.matches(CHAMPS)) return;
  evenement.preventDefault();
  atteindre(champ);
});

function apres() {
  for (const champ of champs) {
    const cellule = champ.closest("td");
    champ.classList.toggle("est-modifiee", champ.value.trim() !== depart(champ).trim());
    if (estCellule(champ)) cellule.classList.toggle("a-distance", Boolean(lire(champ.value)?.distance));
  }
  calculer();
  direEtat();
  direDistance();
  bouton("annuler").disabled = !passe.length;
  bouton("retablir").disabled = !futur.length;
  clearTimeout(minuterie);
  minuterie = setTimeout(controler, ATTENTE_AVANT_CONTROLE);
}

// Digits first on a telephone; without a script its whole keyboard is needed to type « D ».
for (const champ of champs) if (!champ.options) champ.inputMode = "decimal";
direEtat();
